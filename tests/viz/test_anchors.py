"""Pictures of anchors."""

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes

import maskrcnn_explained as mrx
from maskrcnn_explained import viz

matplotlib.use("Agg")

SIZE = (64, 128)

CONFIG = mrx.get_config("scenes")


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)


def anchors():
    return mrx.anchors.generate_anchors(SIZE, CONFIG).numpy()


def test_anchors_at_gives_the_anchors_of_the_cells_that_hold_the_pixel():
    indices, levels = viz.anchors_at(37, 90, SIZE)
    assert levels.tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3
    boxes = anchors()[indices]
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    strides = np.repeat(mrx.config.STRIDES, 3)
    assert np.allclose(centres[:, 0], (37 // strides + 0.5) * strides)
    assert np.allclose(centres[:, 1], (90 // strides + 0.5) * strides)
    assert np.array_equal(levels, mrx.anchors.anchor_levels(SIZE, CONFIG)[indices])


def test_anchor_pictures_are_axes(image):
    indices, levels = viz.anchors_at(37, 90, SIZE)
    every, all_levels = anchors(), mrx.anchors.anchor_levels(SIZE, CONFIG)
    assert isinstance(viz.show_cell_anchors(image, every[indices], levels), Axes)
    assert isinstance(viz.show_anchor_centres(every[:3], every[:3], 4), Axes)
    scores = np.linspace(0, 1, len(every))
    assert isinstance(viz.show_best_anchors(image, every, scores, all_levels, 20, 5), Axes)
