"""Targets: what each anchor should have said, and how a sample is drawn."""

import numpy as np
import tensorflow as tf
from helpers import random_objects
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import targets
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.boxes import decode_deltas, encode_deltas, iou
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


def test_an_anchor_that_is_best_for_one_object_aims_at_it():
    anchors = [[0, 0, 10, 10]]  # the only one, so the best for both objects
    gt = [[0, 0, 10, 10], [0, 0, 10, 4]]
    _, deltas = anchor_targets(anchors, gt, get_config("scenes"))
    np.testing.assert_allclose(deltas, 0, atol=1e-6)  # of the two, at the one that it fits better
    anchors = [[0, 0, 10, 10], [0, 0, 10, 11]]
    gt = [[0, 0, 10, 11], [0, 0, 10, 6]]  # the first anchor fits object 0 better, yet ...
    _, deltas = anchor_targets(anchors, gt, get_config("scenes"))
    aims = decode_deltas(np.float32(anchors), deltas, STD)
    np.testing.assert_allclose(aims, [gt[1], gt[0]], atol=1e-4)  # ... object 1 has no other


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


def slow_match(anchors, gt_boxes, config):
    """1, 0 or -1 for each anchor, before any sampling; and the object it aims at."""
    overlap = iou(anchors, gt_boxes).numpy()
    match, aim = np.zeros(len(anchors), int), np.full(len(anchors), -1)
    for a in range(len(anchors)):
        best = overlap[a].max()
        mine = [g for g in range(len(gt_boxes)) if overlap[a, g] == overlap[:, g].max() > 0]
        if mine:
            match[a], aim[a] = 1, max(mine, key=lambda g: overlap[a, g])
        elif best >= config.rpn_positive_iou:
            match[a], aim[a] = 1, overlap[a].argmax()
        elif best < config.rpn_negative_iou:
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


def test_anchor_targets_of_the_reference(reference):
    numbers = reference("targets")
    config = get_config("coco-resnet50", rpn_anchors_per_image=10**5)
    # The reference matches in pixels with exclusive corners.
    anchors = generate_anchors((256, 256), config).numpy()
    gt = numbers["plain_gt_boxes"].astype(np.float32)
    match, deltas = anchor_targets(anchors, gt, config, numbers["plain_gt_class_ids"])
    theirs = numbers["plain_rpn_match_all"]
    # Anchors that fit an object equally well are told apart by the last bit of a float, theirs
    # of 64 and ours of 32 bits. Leave those ties out, and see that one of them was chosen.
    overlap = iou(anchors, gt).numpy()
    tied = np.abs(overlap - overlap.max(0)) < 1e-6
    only_best = tied & (overlap.max(1, keepdims=True) < config.rpn_positive_iou)
    assert ((match == 1)[:, None] & tied).any(0).all()
    clear = ~only_best.any(1)
    np.testing.assert_array_equal(match[clear], theirs[clear])
    both = (match == 1) & (theirs == 1)
    their_deltas = np.zeros_like(deltas)
    their_deltas[theirs == 1] = numbers["plain_rpn_bbox_positives"]
    assert both.sum() >= 20
    np.testing.assert_allclose(deltas[both], their_deltas[both], atol=1e-4)


# Sampling


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 30), st.integers(0, 99))
def test_sample_keeps_candidates_only_and_as_many_as_it_may(candidates, limit, seed):
    candidates = np.array(candidates)
    kept = targets.sample(candidates[None], limit, [seed, 0]).numpy()[0]
    assert kept.sum() == min(limit, candidates.sum()) and not (kept & ~candidates).any()


def test_sample_has_one_limit_per_image_and_follows_its_seed():
    candidates = np.ones((3, 50), bool)
    kept = targets.sample(candidates, tf.constant([0, 5, 99]), SEED).numpy()
    np.testing.assert_array_equal(kept.sum(1), [0, 5, 50])
    np.testing.assert_array_equal(kept, targets.sample(candidates, tf.constant([0, 5, 99]), SEED))
    assert not np.array_equal(kept, targets.sample(candidates, tf.constant([0, 5, 99]), SEED + 1))


def twenty_on_and_twenty_off_an_object():
    """Boxes [40, 4]: twenty on the object (0, 0, 10, 10), twenty far away."""
    boxes = np.repeat([[0, 0, 10, 10], [50, 50, 60, 60]], 20, 0)
    return np.float32(boxes) + np.tile(np.arange(20), 2)[:, None].astype(np.float32) * 0.01


def test_the_draws_of_a_step_are_those_that_trained_the_shipped_weights():
    """The numbers come from version 0.1.0: weights follow from their recipe and its seed."""
    drawn = [targets.purpose_seed([5, 7], purpose).numpy().tolist() for purpose in targets.PURPOSES]
    assert drawn == [[5, 7], [6, 8], [7, 9], [8, 10]]
    boxes = twenty_on_and_twenty_off_an_object()
    config = get_config("scenes", rpn_anchors_per_image=8)
    match, _ = anchor_targets(boxes, [[0, 0, 10, 10]], config, seed=[5, 7])
    assert np.flatnonzero(match == 1).tolist() == [6, 9, 15, 16]
    assert np.flatnonzero(match == -1).tolist() == [30, 36, 37, 38]
    rois = drawn_rois(boxes, [5, 7])
    np.testing.assert_array_equal(rois, boxes[[4, 5, 7, 13, 21, 32, 36, 37]])


def drawn_rois(boxes, seed):
    """The RoIs [8, 4] that `roi_targets` draws, half of them positive."""
    config = get_config(
        "scenes", rois_per_image=8, roi_positive_ratio=0.5, add_gt_to_proposals=False
    )
    found = targets.roi_targets(
        boxes[None],
        np.ones((1, 40), np.float32),
        np.float32([[[0, 0, 10, 10]]]),
        np.int32([[1]]),
        np.ones((1, 1, 64, 64), bool),
        seed,
        config,
    )
    return found["rois"].numpy()[0]


def test_sample_is_fair():
    candidates = np.tile(np.arange(10) < 8, (3000, 1))
    kept = targets.sample(candidates, 2, SEED).numpy().mean(0)
    np.testing.assert_allclose(kept, [0.25] * 8 + [0] * 2, atol=0.03)  # about four sigma
