"""Inference: detections of any image and size, and every tensor by name."""

import numpy as np
import pytest
from helpers import assert_same, check_detections, noise

from maskrcnn_explained.inference import DETECTION_TENSORS


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
        (None, r"Image . of . must be"),
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
