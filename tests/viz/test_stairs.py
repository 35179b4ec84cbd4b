"""Pictures of stairs."""

import numpy as np
from helpers import titles

from maskrcnn_explained import viz
from maskrcnn_explained.viz import style


def test_a_staircase_and_its_smoothed_form():
    ax = viz.show_staircase(np.array([0, 1]), np.array([0, 0, 1, 1]), np.array([0, 0.2, 0.8, 1]))
    steps, coarse, smooth = ax.lines
    assert steps.get_ydata().tolist() == [0, 0, 1, 1, 1]
    assert coarse.get_xdata().tolist() == [1, 3], "the centres of cells two wide"
    assert smooth.get_xdata().tolist() == [0.5, 1.5, 2.5, 3.5]


def test_a_dot_per_image_before_and_after():
    ax = viz.show_stairs_by_level({"P3": [0.7, 0.8], "P2": [0.5, 0.7]}, {"P3": [1], "P2": [1.2]})
    line, *dots = ax.lines
    assert line.get_ydata() == [1, 1]
    assert [list(dot.get_ydata()) for dot in dots] == [[0.7, 0.8], [1], [0.5, 0.7], [1.2]]
    assert [dot.get_markerfacecolor() == "none" for dot in dots] == [True, False] * 2
    assert "P3 0.75 and 1.00, P2 0.60 and 1.20" in style.figure_of(ax).get_label()


def test_maps_and_a_part_of_them():
    maps = [np.eye(8), -2 * np.ones((8, 8))]
    axes = viz.show_zoomed_maps(maps, ["a", "b"], 4, (1, 2, 3, 6))
    assert titles(axes[0]) == ["a", "b"]
    assert axes[1, 0].get_xlim() == (8, 24) and axes[1, 0].get_ylim() == (12, 4)
    assert [ax.images[0].get_clim() for ax in axes[0]] == [(-2, 2), (-2, 2)]
    own = viz.show_zoomed_maps(maps, ["a", "b"], 4, (1, 2, 3, 6), shared=False)
    assert own[0, 1].images[0].get_array().min() == -1
