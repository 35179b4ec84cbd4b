"""Anchor targets against the reference: its numbers, and its rule written out in NumPy."""

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import targets
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.boxes import iou
from maskrcnn_explained.presets import get_config

CONFIG = get_config("coco-resnet50", rpn_anchors_per_image=10**5)  # nothing is left out


def anchor_targets(anchors, gt_boxes, class_ids, config=CONFIG):
    """targets.anchor_targets of one image, as arrays."""
    match, deltas = targets.anchor_targets(
        np.float32(anchors),
        np.float32(gt_boxes)[None],
        np.int32(class_ids)[None],
        tf.constant([1, 2]),
        config,
    )
    return match[0].numpy(), deltas[0].numpy()


def tied_anchors(anchors, gt_boxes):
    """Which anchors [A] are the best of some object, or within the tolerance of it."""
    overlap = iou(anchors, gt_boxes).numpy()
    return ((overlap >= overlap.max(0) - 2 * targets.TIE_IOU) & (overlap > 0)).any(1)


def same_but_for_ties(ours, theirs, tied):
    """Labels are theirs, and so are the deltas; but we keep all of several anchors that tie.

    Theirs compares floats of 64 bits exactly. So each of their positives is ours, and what we have
    besides must be one of several best anchors.
    """
    (match, deltas), (their_match, their_deltas) = ours, theirs
    more = match != their_match
    assert (match[more] == 1).all() and tied[more].all()
    positive = their_match == 1
    np.testing.assert_allclose(deltas[positive], their_deltas[positive], atol=1e-4)
    return more.sum()


def test_anchor_targets_of_the_reference(reference):
    numbers = reference("targets")
    # The reference matches in pixels with exclusive corners.
    anchors = generate_anchors((256, 256), CONFIG).numpy()
    gt, ids = numbers["plain_gt_boxes"], numbers["plain_gt_class_ids"]
    theirs = numbers["plain_rpn_match_all"]
    their_deltas = np.zeros((len(anchors), 4))
    their_deltas[theirs == 1] = numbers["plain_rpn_bbox_positives"]
    tied = tied_anchors(anchors, gt[ids > 0])
    ours = anchor_targets(anchors, gt, ids)
    same_but_for_ties(ours, (theirs, their_deltas), tied)


def their_rule(anchors, gt_boxes, class_ids, config=CONFIG):
    """The reference's rule as its text says it, in float64: match [A], and deltas [A, 4].

    Negative below 0.3. For each object, all anchors that reach the highest IoU exactly. Positive
    from 0.7. The deltas go to each anchor's own best object.
    """
    anchors, gt_boxes = np.asarray(anchors, float), np.asarray(gt_boxes, float)
    crowds, objects = gt_boxes[class_ids < 0], gt_boxes[class_ids > 0]
    overlap = overlaps(anchors, objects)
    own, best = overlap.argmax(1), overlap.max(1)
    match = np.zeros(len(anchors), int)
    off_crowds = (overlaps(anchors, crowds) < 0.001).all(1)
    match[(best < config.rpn_negative_iou) & off_crowds] = -1
    match[np.argwhere(overlap == overlap.max(0))[:, 0]] = 1
    match[best >= config.rpn_positive_iou] = 1
    sizes, target_sizes = anchors[:, 2:] - anchors[:, :2], (objects[:, 2:] - objects[:, :2])[own]
    middles, target_middles = anchors[:, :2] + sizes / 2, objects[own, :2] + target_sizes / 2
    shifts = (target_middles - middles) / sizes
    deltas = np.concatenate([shifts, np.log(target_sizes / sizes)], 1)
    return match, deltas / config.rpn_delta_std


def overlaps(anchors, boxes):
    """IoU [A, G] in float64."""
    low = np.maximum(anchors[:, None, :2], boxes[None, :, :2])
    high = np.minimum(anchors[:, None, 2:], boxes[None, :, 2:])
    both = np.maximum(high - low, 0).prod(2)
    areas, box_areas = ((x[:, 2:] - x[:, :2]).prod(1) for x in (anchors, boxes))
    return both / (areas[:, None] + box_areas[None] - both)


@given(st.integers(0, 9999), st.integers(1, 9), st.integers(0, 2), st.booleans())
def test_the_rule_of_the_reference(seed, number, crowds, whole_pixels):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 110, (number + crowds, 2))
    gt = np.concatenate([corners, corners + rng.uniform(4, 80, corners.shape)], 1)
    gt = np.minimum(np.round(gt) if whole_pixels else gt, 128).astype(np.float32)
    ids = rng.permutation([*([1] * number), *([-1] * crowds)])
    anchors = generate_anchors((128, 128), CONFIG).numpy()
    tied = tied_anchors(anchors, gt[ids > 0])
    same_but_for_ties(anchor_targets(anchors, gt, ids), their_rule(anchors, gt, ids), tied)


def test_ties_are_where_we_differ():
    """An object between four cells has four best anchors; the last of 64 bits tells them apart."""
    config = CONFIG.changed(rpn_positive_iou=1.0)  # so that only the best are positive
    anchors = generate_anchors((128, 128), config).numpy()
    gt, ids = np.float32([[62 - 17.3, 62 - 17.3, 62 + 17.3, 62 + 17.3]]), np.array([1])
    ours, theirs = anchor_targets(anchors, gt, ids, config), their_rule(anchors, gt, ids, config)
    assert (ours[0] == 1).sum() == 4 and (theirs[0] == 1).sum() == 1
    assert same_but_for_ties(ours, theirs, tied_anchors(anchors, gt)) == 3
