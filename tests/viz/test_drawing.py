"""What pictures of several stages share: shades, pairs of masks, zoom, frames, legends, bars."""

import math

import matplotlib
import numpy as np
import pytest

from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import (
    GROUND_STEP,
    compare_legend,
    compare_masks,
    count_bars,
    few_shades,
    filter_picture,
    frame,
    legend_beside,
    log2_axis,
    text_bars,
    visible_image,
    zoom,
    zoom_square,
)


def test_visible_image_undoes_the_mean():
    molded = np.zeros((2, 2, 3), np.float32)
    molded[0, 0] = [100, -300, 300]
    visible = visible_image(molded, (120.4, 116.8, 103.9))
    assert visible.dtype == np.uint8
    assert visible[1, 1].tolist() == [120, 117, 104]
    assert visible[0, 0].tolist() == [220, 0, 255]


@pytest.mark.parametrize("step", [8, GROUND_STEP])
def test_few_shades_keeps_within_half_a_step(step):
    image = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    fewer = few_shades(image, step)
    assert len(np.unique(fewer)) == math.ceil(256 / step) and fewer.dtype == np.uint8
    assert np.abs(fewer.astype(int) - image).max() <= step // 2


def test_zoom_shows_the_boxes_with_a_margin_and_never_beyond_the_image():
    ax = style.show_image(np.zeros((50, 60), np.uint8))
    zoom(ax, np.array([[10, 20, 30, 40], [12, 22, 20, 30]]), 0.5)
    assert (ax.get_xlim(), ax.get_ylim()) == ((10, 50), (40, 0))


def test_a_square_zoom_keeps_the_longer_side():
    ax = style.show_image(np.zeros((50, 60), np.uint8))
    zoom_square(ax, np.array([[10.0, 20.0, 30.0, 30.0]]))
    assert np.ptp(ax.get_xlim()) == pytest.approx(32) == pytest.approx(np.ptp(ax.get_ylim()))


def test_a_frame_has_the_colour_of_its_level():
    ax = frame(style.new_axes(), style.LEVEL_COLOURS["P3"], 2.0)
    assert {spine.get_linewidth() for spine in ax.spines.values()} == {2.0}


def test_what_is_lost_and_what_is_added_differ_in_colour():
    one = np.array([[True, True, False]])
    other = np.array([[True, False, True]])
    common, lost, added = compare_masks(one, other)[0].tolist()
    assert common == [1, 1, 1] and len({tuple(lost), tuple(added), (1, 1, 1)}) == 3
    axes = style.axes_grid(1, 2, 2.0)[0]
    compare_legend(axes, ["both", "one", "other"])
    [said] = axes[0].figure.legends
    np.testing.assert_allclose(said.get_patches()[1].get_facecolor()[:3], lost, atol=0.01)
    assert [text.get_text() for text in said.get_texts()] == ["both", "one", "other"]


def test_a_legend_stands_beside_its_picture():
    ax = style.new_axes()
    lines = ax.plot([0, 1], [0, 1])
    legend = legend_beside(ax, lines, ["one"]).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["one"]
    ax.figure.canvas.draw()
    assert legend.get_window_extent().x0 >= ax.get_window_extent().x1


def test_bars_of_counts_are_green_or_orange():
    ax = count_bars(style.new_axes(), {"found": 5, "missed": 2}, "found", ["it was", "it was not"])
    assert [bar.get_width() for bar in ax.patches] == [5, 2]
    assert [text.get_text() for text in ax.texts] == [" 5", " 2"]
    colours = [matplotlib.colors.to_hex(bar.get_facecolor()).upper() for bar in ax.patches]
    assert colours == [style.POSITIVE, style.NEGATIVE]
    assert ax.yaxis_inverted(), "the first is on top"


def test_bars_with_texts():
    ax = text_bars(style.new_axes(), ["a", "b"], [0.25, 0.5], ["red", "blue"], ["1/4", "1/2"])
    assert [bar.get_width() for bar in ax.patches] == [0.25, 0.5]
    assert [text.get_text() for text in ax.texts] == ["1/4", "1/2"]


def test_powers_of_two_on_an_axis():
    ax = log2_axis(style.new_axes(), np.array([5.0, 70.0]))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["8", "16", "32", "64"]


def test_a_filter_is_grey_at_zero_and_a_dead_one_all_grey():
    kernel = np.zeros((3, 3, 3))
    assert set(filter_picture(kernel).ravel()) == {0.5}
    kernel[0, 0, 0] = 4.0
    kernel[1, 1, 1] = -2.0
    picture = filter_picture(kernel)
    assert (picture[0, 0, 0], picture[1, 1, 1], picture[2, 2, 2]) == (1.0, 0.25, 0.5)
