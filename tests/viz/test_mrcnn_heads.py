"""Pictures of what the heads give."""

import numpy as np
from helpers import titles

from maskrcnn_explained.viz import mrcnn_heads as viz

IMAGE = np.full((60, 80, 3), 120, np.uint8)
ROI, REFINED = np.float32([10, 10, 40, 50]), np.float32([12, 8, 42, 52])
NAMES = ("background", "disk", "star")


def test_one_roi_through_both_heads():
    axes = viz.show_head_outputs(IMAGE, ROI, REFINED, np.array([0.1, 0.7, 0.2]), np.eye(28), NAMES)
    assert len(np.ravel(axes)[0].patches) == 2  # before and after


def test_a_box_per_class_and_one_is_the_best():
    boxes = np.stack([ROI, REFINED, ROI + 3])
    ax = viz.show_class_boxes(IMAGE, ROI, boxes, NAMES, best=1)
    assert len(ax.patches) >= 3


def test_a_mask_per_class():
    masks = np.random.default_rng(0).random((28, 28, 3))
    axes = viz.show_class_masks(IMAGE[10:40, 10:50], masks, NAMES, own=1)
    assert {"disk", "star"} <= {word for title in titles(axes) for word in title.split()}


def test_refined_boxes_are_drawn_beside_their_rois():
    ax = viz.show_refined(IMAGE, ROI[None], REFINED[None], np.array([1]))
    assert len(ax.patches) == 2


def test_pasting_in_steps():
    mask = np.zeros((60, 80), bool)
    mask[10:40, 10:50] = True
    axes = viz.show_pasting(IMAGE, ROI, np.ones((28, 28)), np.ones((30, 40)), mask)
    assert len(np.ravel(axes)) >= 3
