"""The whole model: its graph, both dialects, any size, and no XLA."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import REFERENCE_NUMBERS, check_detections, noise
from keras import layers

from maskrcnn_explained.model import build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.weights.file import named_weights


def test_layers_of_resnet50_are_the_reference_s():
    theirs = json.loads(
        (REFERENCE_NUMBERS / "reference_layers_resnet50.json").read_text(encoding="utf-8")
    )
    theirs = {
        f"{name}/{weight}": shape
        for name, weights in theirs.items()
        for weight, shape in weights.items()
    }
    model = build("coco-resnet50")
    ours = {name: list(variable.shape) for name, variable in named_weights(model).items()}
    assert ours == theirs
    assert model.count_params() == 45_088_120


def test_small_model_is_the_same_graph(tiny):
    """Same names but for the blocks that a shallower backbone does not have."""
    theirs = json.loads(
        (REFERENCE_NUMBERS / "reference_layers_resnet50.json").read_text(encoding="utf-8")
    )
    ours = {name.split("/")[0] for name in named_weights(tiny)}
    assert ours <= theirs.keys()
    missing = theirs.keys() - ours
    assert missing and all(name.startswith(("res", "bn")) and name[3:4] != "a" for name in missing)


def test_find_layer(tiny):
    assert tiny.find_layer("rpn_conv_shared").name == "rpn_conv_shared"
    assert tiny.find_layer("fpn_p4add") is tiny.get_layer("fpn_p4add")
    with pytest.raises(ValueError, match="The model has no layer 'fpn_p7'"):
        tiny.find_layer("fpn_p7")


def test_build_says_what_is_wrong():
    with pytest.raises(ValueError, match="No preset is called 'resnet'"):
        build("resnet")
    with pytest.raises(ValueError, match="Config has no field depth"):
        build("scenes", depth=3)
    with pytest.raises(ValueError, match="Config has no field depth"):
        build(get_config("scenes"), depth=3)


def test_a_seed_makes_the_same_weights(tiny_config):
    again = named_weights(build(tiny_config))
    for name, variable in named_weights(build(tiny_config)).items():
        np.testing.assert_array_equal(variable, again[name])
    other = named_weights(build(tiny_config, seed=1))
    assert not np.array_equal(other["conv1/kernel"], again["conv1/kernel"])


# XLA


def test_no_xla_on_a_machine_with_a_gpu(tiny_config, monkeypatch):
    gpu = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
    found = tf.config.list_physical_devices
    monkeypatch.setattr(
        tf.config,
        "list_physical_devices",
        lambda kind=None: [gpu] if kind == "GPU" else [*found(kind), gpu],
    )
    assert keras.Sequential([layers.Dense(1)]).jit_compile is True, "what Keras does by itself"
    model = build(tiny_config)
    assert model.jit_compile is False, "also before compile"
    model.compile(optimizer="sgd")
    assert model.jit_compile is False
    model.compile(optimizer="sgd", jit_compile="auto")
    assert model.jit_compile is False
    with pytest.warns(UserWarning, match="doesn't support `jit_compile=True`"):
        model.compile(optimizer="sgd", jit_compile=True)
    assert model.jit_compile is False


def test_layers_that_xla_cannot_compile_say_so(tiny):
    silent = {layer.name for layer in tiny.layers if not layer.supports_jit}
    assert silent == {"ROI", "roi_align_classifier", "mrcnn_detection", "roi_align_mask"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coco-resnet50", "coco-resnet101"])
def test_full_size_models_run(name):
    model = build(name, image_max_side=256, image_min_side=256)
    image = noise(120, 150)
    check_detections(model.detect(image, min_score=0.0), image, model.config)
