"""Pictures of anchors: those of one cell per level, their centres, those with the best scores."""

import numpy as np
import pytest

import maskrcnn_explained as mrx
from maskrcnn_explained import viz
from maskrcnn_explained.viz import style

SIZE = (64, 128)

CONFIG = mrx.get_config("scenes")


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)


def anchors():
    return mrx.anchors.generate_anchors(SIZE, CONFIG).numpy()


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_anchors_at_gives_the_anchors_of_the_cells_that_hold_the_pixel():
    indices, levels = viz.anchors_at(37, 90, SIZE)
    assert levels.tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3
    boxes = anchors()[indices]
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    strides = np.repeat(mrx.config.STRIDES, 3)
    assert np.allclose(centres[:, 0], (37 // strides + 0.5) * strides)
    assert np.allclose(centres[:, 1], (90 // strides + 0.5) * strides)
    assert np.array_equal(levels, mrx.anchors.anchor_levels(SIZE, CONFIG)[indices])


def test_anchors_of_a_cell_have_their_level_s_colour_and_size(image):
    indices, levels = viz.anchors_at(37, 90, SIZE)
    ax = viz.show_cell_anchors(image, anchors()[indices], levels)
    sizes = [f"P{i + 2}: {scale} pixels" for i, scale in enumerate(CONFIG.anchor_scales)]
    assert legend(ax) == sizes
    assert len(ax.patches) == 15
    areas = np.array([patch.get_width() * patch.get_height() for patch in ax.patches])
    assert np.all(np.diff(areas) < 1), "the largest first, so that none hides another"


def test_centres_of_both_dialects():
    half = np.array([[0, 0, 4, 4], [0, 4, 4, 8]])
    ax = viz.show_anchor_centres(half, half - 2, 4)
    assert ax.lines[0].get_xdata().tolist() == [2, 6]
    assert ax.lines[1].get_xdata().tolist() == [0, 4]
    assert ax.get_xlim() == (-2, 8) and ax.get_ylim() == (4, -2)


def test_best_anchors_are_counted_by_level(image):
    every, levels = anchors(), mrx.anchors.anchor_levels(SIZE, CONFIG)
    scores = (levels == 2) * 1.0
    ax = viz.show_best_anchors(image, every, scores, levels, 20, 5)
    assert ax.get_title() == "the 20 best anchors; the first 5 as boxes"
    assert len(ax.patches) == 5 and len(ax.collections[0].get_offsets()) == 20
    assert legend(ax) == [f"P{i}: {20 if i == 4 else 0} anchors" for i in range(2, 7)]
    assert ax.patches[0].get_linestyle() == style.BEFORE
