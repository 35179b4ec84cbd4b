"""Pictures of the backbone: they draw what they are given, and say it."""

import numpy as np
import pytest
from helpers import titles
from matplotlib.axes import Axes

from maskrcnn_explained.viz import backbone as viz
from maskrcnn_explained.viz import style

STRIDES = dict(C2=4, C3=8, C4=16, C5=32)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture
def maps(rng):
    return {name: rng.normal(size=(64 // s, 64 // s, 8)) for name, s in STRIDES.items()}


def test_busiest_channels_by_variance(rng):
    values = rng.normal(size=(6, 6, 3)) * [1, 5, 3]
    assert viz.busiest_channels(values, 2).tolist() == [1, 2]


def test_pictures_return_axes_with_a_text(rng, maps):
    image = rng.integers(0, 255, (64, 64, 3), np.uint8)
    c2 = maps["C2"]
    grids = [
        viz.show_feature_maps(image, maps),
        viz.show_channels(c2, "C2", 4),
        viz.show_cell_grids(image, {"C2": 4, "C3": 8}, (0, 0), 32),
        viz.show_residual_block(np.abs(c2), c2, np.abs(c2), 4, 0),
    ]
    assert all(isinstance(ax, Axes) for grid in grids for ax in grid.flat)
    assert all(style.figure_of(grid).get_label() for grid in grids)


def test_feature_maps_name_the_busiest_channel(rng, maps):
    image = rng.integers(0, 255, (64, 64, 3), np.uint8)
    channel = viz.busiest_channels(maps["C4"])[0]
    assert f"C4: 4 x 4\nchannel {channel}" in titles(viz.show_feature_maps(image, maps))


def test_block_shares_draw_two_bars_per_block():
    ax = viz.show_block_shares({"res2b": (0.25, 0.5), "res3b": (0.75, 1.0)})
    assert [bar.get_height() for bar in ax.patches] == [0.25, 0.75, 0.5, 1.0]
    assert "res3b 0.75 and 1.00" in ax.figure.get_label()


def test_batch_strays_say_the_root_mean_square_per_size():
    strays = {1: np.array([[3.0, 4.0]]), 2: np.array([[1.0, 1.0]])}
    ax = viz.show_batch_strays(strays)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2"]
    assert "1: 3.54, 2: 1.00" in ax.figure.get_label()
