"""Pictures of what the heads give."""

import numpy as np
from helpers import titles

from maskrcnn_explained.viz import mrcnn_heads as viz

IMAGE = np.full((60, 80, 3), 120, np.uint8)
ROI, REFINED = np.float32([10, 10, 40, 50]), np.float32([12, 8, 42, 52])
NAMES = ("background", "disk", "star")


def words(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_one_roi_through_both_heads():
    probs = np.array([0.1, 0.7, 0.2])
    axes = viz.show_head_outputs(IMAGE, ROI, REFINED, probs, np.eye(28), NAMES)
    assert [patch.get_linestyle() for patch in axes[0].patches] == ["-", ":"]
    assert [bar.get_width() for bar in axes[1].patches] == probs.tolist()
    assert words(axes[1]) == ["0.10", "0.70", "0.20"]
    assert titles(axes)[2].endswith("mask of disk")


def test_proposals_by_their_best_class():
    probs = np.array([[0.8, 0.1, 0.1], [0.1, 0.2, 0.7], [0.0, 0.1, 0.9]])
    ax = viz.show_proposal_classes(IMAGE, np.stack([ROI] * 3), probs, NAMES)
    assert [patch.get_linestyle() for patch in ax.patches] == [":", "-", "-"]
    assert legend(ax) == ["background (1)", "star (2)"]


def test_a_box_per_class_and_one_is_the_best():
    ax = viz.show_class_boxes(IMAGE, ROI, np.stack([ROI, REFINED, ROI + 3]), NAMES, best=1)
    assert [patch.get_linewidth() for patch in ax.patches] == [3.2, 1.4, 2]
    assert legend(ax) == ["RoI", "disk", "star"]


def test_a_mask_per_class():
    masks = np.random.default_rng(0).random((28, 28, 3))
    axes = viz.show_class_masks(IMAGE[10:40, 10:50], masks, NAMES, own=1)
    assert titles(axes)[:4] == ["photo", "background", "disk\n(kept)", "star"]
    assert [len(ax.patches) for ax in axes] == [0, 0, 1, 0], "the kept one has a frame"


def test_refined_boxes_are_drawn_beside_their_rois():
    ax = viz.show_refined(IMAGE, ROI[None], REFINED[None], np.array([1]))
    assert [patch.get_linestyle() for patch in ax.patches] == ["-", ":"]


def test_iou_step_by_step():
    steps = {"anchors": np.full(4, 0.3), "proposals": np.full(4, 0.6), "boxes": np.full(4, 0.8)}
    axes = viz.show_iou_steps(steps)
    np.testing.assert_allclose(axes[0].collections[0].get_offsets(), [[0.6, 0.8]] * 4)
    assert set(legend(axes[1])) == {
        "anchors: median 0.30",
        "proposals: median 0.60",
        "boxes: median 0.80",
    }


def test_pasting_in_steps():
    mask = np.zeros((60, 80), bool)
    mask[10:40, 10:50] = True
    axes = viz.show_pasting(IMAGE, ROI, np.ones((28, 28)), mask.astype(float), mask)
    assert titles(axes) == [
        "28 x 28, from the mask head",
        "stretched over the box",
        "at least 0.5: the mask",
    ]
    assert axes[1].get_xlim() == axes[2].get_xlim() == (10 - 8, 50 + 8)


def test_masks_in_boxes_share_their_view():
    masks = np.zeros((2, 60, 80), bool)
    masks[:, 15:30, 20:40] = True
    axes = viz.show_masks_in_boxes(IMAGE, np.stack([ROI, REFINED]), masks, ["before", "after"])
    assert titles(axes) == ["before", "after"]
    assert axes[0].get_xlim() == axes[1].get_xlim()
    around = masks[0, 14:31, 19:41]  # the layer holds the mask and a pixel around it
    np.testing.assert_array_equal(axes[0].images[1].get_array()[..., 3] > 0, around)


def test_round_trips_colour_what_they_changed():
    mask = np.zeros((8, 8), bool)
    mask[2:5, 2:5] = True
    axes = viz.show_round_trips([mask], [np.roll(mask, 1, 1)], ["square"])
    assert titles(axes[0]) == ["square"]
    colours = axes[1, 0].images[0].get_array()
    np.testing.assert_allclose(colours[3, 2], (0.84, 0.37, 0.0))  # lost
    np.testing.assert_allclose(colours[3, 5], (0.34, 0.71, 0.91))  # added


def test_iou_by_size_on_powers_of_two():
    sizes = np.array([10.0, 40.0, 300.0])
    ax = viz.show_iou_by_size(sizes, {"28 x 28": (np.array([0.9, 0.95, 1.0]), "red", "--")})
    assert legend(ax) == ["28 x 28"] and ax.lines[0].get_linestyle() == "--"
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert ticks == ["16", "32", "64", "128", "256"]
