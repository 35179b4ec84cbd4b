"""Pictures of box arithmetic: boxes where their numbers say, before dotted and after solid."""

import numpy as np
import pytest
from helpers import random_image, titles

from maskrcnn_explained import viz
from maskrcnn_explained.viz import style

BOXES = np.array([[4.0, 6, 20, 30], [10, 40, 50, 80], [2, 60, 30, 90]])


def corners(patch):
    """A drawn rectangle as a box (y1, x1, y2, x2)."""
    x, y = patch.get_xy()
    return [y, x, y + patch.get_height(), x + patch.get_width()]


def test_boxes_are_drawn_where_their_numbers_say():
    ax = viz.show_boxes(random_image(64, 96), BOXES, "red", title="three", line=style.BEFORE)
    np.testing.assert_allclose([corners(patch) for patch in ax.patches], BOXES)
    assert ax.get_title() == "three" and ax.patches[0].get_linestyle() == ":"


def test_a_colour_per_box_or_an_error():
    with pytest.raises(ValueError, match="zip"):
        viz.show_boxes(random_image(64, 96), BOXES, ["red", "blue"])


def test_refinement_draws_each_pair_in_one_colour():
    axes = viz.show_refinement(random_image(64, 96), BOXES, [BOXES + 2, BOXES + 3], titles="ab")
    assert titles(axes) == ["a", "b"]
    before, after = axes[1].patches[:3], axes[1].patches[3:]
    np.testing.assert_allclose([corners(patch) for patch in after], BOXES + 3)
    for one, other in zip(before, after, strict=True):
        assert one.get_edgecolor() == other.get_edgecolor()
        assert (one.get_linestyle(), other.get_linestyle()) == (":", "-")


def test_nms_says_which_box_dropped_which():
    boxes = np.array([[0, 0, 9, 9], [1, 1, 9, 9], [20, 20, 29, 29]])
    ax = viz.show_nms(boxes, [0.9, 0.8, 0.7], [0, 2], {1: (0, 0.75)})
    assert [patch.get_linestyle() for patch in ax.patches] == ["-", ":", "-"]
    texts = [text.get_text() for text in ax.texts]
    assert texts[:2] == ["A", "A  score 0.90"]
    assert "B  score 0.80, dropped: IoU 0.75 with A" in texts


def test_delta_histograms_mark_the_std():
    axes = viz.show_delta_histograms(np.eye(4), (0.1, 0.1, 0.2, 0.2))
    assert [title.split(":")[0] for title in titles(axes)] == ["dy", "dx", "dh", "dw"]
    assert [line.get_xdata()[0] for line in axes[2].lines] == [-0.2, 0.2]
    assert [len(ax.lines) for ax in viz.show_delta_histograms(np.eye(4))] == [0] * 4


def test_a_chain_has_the_colours_of_the_steps():
    ax = viz.show_chain(random_image(64, 96), BOXES)
    np.testing.assert_allclose([corners(patch) for patch in ax.patches], BOXES)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == list(style.STEP_COLOURS)
    assert ax.get_xlim() == (6 - 12, 90 + 12)
