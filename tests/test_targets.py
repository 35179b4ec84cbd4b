"""Targets: what each anchor should have said, and how a sample is drawn."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import random_objects
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import targets
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.boxes import decode_deltas, encode_deltas
from maskrcnn_explained.presets import get_config

SEED = tf.constant([1, 2])
STD = get_config("scenes").rpn_delta_std


def anchor_targets(anchors, gt_boxes, config, class_ids=None, seed=SEED):
    """targets.anchor_targets of one image, as arrays."""
    gt_boxes = np.asarray(gt_boxes, np.float32)[None]
    if class_ids is None:
        class_ids = np.ones(gt_boxes.shape[1], np.int32)
    match, deltas = targets.anchor_targets(
        np.asarray(anchors, np.float32), gt_boxes, np.asarray(class_ids)[None], seed, config
    )
    return match[0].numpy(), deltas[0].numpy()


# Anchors, by hand


def test_anchors_on_a_crowd_are_no_background():
    anchors = [[0, 0, 10, 10], [20, 20, 30, 30], [24, 24, 34, 34], [50, 50, 60, 60]]
    boxes = [[0, 0, 10, 10], [20, 20, 30, 30]]
    match, deltas = anchor_targets(anchors, boxes, get_config("scenes"), class_ids=[1, -1])
    np.testing.assert_array_equal(match, [1, 0, 0, -1])
    np.testing.assert_array_equal(deltas, 0)


def test_positive_ignored_negative_by_hand():
    anchors = [[0, 0, 10, 10], [0, 0, 10, 8], [0, 0, 10, 5], [0, 0, 10, 2], [50, 50, 60, 60]]
    match, deltas = anchor_targets(anchors, [[0, 0, 10, 10]], get_config("scenes"))
    np.testing.assert_array_equal(match, [1, 1, 0, -1, -1])  # IoU 1, 0.8, 0.5, 0.2, 0
    np.testing.assert_allclose(deltas[0], 0, atol=1e-6)
    np.testing.assert_allclose(deltas[1] * STD, [0, 1 / 8, 0, np.log(10 / 8)], atol=1e-6)
    np.testing.assert_array_equal(deltas[2:], 0)


def test_the_best_anchor_of_an_object_is_positive_however_bad():
    anchors = [[0, 0, 10, 10], [40, 40, 50, 50], [40, 44, 50, 54]]
    match, deltas = anchor_targets(
        anchors, [[0, 0, 10, 10], [40, 40, 42, 42]], get_config("scenes")
    )
    np.testing.assert_array_equal(match, [1, 1, -1])  # IoU 1, 0.04, 0
    moved = decode_deltas(anchors[1], deltas[1], STD)
    np.testing.assert_allclose(moved, [40, 40, 42, 42], atol=1e-4)


def test_a_positive_anchor_aims_at_the_object_that_it_overlaps_most():
    anchors = [[0, 0, 10, 10]]  # the only one, so the best for both objects
    gt = [[0, 0, 10, 4], [0, 0, 10, 10]]
    _, deltas = anchor_targets(anchors, gt, get_config("scenes"))
    np.testing.assert_allclose(deltas, 0, atol=1e-6)  # of the two, at the one that it fits better
    anchors = [[0, 0, 10, 10], [0, 0, 10, 11]]
    gt = [[0, 0, 10, 11], [0, 0, 10, 6]]  # object 1 has no better anchor than the first ...
    match, deltas = anchor_targets(anchors, gt, get_config("scenes"))
    aims = decode_deltas(np.float32(anchors), deltas, STD)
    np.testing.assert_array_equal(match, [1, 1])
    np.testing.assert_allclose(aims, [gt[0], gt[0]], atol=1e-4)  # ... and yet it aims at object 0


def test_an_anchor_that_is_positive_for_a_small_object_aims_at_the_large_one_around_it():
    """Its IoU with neither is 0.7: it is positive only because the small object has no better."""
    anchors = [[0, 0, 20, 20], [0, 0, 30, 20], [50, 50, 60, 60]]
    gt = [[0, 0, 30, 21], [5, 5, 12, 12]]  # the first anchor: IoU 0.63 and 0.12
    match, deltas = anchor_targets(anchors, gt, get_config("scenes"))
    np.testing.assert_array_equal(match, [1, 1, -1])
    aims = decode_deltas(np.float32(anchors[:2]), deltas[:2], STD)
    np.testing.assert_allclose(aims, [gt[0], gt[0]], atol=1e-4)


def grid(size=16, stride=8, cells=6):
    """Square anchors [cells^2, 4], a centre in the middle of each cell."""
    centre = (np.arange(cells) + 0.5) * stride
    y, x = (centres.ravel() for centres in np.meshgrid(centre, centre, indexing="ij"))
    return np.stack([y - size / 2, x - size / 2, y + size / 2, x + size / 2], 1).astype(np.float32)


@pytest.mark.parametrize(
    ("centre", "tied"), [((20, 20), 1), ((20, 24), 2), ((24, 20), 2), ((24, 24), 4)]
)
@pytest.mark.parametrize("size", [10, 12.3, 15.7, 3.1])
@pytest.mark.parametrize("shift", [0.0, 0.1, 77.7, 801.3])
def test_anchors_that_fit_an_object_equally_well_are_positive_together(centre, tied, size, shift):
    """An object halfway between two cells, or between four; wherever rounding takes them."""
    gt = np.array([[*(np.array(centre) - size / 2), *(np.array(centre) + size / 2)]])
    config = get_config("scenes", rpn_positive_iou=1.0)
    match, deltas = anchor_targets(grid() + np.float32(shift), gt + shift, config)
    assert (match == 1).sum() == tied
    aims = decode_deltas(grid() + np.float32(shift), deltas, STD).numpy()
    np.testing.assert_allclose(aims[match == 1], np.repeat(gt + shift, tied, 0), atol=1e-2)


def test_an_object_that_no_anchor_touches_makes_none_positive():
    match, _ = anchor_targets(grid(), [[500, 500, 520, 520]], get_config("scenes"))
    assert (match == -1).all()


def test_nearly_nothing_is_no_tie_with_nothing():
    """The best IoU is below the tolerance, so all others are within it: those of 0 stay out."""
    match, _ = anchor_targets(grid(), [[-0.001, -0.001, 0.02, 0.02]], get_config("scenes"))
    assert (match == 1).sum() == 1


def test_deltas_are_in_units_of_std():
    config = get_config("scenes", rpn_delta_std=(0.1, 0.1, 0.2, 0.2))
    anchors, gt = [[0, 0, 10, 10]], [[0, 1, 10, 10]]
    _, deltas = anchor_targets(anchors, gt, config)
    np.testing.assert_allclose(deltas, encode_deltas(anchors, gt) / [0.1, 0.1, 0.2, 0.2], rtol=1e-4)


def test_nothing_to_match():
    config = get_config("scenes")
    anchors = generate_anchors((64, 64), config)
    padding = np.zeros((3, 4))  # three rows of padding, class 0
    match, deltas = anchor_targets(anchors, padding, config, [0, 0, 0])
    assert (match != 1).all() and (match == -1).sum() == config.rpn_anchors_per_image
    np.testing.assert_array_equal(deltas, 0)


def test_padding_changes_nothing():
    config = get_config("scenes")
    anchors = generate_anchors((64, 64), config)
    gt = np.array([[3, 4, 20, 31], [30, 30, 60, 50]], np.float32)
    plain = anchor_targets(anchors, gt, config)
    padded = anchor_targets(anchors, np.pad(gt, ((0, 2), (0, 0))), config, [1, 1, 0, 0])
    for one, other in zip(plain, padded, strict=True):
        np.testing.assert_array_equal(one, other)


# Anchors, against a plain version


def exact_iou(anchor, box):
    """IoU of two boxes in Python's own numbers, which have 53 bits."""
    (y1, x1, y2, x2), (v1, u1, v2, u2) = anchor, box
    both = max(min(y2, v2) - max(y1, v1), 0) * max(min(x2, u2) - max(x1, u1), 0)
    return both / ((y2 - y1) * (x2 - x1) + (v2 - v1) * (u2 - u1) - both)


def slow_match(anchors, gt_boxes, config):
    """1, 0 or -1 for each anchor, before any sampling; and the object that it overlaps most."""
    anchors, gt_boxes = (np.asarray(x, float).tolist() for x in (anchors, gt_boxes))
    overlap = np.array([[exact_iou(a, box) for box in gt_boxes] for a in anchors])
    match, aim = np.zeros(len(anchors), int), overlap.argmax(1)
    for a, row in enumerate(overlap):
        best_for = (row > 0) & (row >= overlap.max(0) - 1e-5)
        if best_for.any() or row.max() >= config.rpn_positive_iou:
            match[a] = 1
        elif row.max() < config.rpn_negative_iou:
            match[a] = -1
    return match, aim


@given(st.integers(0, 9999), st.integers(1, 5))
def test_match_equals_a_plain_version_when_nothing_is_left_out(seed, number):
    config = get_config("scenes", rpn_anchors_per_image=10**5)
    anchors = generate_anchors((64, 64), config).numpy()
    gt = random_objects(seed, number)
    match, deltas = anchor_targets(anchors, gt, config)
    expected, aim = slow_match(anchors, gt, config)
    np.testing.assert_array_equal(match, expected)
    positive = match == 1
    aims = decode_deltas(anchors[positive], deltas[positive], STD)
    np.testing.assert_allclose(aims, gt[aim[positive]], atol=1e-2)


@given(st.integers(0, 9999), st.sampled_from([8, 64, 256]))
def test_samples_are_at_most_so_many_and_at_most_half_positive(seed, limit):
    config = get_config("scenes", rpn_anchors_per_image=limit)
    anchors = generate_anchors((64, 64), config).numpy()
    gt = random_objects(seed)
    match, _ = anchor_targets(anchors, gt, config, seed=tf.constant([seed, 0]))
    everything, _ = slow_match(anchors, gt, config)
    assert (match == 1).sum() == min((everything == 1).sum(), limit // 2)
    # Negatives fill up. Two equal lots at the border lose both, about once in 10,000 draws.
    assert limit - 1 <= (match != 0).sum() <= limit
    assert (everything[match == 1] == 1).all() and (everything[match == -1] == -1).all()
