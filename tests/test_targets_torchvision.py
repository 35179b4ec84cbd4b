"""Anchor targets against torchvision: labels and deltas that it computed, for the same anchors."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import REFERENCE_NUMBERS

from maskrcnn_explained import targets
from maskrcnn_explained.boxes import iou
from maskrcnn_explained.presets import get_config

MADE = ("inside", "two_tie", "four_tie", "rounding", "overlapping", "tiny", "crowded")
CASES = (*MADE, *(f"random_{number}" for number in range(6)))
ONE, BACKGROUND, IGNORED = 1, 0, -1  # as torchvision writes them
# Anchors that tie with the best one of an object, and that torchvision leaves out because it
# compares floats of 32 bits exactly. All other labels of 13 x 2268 are equal.
MORE = {"rounding": 3}


def numbers():
    with np.load(REFERENCE_NUMBERS / "torchvision_targets.npz") as file:
        return dict(file)


def ours_and_theirs(case):
    """Match [A] and deltas [A, 4] of ours and of torchvision, anchors and boxes."""
    stored = numbers()
    anchors, boxes = stored["anchors"], stored[f"{case}_boxes"]
    config = get_config("coco-torchvision", rpn_anchors_per_image=10**5)
    ids = np.ones((1, len(boxes)), np.int32)
    seed = tf.constant([0, 1])
    match, deltas = targets.anchor_targets(anchors, boxes[None], ids, seed, config)
    labels = stored[f"{case}_labels"]
    theirs = np.select([labels == ONE, labels == BACKGROUND], [1, -1], 0)
    their_deltas = np.zeros_like(anchors)
    their_deltas[theirs == 1] = stored[f"{case}_deltas"]
    return (match[0].numpy(), deltas[0].numpy()), (theirs, their_deltas), anchors, boxes


@pytest.mark.parametrize("case", CASES)
def test_labels_and_deltas_of_torchvision(case):
    (match, deltas), (theirs, their_deltas), anchors, boxes = ours_and_theirs(case)
    more = match != theirs
    assert more.sum() == MORE.get(case, 0), "as stated above"
    overlap = iou(anchors, boxes).numpy()
    tied = ((overlap >= overlap.max(0) - 2 * targets.TIE_IOU) & (overlap > 0)).any(1)
    assert (match[more] == 1).all() and tied[more].all()
    positive = theirs == 1
    np.testing.assert_allclose(deltas[positive], their_deltas[positive], atol=1e-5)


def test_the_cases_have_what_they_are_named_for():
    """An anchor that is the best of one object aims at another, and ties of two and four."""
    (match, _), _, anchors, boxes = ours_and_theirs("inside")
    overlap = iou(anchors, boxes).numpy()
    best = (overlap == overlap.max(0)) & (match == 1)[:, None]
    assert (overlap.argmax(1)[best[:, 1]] == 0).any(), "best of object 1, aims at object 0"
    for case, tied, theirs in (("two_tie", 2, 2), ("four_tie", 4, 4), ("rounding", 4, 1)):
        ours = ours_and_theirs(case)
        assert ((ours[0][0] == 1).sum(), (ours[1][0] == 1).sum()) == (tied, theirs)
