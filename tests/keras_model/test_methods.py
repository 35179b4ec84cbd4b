"""Keras' methods by hand: what works, with its numbers, and what is refused, with the way out."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import TINY, noise, squares

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.keras_model.methods import check_batch
from maskrcnn_explained.model import build


@pytest.fixture(scope="module")
def model(tiny_config):
    """A model that is compiled, with a learning rate of 0, so that its weights stay."""
    made = build(tiny_config)
    made.compile(keras.optimizers.SGD(0.0))
    return made


@pytest.fixture(scope="module")
def batch(tiny_config):
    return make_batch([squares(4, 1), squares(2, 2)], tiny_config)


# What works


@pytest.mark.slow
def test_one_batch_by_every_way_gives_the_same_losses(model, batch):
    stream = tf.data.Dataset.from_tensors(batch)
    found = [
        model.test_on_batch(batch, return_dict=True),
        model.evaluate(stream, verbose=0, return_dict=True),
        model.evaluate(batch, verbose=0, return_dict=True),
        model.evaluate(tf.data.Dataset.from_tensors((batch,)), verbose=0, return_dict=True),
    ]
    for logs in found:
        assert logs.keys() == {"loss", *losses.NAMES}
        for name, value in logs.items():
            np.testing.assert_allclose(value, found[0][name], rtol=1e-5, err_msg=name)


@pytest.mark.slow
def test_train_on_batch_and_fit_learn(tiny_config, batch):
    made = build(tiny_config)
    made.compile(keras.optimizers.SGD(1e-3))
    kernel = made.get_layer("fpn_p2").kernel
    before = kernel.numpy()
    logs = made.train_on_batch(batch, return_dict=True)
    between = kernel.numpy()
    assert np.isfinite(logs["loss"]) and not np.array_equal(before, between)
    history = made.fit(batch, batch_size=2, verbose=0).history
    assert np.isfinite(history["loss"]).all() and not np.array_equal(between, kernel.numpy())


@pytest.mark.slow
def test_predict_gives_every_tensor(model):
    inputs = model.graph_inputs(*mold([noise(64, 64)], model.config))
    found = model.predict(inputs, verbose=0)
    again = model.predict_on_batch(inputs)
    assert found.keys() == again.keys() == model.output.keys()
    np.testing.assert_array_equal(found["masks"], again["masks"])


@pytest.mark.parametrize(
    ("precision", "scales"),
    [("float32", False), ("mixed_bfloat16", False), ("mixed_float16", True)],
)
def test_compile_scales_losses_for_float16_alone(precision, scales, tmp_path):
    made = build("scenes", **TINY, precision=precision)
    made.compile("adam")
    kind = keras.optimizers.LossScaleOptimizer
    assert isinstance(made.optimizer, kind) == scales
    made.compile(made.optimizer)
    assert not isinstance(getattr(made.optimizer, "inner_optimizer", None), kind), "once"
    made.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(again.optimizer, kind) == scales
    made.compile("adam", auto_scale_loss=False)
    assert not isinstance(made.optimizer, kind)


@pytest.mark.minutes
def test_small_gradients_survive_in_float16(batch):
    """Losses a thousand times smaller: without scaling most gradients of 16 bits would be zero."""
    made = build("scenes", **TINY, precision="mixed_float16", loss_weights=(1e-5,) * 5)
    made.compile(keras.optimizers.Adam(1e-3))
    before = {v.path: v.numpy() for v in made.trainable_variables}
    for _ in range(8):  # the first scales may be too large, and such steps are left out
        made.train_on_batch(batch)
    still = [v.path for v in made.trainable_variables if np.array_equal(before[v.path], v)]
    assert len(still) < 0.1 * len(before)


# What is refused


@pytest.mark.parametrize(
    "given", [{"loss": "mse"}, {"metrics": ["accuracy"]}, {"weighted_metrics": ["accuracy"]}]
)
def test_compile_refuses_what_would_have_no_effect(model, given):
    [name] = given
    with pytest.raises(ValueError, match=f"compile got {name}, which would have no effect.*AP"):
        model.compile("sgd", **given)
    with pytest.raises(ValueError, match="loss, loss_weights"):
        model.compile("sgd", "mse", [1.0])


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_targets_are_in_the_batch(model, batch, method):
    run = getattr(model, method)
    with pytest.raises(ValueError, match=f"{method} got y, which .*make_batch.*mrx.train"):
        run(batch, batch["gt_boxes"])
    with pytest.raises(ValueError, match=rf"{method} got a ndarray of shape \(2, 64, 64, 3\)"):
        run(batch["images"])
    with pytest.raises(ValueError, match=f"{method} got a list"):
        run([squares(1)])
    with pytest.raises(ValueError, match="a batch without gt_class_ids"):
        run({name: value for name, value in batch.items() if name != "gt_class_ids"})
    with pytest.raises(ValueError, match="got sample_weight"):
        run(batch, sample_weight=np.ones(2))


def test_targets_beside_the_batch_in_a_stream(model, batch):
    stream = tf.data.Dataset.from_tensors((batch["images"], batch["gt_boxes"]))
    with pytest.raises(ValueError, match="train_step got y or sample_weight besides the batch"):
        model.fit(stream, verbose=0)


def test_a_batch_in_every_shape_that_keras_gives_it():
    batch = dict.fromkeys(("images", "gt_boxes", "gt_class_ids", "gt_mask_bits"), 0)
    assert check_batch(batch, "x") == check_batch((batch,), "x") == batch
    assert check_batch((batch, None, None), "x") == batch
    with pytest.raises(ValueError, match="x got a batch without gt_masks"):
        check_batch({"images": 0, "gt_boxes": 0, "gt_class_ids": 0}, "x")
    with pytest.raises(ValueError, match="x got a int as a batch"):
        check_batch(3, "x")


@pytest.mark.parametrize("method", ["predict", "predict_on_batch"])
def test_predict_is_no_detect(model, method):
    for image in (noise(64, 64), noise(64, 64)[None], [noise(64, 64)]):
        with pytest.raises(ValueError, match=rf"{method} got .*use `model.detect\(images\)`"):
            getattr(model, method)(image)


def test_a_config_cannot_be_exchanged(model):
    with pytest.raises(AttributeError, match=r"mrx.load\(weights, detections=20\)"):
        model.config = model.config.changed(detections=20)
    assert model.config.detections == TINY["detections"]
