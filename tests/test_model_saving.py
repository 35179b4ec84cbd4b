"""Saving and loading a whole model, and backbones that are not ours."""

import functools

import keras
import numpy as np
import pytest
from helpers import TINY, convolutions

from maskrcnn_explained.model import MaskRCNN, build
from maskrcnn_explained.presets import PRESETS, REFERENCE


@keras.saving.register_keras_serializable("tests")
def mobilenet(image, config):
    """One of keras.applications as a backbone: the last map of each stride."""
    model = keras.applications.MobileNetV2(
        input_tensor=image / 127.5, alpha=0.35, include_top=False, weights=None
    )
    names = ("block_3_expand_relu", "block_6_expand_relu", "block_13_expand_relu", "out_relu")
    return [model.get_layer(name).output for name in names]


def run(model, image):
    """All named outputs for one molded image."""
    window, score = np.array([[0, 0, *image.shape[1:3]]], np.float32), np.zeros(1, np.float32)
    return model([image, window, score], training=False)


def assert_equal_outputs(model, again):
    image = np.random.default_rng(0).normal(0, 50, (1, 64, 128, 3)).astype(np.float32)
    outputs, outputs_again = run(model, image), run(again, image)
    assert outputs.keys() == outputs_again.keys()
    for name, value in outputs.items():
        np.testing.assert_array_equal(value, outputs_again[name], err_msg=name)


def test_keras_file_round_trip(tiny, tmp_path):
    tiny.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(again, MaskRCNN) and again.config == tiny.config and again.seed == tiny.seed
    assert_equal_outputs(tiny, again)


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("file", ["model.keras", "model.weights.h5"])
def test_round_trip_of_every_preset(preset, file, tmp_path):
    model = build(preset)
    if file.endswith(".keras"):
        model.save(tmp_path / file)
        again = keras.saving.load_model(tmp_path / file)
    else:
        model.save_weights(tmp_path / file)
        again = build(preset, seed=1)
        again.load_weights(tmp_path / file)
    assert again.config == model.config
    assert_equal_outputs(model, again)


def test_a_compiled_model_comes_back_compiled(tiny_config, tmp_path, recwarn):
    model = build(tiny_config)
    model.compile(optimizer=keras.optimizers.SGD(0.125))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.optimizer.learning_rate.numpy() == 0.125 and again.jit_compile is False
    assert not [str(w.message) for w in recwarn if "compile" in str(w.message)]


def test_weights_file_round_trip(tiny, tiny_config, tmp_path):
    tiny.save_weights(tmp_path / "model.weights.h5")
    again = build(tiny_config, seed=7)
    again.load_weights(tmp_path / "model.weights.h5")
    assert_equal_outputs(tiny, again)


def test_reference_dialect_survives_saving(tiny_reference, tmp_path):
    tiny_reference.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.config == tiny_reference.config and again.config.padding == REFERENCE["padding"]


def test_a_registered_backbone_runs_and_is_saved(tmp_path):
    model = build("scenes", **{**TINY, "backbone": mobilenet})
    assert "block_13_expand_relu" in {layer.name for layer in model.layers}
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.config.backbone is mobilenet
    assert_equal_outputs(model, again)


def test_an_unregistered_backbone_runs_but_cannot_be_saved(tiny_config, tmp_path):
    model = build(tiny_config, backbone=convolutions)
    assert model.detect(np.zeros((70, 60, 3), np.uint8), min_score=0.0).masks.shape[1:] == (70, 60)
    with pytest.raises(
        ValueError, match="'convolutions' is not registered with Keras.*decorate it"
    ):
        model.save(tmp_path / "model.keras")
    nameless = build(tiny_config, backbone=functools.partial(convolutions))
    with pytest.raises(ValueError, match="'partial' is not registered with Keras"):
        nameless.get_config()


def test_a_backbone_that_is_gone_when_loading(tiny_config):
    config = build(tiny_config, backbone=convolutions_registered()).get_config()
    config["config"]["backbone"] = "tests>gone"
    with pytest.raises(ValueError, match="'tests>gone', which is not registered with Keras here"):
        MaskRCNN.from_config(config)


def convolutions_registered():
    return keras.saving.register_keras_serializable("tests", "convolutions")(convolutions_copy)


def convolutions_copy(image, config):
    return convolutions(image, config)


def test_a_wrong_backbone_is_told_so_when_the_model_is_built(tiny_config):
    with pytest.raises(ValueError, match="A backbone must return C2, C3, C4, C5 at strides"):
        build(tiny_config, backbone=lambda image, config: convolutions(image, config)[:3])
