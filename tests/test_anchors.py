"""Anchors: known before the first pixel is read."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import EXCLUSIVE
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.anchors import (
    anchor_levels,
    anchor_shapes,
    generate_anchors,
    level_anchors,
    level_sizes,
)
from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.presets import get_config


def test_shapes_by_hand():
    shapes = anchor_shapes(32, (0.25, 1, 4))
    np.testing.assert_allclose(shapes, [[64, 16], [32, 32], [16, 64]], rtol=1e-6)


def test_one_cell_by_hand():
    half = level_anchors(1, 1, 16, 8, (1.0,))
    corner = level_anchors(1, 1, 16, 8, (1.0,), centres="corner")
    np.testing.assert_allclose(half, [[4, 4, 12, 12]])  # in the middle of the cell
    np.testing.assert_allclose(corner, [[-4, -4, 4, 4]])  # around its upper left corner


def test_order_is_row_column_ratio():
    anchors = level_anchors(2, 3, 10, 4, (0.25, 4.0)).numpy().reshape(2, 3, 2, 4)
    centres = (anchors[..., :2] + anchors[..., 2:]) / 2
    np.testing.assert_allclose(centres[1, 2, 0], [15, 25], rtol=1e-6)
    np.testing.assert_allclose(centres[1, 2, 1], [15, 25], rtol=1e-6)
    sizes = anchors[..., 2:] - anchors[..., :2]
    np.testing.assert_allclose(sizes[0, 0], [[8, 2], [2, 8]], rtol=1e-5)


def test_261888_anchors_at_1024():
    config = get_config("coco-resnet50")
    assert sum(level_sizes((1024, 1024), config)) == 261_888
    assert level_sizes((1024, 1024), config)[-1] == 16 * 16 * 3
    assert generate_anchors((1024, 1024), config).shape == (261_888, 4)


def test_the_first_level_is_the_finest():
    config = get_config("scenes")
    anchors = generate_anchors((64, 128), config).numpy()
    levels = anchor_levels((64, 128), config)
    assert len(anchors) == len(levels)
    sizes = np.sqrt((anchors[:, 2] - anchors[:, 0]) * (anchors[:, 3] - anchors[:, 1]))
    np.testing.assert_allclose(sizes, np.array(config.anchor_scales)[levels], rtol=1e-5)
    assert (np.diff(levels) >= 0).all() and set(levels) == {0, 1, 2, 3, 4}


@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from(["half", "corner"]))
def test_any_size(rows, columns, centres):
    config = get_config("scenes", anchor_centres=centres)
    size = (64 * rows, 64 * columns)
    anchors = generate_anchors(size, config).numpy()
    sizes = level_sizes(size, config)
    assert anchors.shape == (sum(sizes), 4) and anchors.dtype == np.float32
    start = 0
    for stride, count in zip(STRIDES, sizes, strict=True):
        level = anchors[start : start + count]
        centre = (level[:, :2] + level[:, 2:]) / 2
        first = stride / 2 if centres == "half" else 0
        np.testing.assert_allclose(centre.min(0), first, atol=1e-3)
        np.testing.assert_allclose(centre.max(0), np.array(size) - stride + first, rtol=1e-5)
        start += count


def test_same_for_tensor_sizes():
    config = get_config("scenes")
    inside = tf.function(lambda size: generate_anchors(tf.unstack(size), config))
    np.testing.assert_array_equal(inside([64, 128]), generate_anchors((64, 128), config))


def slow_anchors(height, width, stride, scale, ratios, step=1):
    """The plain loop, as one would tell it: for each row, column and ratio, one box."""
    boxes = []
    for row in range(0, height, step):
        for column in range(0, width, step):
            for ratio in ratios:
                h, w = scale / ratio**0.5, scale * ratio**0.5
                y, x = row * stride, column * stride
                boxes.append([y - h / 2, x - w / 2, y + h / 2, x + w / 2])
    return np.array(boxes)


@pytest.mark.parametrize(("height", "width", "stride", "scale"), [(3, 5, 8, 32), (4, 2, 16, 20)])
def test_level_equals_a_plain_loop(height, width, stride, scale):
    ratios = (0.5, 1, 2)
    ours = level_anchors(height, width, stride, scale, ratios, "corner")
    np.testing.assert_allclose(ours, slow_anchors(height, width, stride, scale, ratios), atol=1e-4)


def test_pyramid_of_the_reference(reference):
    levels = [((8, 12), 8, 16), ((4, 6), 16, 32), ((2, 3), 32, 64)]  # cells, stride, scale
    ours = [level_anchors(*cells, s, a, (0.5, 1, 2), "corner") for cells, s, a in levels]
    theirs = reference("boxes")["pyramid_anchors"]
    # The reference lists its levels in the order of RPN_ANCHOR_SCALES, here 16, 32, 64.
    np.testing.assert_allclose(np.concatenate(ours), theirs, atol=1e-4)


def test_image_of_256_of_the_reference(reference):
    numbers = reference("anchors")
    config = get_config("coco-resnet50", image_max_side=256)
    ours = generate_anchors((256, 256), config).numpy()[numbers["rows"]]
    np.testing.assert_allclose(ours, numbers["pixel"], atol=1e-4)
    np.testing.assert_allclose((ours - EXCLUSIVE) / 255, numbers["normalized"], atol=1e-6)
