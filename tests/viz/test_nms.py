"""NMS in frames: what is kept, dropped, waiting and gone."""

import numpy as np
from helpers import titles

from maskrcnn_explained import viz
from maskrcnn_explained.viz import nms, style

BOXES = np.array([[0, 0, 9, 9], [1, 1, 9, 9], [20, 20, 29, 29]])
TURNS = [(0, {1: 0.75}), (2, {})]


def looks(ax):
    return [(patch.get_edgecolor(), patch.get_linestyle()) for patch in ax.patches]


def test_each_turn_has_a_frame():
    axes = viz.show_nms(BOXES, [0.9, 0.8, 0.7], TURNS)
    wanted = ["A .90, B .80, C .70", "keep A, drop B (IoU 0.75)", "keep C"]
    assert titles(axes.flat) == wanted
    assert [len(ax.patches) for ax in axes.flat] == [3, 3, 2], "a dropped box is gone"
    assert axes.shape == (1, 3)
    assert "2 turns of NMS: keep A, drop B (IoU 0.75); keep C" in style.figure_of(axes).get_label()


def test_dropped_is_dotted_and_kept_is_green():
    from matplotlib.colors import to_rgba

    axes = viz.show_nms(BOXES, [0.9, 0.8, 0.7], TURNS)
    assert set(looks(axes[0, 1])) == {
        (to_rgba(style.POSITIVE), "-"),
        (to_rgba(nms.GONE), ":"),
        (to_rgba(nms.WAITS), "-"),
    }
    assert set(looks(axes[0, 2])) == {(to_rgba(style.POSITIVE), "-")}


def test_letters_are_outside_of_all_boxes():
    axes = viz.show_nms(BOXES, [0.9, 0.8, 0.7], TURNS)
    places = {text.get_text(): text.get_position() for text in axes[0, 0].texts}
    assert places["A"][1] < 0 and places["B"][1] < 0 and places["C"][1] < 20
    assert places["A"][0] < places["B"][0]
