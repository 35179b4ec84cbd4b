"""Average precision by hand: examples, and the same numbers as pycocotools."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.evaluation import coco_ap, precision_recall
from maskrcnn_explained.masks import boxes_from_masks, mask_iou


def test_each_object_is_found_once_and_the_best_score_chooses_first():
    overlap = [[0.9, 0.0], [0.8, 0.6], [0.7, 0.0]]
    assert precision_recall.match(overlap, [0.5, 0.9, 0.8]).tolist() == [-1, 0, -1]
    assert precision_recall.match(overlap, [0.9, 0.8, 0.7]).tolist() == [0, 1, -1]


def test_a_detection_takes_the_object_that_it_overlaps_most():
    assert precision_recall.match([[0.6, 0.7]], [1.0]).tolist() == [1]
    assert precision_recall.match([[0.6, 0.7]], [1.0], min_iou=0.75).tolist() == [-1]


def test_nothing_to_match():
    assert precision_recall.match(np.zeros((2, 0)), [0.5, 0.4]).tolist() == [-1, -1]
    assert precision_recall.match(np.zeros((0, 2)), []).tolist() == []


def test_curve_on_paper():
    precision, recall = precision_recall.precision_recall([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 1], 4)
    np.testing.assert_allclose(precision, [1, 1 / 2, 2 / 3, 3 / 4])
    np.testing.assert_allclose(recall, [1 / 4, 1 / 4, 2 / 4, 3 / 4])
    np.testing.assert_allclose(precision_recall.envelope(precision), [1, 3 / 4, 3 / 4, 3 / 4])
    # 26 recalls up to 0.25 read 1, fifty up to 0.75 read 3/4, the rest 0
    expected = (26 * 1 + 50 * 0.75) / 101
    np.testing.assert_allclose(precision_recall.area_under_curve(precision, recall), expected)


def test_no_object_no_recall():
    with pytest.raises(ValueError, match="no recall"):
        precision_recall.precision_recall([0.5], [False], 0)
    assert precision_recall.average_precision_by_hand([(np.zeros((1, 0)), [0.5], [1], [])]) == -1


def square(y, x, side=8, size=32):
    mask = np.zeros((size, size), bool)
    mask[y : y + side, x : x + side] = True
    return mask


@st.composite
def scene(draw):
    """Objects, and detections near some of them."""
    places = st.tuples(st.integers(0, 24), st.integers(0, 24), st.integers(4, 8))
    objects = draw(st.lists(places, max_size=4))
    guesses = draw(st.lists(places, max_size=5))
    near = [(y + draw(st.integers(0, 2)), x, side) for y, x, side in objects]
    found = near + guesses
    classes = st.integers(1, 2)
    rank = draw(st.permutations(range(100)))[: len(found)]
    return (
        np.array([square(*o[:2], o[2]) for o in objects], bool).reshape(-1, 32, 32),
        np.array([draw(classes) for _ in objects], np.int32),
        np.array([square(*f[:2], f[2]) for f in found], bool).reshape(-1, 32, 32),
        np.array([draw(classes) for _ in found], np.int32),
        np.array(rank, np.float32) / 100,
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(scene(), min_size=1, max_size=3))
def test_the_same_as_pycocotools(scenes):
    samples, found, images = [], [], []
    for i, (masks, true_ids, found_masks, found_ids, scores) in enumerate(scenes):
        scores = scores + 0.001 * i  # no equal scores: their order would not be defined
        image = np.zeros((32, 32, 3), np.uint8)
        samples.append(coco_ap.truth_records(Sample(image, masks, true_ids)))
        detections = Detections(
            boxes=boxes_from_masks(found_masks),
            class_ids=found_ids,
            class_names=[""] * len(found_ids),
            scores=scores,
            masks=found_masks,
            mask_probs=found_masks,
        )
        found.append(coco_ap.found_records(detections))
        images.append((mask_iou(found_masks, masks), scores, found_ids, true_ids))
    theirs = coco_ap.average_precision(samples, found, ("background", "a", "b"), strata=False)
    ours = precision_recall.average_precision_by_hand(images)
    np.testing.assert_allclose(ours, theirs["mask_AP"], atol=1e-6)
    np.testing.assert_allclose(
        precision_recall.average_precision_by_hand(images, [0.5]), theirs["mask_AP50"], atol=1e-6
    )
