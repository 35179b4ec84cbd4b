"""Pictures of masks: one per class, pasted, cut off, shrunk."""

import numpy as np
from helpers import titles

from maskrcnn_explained.viz import mrcnn_masks as viz

IMAGE = np.full((60, 80, 3), 120, np.uint8)
ROI, REFINED = np.float32([10, 10, 40, 50]), np.float32([12, 8, 42, 52])
NAMES = ("background", "disk", "star")


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_mask_per_class():
    masks = np.random.default_rng(0).random((28, 28, 3))
    axes = viz.show_class_masks(IMAGE[10:40, 10:50], masks, NAMES, own=1)
    assert titles(axes)[:4] == ["photo", "background", "disk\n(kept)", "star"]
    assert [len(ax.patches) for ax in axes] == [0, 0, 1, 0], "the kept one has a frame"


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
    plain = len(axes[2].collections)
    truth = np.roll(mask, 3, 1)
    dotted = viz.show_pasting(IMAGE, ROI, np.ones((28, 28)), mask.astype(float), mask, 2, truth)
    assert len(dotted[2].collections) == plain + 1, "the edge of the true mask"


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
