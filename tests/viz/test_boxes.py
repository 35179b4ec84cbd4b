"""Pictures of box arithmetic: boxes where their numbers say, before dotted and after solid."""

import numpy as np
import pytest
from helpers import random_image, titles
from matplotlib.colors import to_hex

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


def test_refinement_draws_numbered_pairs():
    axes = viz.show_refinement(random_image(64, 96), BOXES, [BOXES + 2, BOXES + 3], titles="ab")
    assert titles(axes) == ["a", "b"]
    before, after = axes[1].patches[::2], axes[1].patches[1::2]
    np.testing.assert_allclose([corners(patch) for patch in after], BOXES + 3)
    np.testing.assert_allclose([corners(patch) for patch in before], BOXES)
    assert {patch.get_linestyle() for patch in before} == {":"}
    assert [text.get_text() for text in axes[1].texts] == ["1", "2", "3"]


def test_a_row_of_sets_of_boxes_begins_dotted():
    axes = viz.show_boxes_row(random_image(64, 96), [BOXES, BOXES[:1]], ["before", "after"])
    assert titles(axes) == ["before", "after"]
    assert [ax.patches[0].get_linestyle() for ax in axes] == [":", "-"]
    assert "3 boxes, before; 1 boxes, after" in style.figure_of(axes).get_label()
    assert axes[0].get_legend() is None


def test_a_row_of_boxes_in_the_colours_of_their_levels():
    sets, levels = [BOXES, BOXES[:1]], [np.array([0, 2, 0]), np.array([4])]
    axes = viz.show_boxes_row(random_image(64, 96), sets, ["before", "after"], levels)
    words = [[text.get_text() for text in ax.get_legend().get_texts()] for ax in axes]
    assert words == [["P2", "P4"], ["P6"]]
    drawn = [to_hex(patch.get_edgecolor()).upper() for patch in axes[0].patches]
    assert drawn == [style.LEVEL_COLOURS[name] for name in ("P2", "P4", "P2")]


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
