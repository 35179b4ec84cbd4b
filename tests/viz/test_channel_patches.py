"""The cells that excite a channel most, and the patches that they see."""

import numpy as np
from helpers import titles
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.viz import channel_patches as viz


def test_strongest_cells_by_hand():
    values = np.array([[5.0, 4, 0], [0, 0, 0], [0, 0, 3]])
    assert viz.strongest_cells(values, 2, apart=1).tolist() == [[0, 0], [0, 1]]
    assert viz.strongest_cells(values, 2, apart=2).tolist() == [[0, 0], [2, 2]]
    assert len(viz.strongest_cells(values, 5, apart=3)) == 1  # no room for a second


@given(st.integers(0, 99), st.integers(1, 4))
def test_no_two_cells_are_near_each_other(seed, apart):
    values = np.random.default_rng(seed).normal(size=(9, 7)).astype(np.float32)
    cells = viz.strongest_cells(values, 6, apart)
    for i, cell in enumerate(cells):
        assert (np.abs(cells[:i] - cell).max(1) >= apart).all()
    assert cells[0].tolist() == list(np.unravel_index(values.argmax(), values.shape))


def test_a_patch_is_the_receptive_field_of_its_cell():
    image = np.zeros((32, 32, 3), np.uint8)
    image[8:12, 12:16] = 255  # what cell (2, 3) of stride 4 covers
    values = np.zeros((8, 8, 1), np.float32)
    values[2, 3] = 7
    axes = viz.show_channel_patches(image, values, "C2", (4, 4, 2.0), [0], count=1)
    assert titles(axes) == ["channel 0", "7.0"]
    assert (axes[0, 1].images[0].get_array() == 1).all()
    assert "4 x 4 pixels" in axes[0, 0].figure.get_label()


def test_rows_without_room_end_early():
    axes = viz.show_channel_patches(
        np.zeros((16, 16, 3), np.uint8), np.ones((2, 2, 3)), "C3", (24, 8, 4.0), [2, 0], count=5
    )
    assert axes.shape == (2, 6) and axes[0, 4].axison and not axes[0, 5].axison
