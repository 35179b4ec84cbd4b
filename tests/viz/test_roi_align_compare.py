"""Pictures that compare the pooling operators: curves and gradients, as the numbers say."""

import numpy as np
from helpers import titles

from maskrcnn_explained.roi_align import OPERATORS
from maskrcnn_explained.viz import roi_align_compare as viz
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.roi_align_sampling import OPERATOR_NAMES

BOX = np.array([2.0, 3.0, 22.0, 21.0])  # on a 3 x 3 map of stride 8
IMAGE = np.zeros((24, 24, 3), np.uint8)
POSITIONS = np.array([0.0, 8.0, 16.0, 24.0])


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_one_curve_per_operator():
    ax = viz.show_operator_curves(POSITIONS, dict.fromkeys(OPERATORS, POSITIONS), xlabel="pixels")
    assert [line.get_label() for line in ax.lines] == [OPERATOR_NAMES[name] for name in OPERATORS]
    assert ax.get_xlabel() == "pixels"


def test_a_moved_box_on_two_maps():
    curves = dict.fromkeys(OPERATORS, POSITIONS)
    axes = viz.show_moved_box(POSITIONS, curves, {"roi_pool": 2 * POSITIONS}, ["ramp", "photo"])
    assert titles(axes) == ["ramp", "photo"]
    assert [len(ax.lines) for ax in axes] == [len(OPERATORS), 1]
    assert "RoIPool" in style.figure_of(axes).get_label()


def test_the_border_has_a_dot_per_cell_and_a_line_per_edge():
    ax = viz.show_border(POSITIONS, dict.fromkeys(OPERATORS, POSITIONS), [1, 4, 2], 8)
    dots = ax.lines[len(OPERATORS)]
    np.testing.assert_array_equal(dots.get_xydata(), [[4, 1], [12, 4], [20, 2]])
    edges = ax.lines[len(OPERATORS) + 1 :]
    assert [line.get_xdata()[0] for line in edges] == [0, 8, 16, 24]


def test_squeezed_says_how_far_off_the_first_pixel_is():
    ax = viz.show_squeezed(POSITIONS, {2: [1.5, 0, 0, -1.5], 5: [15.5, 0, 0, -15.5]})
    assert [line.get_label() for line in ax.lines] == ["P2", "P5"]
    assert "from 15.5 to minus 15.5 pixels" in style.figure_of(ax).get_label()


def test_shares_of_the_gradient_are_written_into_their_cells():
    gradients = dict.fromkeys(OPERATORS, np.eye(3) / 4)
    axes = viz.show_gradients(gradients, IMAGE, BOX, 8, 2, (0, 1))
    assert titles(axes[1:]) == [OPERATOR_NAMES[name] for name in OPERATORS]
    for ax in axes[1:]:
        assert words(ax) == ["0.25"] * 3
        assert ax.get_xlim() == (-12, 36), "a cell and a half more on every side"
    assert len(axes[0].patches) == 2, "the bin, and the frame of the close views"


def test_the_bin_and_its_points_are_drawn_on_the_photo():
    axes = viz.show_gradients(dict.fromkeys(OPERATORS, np.eye(3) / 4), IMAGE, BOX, 8, 2, (0, 1))
    align = axes[1].collections[-1]
    rows, columns = [4.5, 9.5], [14.25, 18.75]
    wanted = [[x, y] for y in rows for x in columns]
    np.testing.assert_allclose(align.get_offsets(), wanted)
