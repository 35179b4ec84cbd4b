"""What pictures of several stages share: molded images made visible, fewer shades, zoom."""

import numpy as np
import pytest

from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import (
    GROUND_STEP,
    few_shades,
    frame,
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
    assert len(np.unique(fewer)) == -(-256 // step) and fewer.dtype == np.uint8
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
