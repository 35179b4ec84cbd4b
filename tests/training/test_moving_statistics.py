"""Moving statistics, measured again: the mean over batches, and nothing else moves."""

import numpy as np
import pytest
from helpers import squares, weight_values

from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.model import build
from maskrcnn_explained.training.moving_statistics import reestimate_statistics


def test_they_are_the_mean_over_the_batches(tiny_config):
    data = [squares(number, seed) for seed, number in enumerate((4, 2, 3, 1))]
    model = build(tiny_config)
    before = weight_values(model)
    norm = model.get_layer("bn_conv1")
    momenta = [layer.momentum for layer in model.layers if hasattr(layer, "momentum")]
    # By hand: what conv1 gives for each batch of two.
    means, variances = [], []
    for pair in (data[:2], data[2:]):
        images = make_batch(pair, model.config)["images"]
        answers = model.get_layer("conv1")(model.get_layer("conv1_pad")(images)).numpy()
        means.append(answers.mean((0, 1, 2)))
        variances.append(answers.var((0, 1, 2)))
    assert reestimate_statistics(model, data, batch_size=2) > 5
    np.testing.assert_allclose(norm.moving_mean, np.mean(means, 0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(norm.moving_variance, np.mean(variances, 0), rtol=1e-3)
    assert [layer.momentum for layer in model.layers if hasattr(layer, "momentum")] == momenta
    after = weight_values(model)
    moved = {name for name in after if not np.array_equal(before[name], after[name])}
    assert moved and all("/moving_" in name for name in moved)


def test_what_is_frozen_stays(tiny_config):
    model = build(tiny_config)
    model.get_layer("bn_conv1").trainable = False
    kept = model.get_layer("bn_conv1").moving_mean.numpy()
    reestimate_statistics(model, [squares(2)])
    np.testing.assert_array_equal(model.get_layer("bn_conv1").moving_mean, kept)


@pytest.mark.parametrize("batch_norm", ["frozen", "folded"])
def test_without_trained_batch_norm_it_is_an_error(tiny_config, batch_norm):
    model = build(tiny_config, batch_norm=batch_norm)
    with pytest.raises(ValueError, match="no batch norm whose statistics are trained"):
        reestimate_statistics(model, [squares(2)])


def test_nothing_to_measure_on(tiny):
    with pytest.raises(ValueError, match="The data set is empty"):
        reestimate_statistics(tiny, [])
