"""Marks: boxes, labels and masks lie where their numbers say."""

import numpy as np
import pytest

from maskrcnn_explained.viz import marks, style


@pytest.mark.parametrize(
    "box, x, align, above",
    [
        ((20, 10, 30, 40), 11, "left", True),
        ((1, 10, 30, 40), 11, "left", False),  # no room above
        ((20, 90, 30, 99), 98, "right", True),  # no room to the right
    ],
)
def test_a_label_stays_inside_the_picture(box, x, align, above):
    ax = style.show_image(np.zeros((50, 100), np.uint8))
    marks.draw_box(ax, box, "#0072B2", label="disk")
    [text] = ax.texts
    assert text.get_color() == "white", "blue and green words cannot be read on a dark ground"
    assert (text.get_position(), text.get_ha()) == ((x, box[0]), align)
    assert text.get_va() == ("bottom" if above else "top")


def test_a_filled_mask_tints_its_pixels_and_traces_its_edge():
    mask = np.zeros((6, 8), bool)
    mask[1:3, 2:5] = True
    ax = marks.fill_mask(style.show_image(np.zeros((6, 8, 3), np.uint8)), mask, "#0072B2", 0.5)
    layer = ax.images[1]  # of the mask and a pixel around it
    assert layer.get_extent() == [1, 6, 4, 0]
    np.testing.assert_array_equal(layer.get_array()[..., 3], mask[0:4, 1:6] * 0.5)
    assert len(ax.collections) == 1
    assert ax.get_xlim() == (0, 8) and ax.get_ylim() == (6, 0)


@pytest.mark.parametrize("mask", [np.zeros((6, 8), bool), np.ones((6, 8), bool)])
def test_empty_and_whole_masks_keep_the_view(mask):
    ax = marks.fill_mask(style.new_axes(), mask, "#0072B2")
    assert ax.get_xlim() == (0, 8) and ax.get_ylim() == (6, 0)
    assert not ax.collections  # no edge to trace
