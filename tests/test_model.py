"""The whole model: its graph, both dialects, any size, and no XLA."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import REFERENCE_NUMBERS
from keras import layers

from maskrcnn_explained.model import DETECTION_TENSORS, build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.weights.file import named_weights


def noise(height, width, seed=0):
    """An image of [height, width, 3] uint8."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def assert_same(one, other, atol=0.0):
    """Two Detections are equal, numbers within a tolerance."""
    assert one.class_names == other.class_names
    np.testing.assert_array_equal(one.class_ids, other.class_ids)
    np.testing.assert_allclose(one.boxes, other.boxes, atol=atol * 100)
    np.testing.assert_allclose(one.scores, other.scores, atol=atol)
    np.testing.assert_allclose(one.mask_probs, other.mask_probs, atol=10 * atol)
    assert (one.masks != other.masks).sum() <= atol * one.masks.size


def check_detections(found, image, config):
    """What Detections always are."""
    number = len(found)
    assert number <= config.detections
    assert found.boxes.shape == (number, 4) and found.boxes.dtype == np.float32
    assert found.class_ids.shape == found.scores.shape == (number,)
    assert found.class_ids.dtype == np.int32 and found.scores.dtype == np.float32
    assert found.masks.shape == (number, *image.shape[:2]) and found.masks.dtype == bool
    assert found.mask_probs.shape == (number, 28, 28) and len(found.class_names) == number
    assert (found.class_ids > 0).all() and (np.diff(found.scores) <= 0).all()
    limit = np.array(image.shape[:2] * 2, np.float32)
    assert (found.boxes >= -1e-3).all() and (found.boxes <= limit + 1e-3).all()
    assert [config.class_names[i] for i in found.class_ids] == found.class_names


# The graph


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


def test_tensors_have_names_and_shapes(tiny):
    config = tiny.config
    tensors = tiny.tensors(noise(100, 60))
    anchors = 3 * (32 * 16 + 16 * 8 + 8 * 4 + 4 * 2 + 2)  # of 128 x 64
    shapes = {
        "molded_image": (128, 64, 3),
        "C2": (32, 16, 16),
        "C5": (4, 2, 32),
        "P2": (32, 16, 8),
        "P6": (2, 1, 8),
        "rpn_logits": (anchors, 2),
        "rpn_probs": (anchors, 2),
        "rpn_deltas": (anchors, 4),
        "anchors": (anchors, 4),
        "proposals": (20, 4),
        "proposal_scores": (20,),
        "proposal_anchors": (20,),
        "box_features": (20, 7, 7, 8),
        "class_logits": (20, 5),
        "class_probs": (20, 5),
        "box_deltas": (20, 5, 4),
        "detection_boxes": (10, 4),
        "detection_class_ids": (10,),
        "detection_scores": (10,),
        "detection_rois": (10,),
        "mask_features": (10, 14, 14, 8),
        "masks_all_classes": (10, 28, 28, 5),
        "masks": (10, 28, 28),
    }
    assert {name: tensors[name].shape for name in shapes} == shapes
    assert set(tensors) - set(shapes) == {"window", "C3", "C4", "P3", "P4", "P5"}
    assert tensors["window"].box.tolist() == [14, 2, 114, 62]
    anchors, real = tensors["proposal_anchors"], tensors["proposal_scores"] >= 0
    np.testing.assert_array_equal(
        tensors["proposal_scores"][real], tensors["rpn_probs"][anchors[real], 1]
    )
    assert config.proposals == 20


# Inference


@pytest.mark.parametrize("fixture", ["tiny", "tiny_reference"])
def test_both_dialects_take_any_size(fixture, request):
    model = request.getfixturevalue(fixture)
    for size in ((1, 1), (64, 64), (37, 100), (200, 90), (90, 300)):
        image = noise(*size)
        found = model.detect(image, min_score=0.0)
        check_detections(found, image, model.config)
    assert len(found) > 0
    if model.config.integer_results:
        np.testing.assert_array_equal(found.boxes, np.round(found.boxes))


@pytest.mark.parametrize("fixture", ["tiny", "tiny_reference"])
def test_a_batch_is_its_images_one_by_one(fixture, request):
    model = request.getfixturevalue(fixture)
    images = [noise(100, 120, 1), noise(128, 128, 2), noise(70, 99, 3)]  # all molded to 128 x 128
    together = model.detect(images, min_score=0.0)
    assert isinstance(together, list)
    assert sum(len(found) for found in together) > 0
    for image, found in zip(images, together, strict=True):
        assert_same(found, model.detect(image, min_score=0.0), 1e-4)
        check_detections(found, image, model.config)


def test_min_score(tiny):
    image = noise(64, 64)
    found = tiny.detect(image, min_score=0.0)
    assert len(found) > 1
    middle = float(found.scores[len(found) // 2])
    assert_same(tiny.detect(image, min_score=middle), found.above(middle), 1e-5)
    for wrong in (-0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="min_score must lie in"):
            tiny.detect(image, min_score=wrong)


def test_nothing_found(tiny):
    image = noise(50, 80)
    found = tiny.detect(image, min_score=1.0)
    assert len(found) == 0 and found.class_names == []
    check_detections(found, image, tiny.config)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((4, 5, 5), np.uint8), "1 to 4 channels"),
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((8, 8, 3), np.int64), "must be uint8"),
        (np.full((8, 8), np.nan), "NaN"),
        ("photo.png", r"Image . of . must be"),
    ],
)
def test_not_an_image(tiny, image, message):
    with pytest.raises(ValueError, match=message):
        tiny.detect(image)
    with pytest.raises(ValueError, match=message):
        tiny.detect([noise(64, 64), image])


def test_every_size_runs_through_one_trace(tiny):
    tiny.detect(noise(64, 64))
    graph = tiny._compiled(DETECTION_TENSORS)
    before = graph.experimental_get_tracing_count()
    tiny.detect([noise(64, 64), noise(128, 70), noise(30, 30)])
    assert graph.experimental_get_tracing_count() == before


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
