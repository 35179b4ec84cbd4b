"""Sampling points lie where the operators read."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import titles

from maskrcnn_explained.roi_align import OPERATORS
from maskrcnn_explained.viz import roi_align_sampling as viz
from maskrcnn_explained.viz import style

BOX = np.array([2.0, 3.0, 22.0, 21.0])  # on a 3 x 3 map of stride 8, 2 x 2 bins


@pytest.mark.parametrize(
    "name, rows, columns",
    [
        ("roi_align", [4.5, 9.5, 14.5, 19.5], [5.25, 9.75, 14.25, 18.75]),
        # corner pixels 2 and 21, 3 and 20, times 2 / 23 cells, plus the half cell
        (
            "crop_and_resize",
            [2 * 16 / 23 + 4, 21 * 16 / 23 + 4],
            [3 * 16 / 23 + 4, 20 * 16 / 23 + 4],
        ),
        ("roi_pool", [4, 12, 20], [4, 12, 20]),  # rounded to cells 0..3
    ],
)
def test_sampling_points_by_hand(name, rows, columns):
    points = viz.sampling_points(name, BOX, 2, 8, (3, 3))
    np.testing.assert_allclose(points[:, 0, 0], rows)
    np.testing.assert_allclose(points[0, :, 1], columns)


def test_sampling_points_are_where_the_operators_read():
    """Pool a map whose cells hold their own position: what comes out is where each bin reads."""
    centres = (np.arange(12, dtype=np.float32) + 0.5) * 4
    ramp = np.stack(np.meshgrid(centres, centres, indexing="ij"), -1)[None]
    box = tf.constant([[7.0, 9.0, 33.0, 40.0]])
    for name, pool in OPERATORS.items():
        points = viz.sampling_points(name, box[0], 3, 4, (12, 12))
        pooled = pool(ramp, box, tf.zeros(1, tf.int32), 3, 4)[0].numpy()
        for i, j in np.ndindex(3, 3):
            rows = viz.bin_slice(name, i, 3, points.shape[0])
            columns = viz.bin_slice(name, j, 3, points.shape[1])
            own = points[rows, columns].reshape(-1, 2)
            wanted = own.max(0) if name == "roi_pool" else own.mean(0)
            np.testing.assert_allclose(pooled[i, j], wanted, atol=1e-2)


@pytest.mark.parametrize("name", OPERATORS)
def test_the_chosen_bin_is_drawn_over_all_points(name):
    values = np.arange(9.0).reshape(3, 3)
    ax = viz.show_sampling(name, values, BOX, 2, 8, (0, 1))
    every, own = ax.collections[-2:]
    points = viz.sampling_points(name, BOX, 2, 8, (3, 3))
    np.testing.assert_allclose(every.get_offsets(), points.reshape(-1, 2)[:, ::-1])
    assert 1 <= len(own.get_offsets()) < len(every.get_offsets())
    assert ax.get_title() == viz.OPERATOR_NAMES[name]
    assert len(viz.show_sampling(name, values, BOX, 2, 8).collections) == 3


def test_values_of_a_small_map_are_written_and_nothing_beyond_it_is_shown():
    ax = viz.show_sampling("roi_align", np.arange(9.0).reshape(3, 3), BOX, 2, 8)
    assert [text.get_text() for text in ax.texts] == [str(k) for k in range(9)]
    assert ax.get_xlim() == (0, 24) and ax.get_ylim() == (24, 0)
    assert not viz.show_sampling("roi_align", np.zeros((9, 9)), BOX, 2, 8).texts


@pytest.mark.parametrize("columns, shape", [(2, (2, 2)), (4, (1, 4))])
def test_all_operators_the_oldest_first(columns, shape):
    axes = viz.show_operators(np.zeros((3, 3)), BOX, 2, 8, (0, 1), columns)
    assert axes.shape == shape
    assert titles(axes) == ["RoIPool", "crop_and_resize", "RoIAlign, unaligned", "RoIAlign"]
    assert "bin (0, 1)" in style.figure_of(axes).get_label()


def test_unknown_operator():
    with pytest.raises(ValueError, match="No operator is called 'roi_crop'"):
        viz.sampling_points("roi_crop", BOX, 2, 8, (3, 3))
