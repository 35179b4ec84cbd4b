"""The pictures of notebook 07: figures come back as axes and say the right numbers."""

import numpy as np
from helpers import titles

from maskrcnn_explained import viz

IMAGE = np.full((64, 96, 3), 120, np.uint8)
BOXES = np.float32([[4, 4, 20, 30], [10, 40, 50, 80], [2, 60, 30, 90]])


def test_matching_says_what_each_anchor_is():
    overlap = np.float32([[0.8, 0.0], [0.1, 0.4], [0.0, 0.0]])
    axes = viz.show_matching(BOXES[:2], BOXES, [1, 0, -1], overlap)
    rows = [label.get_text() for label in axes[1].get_yticklabels()]
    assert rows == ["a: positive", "b: ignored", "c: negative"]
    assert [text.get_text() for text in axes[1].texts][0] == "0.80"


def test_anchor_targets_counts_all_and_draws_some():
    anchors = np.tile(BOXES, (40, 1))
    match = np.tile([1, -1, 0], 40)
    axes = viz.show_anchor_targets(IMAGE, anchors, match, anchors, np.flatnonzero(match == 0))
    assert titles(axes)[0] == "40 positive\n(14 shown)"
    assert len(axes[0].patches) == 2 * 14, "each with the box that it is to become"
    assert len(axes[1].patches) == 14


def test_anchor_targets_say_from_how_many_they_were_sampled():
    match = np.array([1, -1, 0, 0, 0])
    axes = viz.show_anchor_targets(IMAGE, np.tile(BOXES, (2, 1))[:5], match, BOXES, np.array([2]))
    assert titles(axes)[1] == "1 negative sampled of 3\n(1 shown)"


def test_roi_targets_count_the_rois_of_each_object():
    axes = viz.show_roi_targets(IMAGE, BOXES, np.array([1, 1, 0]), np.array([1, 1, 0]), BOXES)
    assert titles(axes)[0].startswith("2 positive RoIs")
    assert titles(axes)[1].startswith("1 negative RoIs")
    assert [text.get_text() for text in axes[0].texts] == ["0", "2", "0"]
    assert "2 of them without any" in axes[0].figure.get_label()


def test_mask_targets_name_their_class():
    masks = np.ones((2, 28, 28))
    axes = viz.show_mask_targets(IMAGE, BOXES[:2], BOXES[:2], [1, 2], masks, ["", "disk", "star"])
    assert titles(axes[0]) == ["disk", "star"]


def test_mini_masks_colour_what_was_lost_and_added():
    mask, back = np.zeros((2, 1, 8, 8), bool)
    mask[0, 2:5, 2:5] = True
    back[0, 2:5, 3:6] = True
    axes = viz.show_mini_masks(mask, np.ones((1, 4, 4), bool), back)
    colours = axes[2, 0].images[0].get_array()
    np.testing.assert_allclose(colours[3, 2], (0.84, 0.37, 0.0))  # lost
    np.testing.assert_allclose(colours[3, 5], (0.34, 0.71, 0.91))  # added
    assert titles(axes[2]) == ["IoU 0.50"]


def test_counts():
    axes = viz.show_counts({"positives": ([0, 3, 21, 21], 21)})
    heights = [patch.get_height() for patch in axes[0].patches]
    assert sum(heights) == 4
    assert heights[-1] == 2, "what reaches the limit is counted below it"
