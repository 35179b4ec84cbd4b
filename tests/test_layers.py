"""Layers that several stages share: frozen batch norm keeps its statistics in every call."""

import numpy as np
import pytest

from maskrcnn_explained.layers import FrozenBatchNorm, MergeRois, SplitRois, batch_norm, norm_layer
from maskrcnn_explained.model import build
from maskrcnn_explained.rpn import Proposals
from maskrcnn_explained.weights.file import named_weights


def statistics(model):
    """The moving statistics of every batch norm, by name."""
    named = named_weights(model).items()
    return {name: variable.numpy() for name, variable in named if "/moving_" in name}


def test_frozen_statistics_do_not_move_when_the_model_is_called_in_training(tiny_config):
    model = build(tiny_config.changed(batch_norm="frozen"))
    before = statistics(model)
    assert {name.split("_")[0] for name in before} >= {"bn2a", "bn", "mrcnn"}  # heads included
    rng = np.random.default_rng(0)
    images = rng.normal(0, 50, (1, 64, 64, 3)).astype(np.float32)
    inputs = [images, np.float32([[0, 0, 64, 64]]), np.float32([0])]
    in_training = model(inputs, training=True)
    for name, value in statistics(model).items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)
    # And the answers are those of inference: the statistics of the batch are not used either.
    at_inference = model(inputs, training=False)
    np.testing.assert_array_equal(in_training["class_probs"], at_inference["class_probs"])


def test_trained_statistics_move_when_the_model_is_called_in_training(tiny_config):
    model = build(tiny_config.changed(batch_norm="trained"))
    before = statistics(model)
    images = np.random.default_rng(0).normal(0, 50, (1, 64, 64, 3)).astype(np.float32)
    model([images, np.float32([[0, 0, 64, 64]]), np.float32([0])], training=True)
    moved = [name for name, value in statistics(model).items() if (value != before[name]).any()]
    assert set(moved) == set(before)


@pytest.mark.parametrize("choice", ["trained", "frozen", "folded"])
def test_one_choice_of_batch_norm_for_backbone_and_heads(tiny_config, choice):
    config = tiny_config.changed(batch_norm=choice)
    layer = norm_layer(config, "bn")
    assert (layer is None) == (choice == "folded")
    assert isinstance(layer, FrozenBatchNorm) == (choice == "frozen")
    model = build(config)
    kinds = {type(layer) for layer in model.all_layers if "bn" in layer.name.split("_")[-1]}
    kinds |= {type(layer) for layer in model.all_layers if layer.name.startswith("bn")}
    assert kinds == (set() if choice == "folded" else {type(layer)})


def test_folded_batch_norm_is_no_layer(tiny_config):
    x = object()
    assert batch_norm(x, tiny_config.changed(batch_norm="folded"), "bn") is x


def test_rois_merge_and_split():
    x = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    merged = MergeRois()(x)
    assert merged.shape == (6, 4)
    np.testing.assert_array_equal(SplitRois()([merged, x]), x)


def test_a_config_layer_saves_its_config(tiny_config):
    layer = Proposals(tiny_config, name="ROI")
    again = Proposals.from_config(layer.get_config())
    assert again.config == tiny_config and again.name == "ROI" and not again.supports_jit
