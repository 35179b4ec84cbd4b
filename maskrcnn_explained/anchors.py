"""Anchors: the fixed boxes that the RPN scores and moves.

Each pyramid level has one scale, and every cell of its map has one anchor per ratio. Anchors depend
on the size of the image and on nothing else in it: they are known before the first pixel is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from maskrcnn_explained._arguments import (
    check_arrays,
    check_config,
    check_image_size,
    check_number,
    check_sides,
)
from maskrcnn_explained.config import STRIDES, Config, ceil_div


def anchor_shapes(scale: float, ratios: Sequence[float]) -> np.ndarray:
    """Heights and widths of the anchors of one cell.

    All have the area scale squared; ratio is width / height, so 2 is a wide anchor.

    Args:
        scale: side of the square anchor, pixels.
        ratios: R numbers.

    Returns:
        [R, 2] float32 (height, width), pixels.

    Source: the reference's `generate_anchors`.
    """
    check_number("scale", scale)
    check_arrays(ratios=(ratios, "R"))
    # Divide the height by the root and multiply the width by it: the area stays.
    root = np.sqrt(np.asarray(ratios, np.float32))
    return np.stack([scale / root, scale * root], 1).astype(np.float32)


def level_anchors(
    height: Any,
    width: Any,
    stride: Any,
    scale: float,
    ratios: Sequence[float],
    centres: str = "half",
    rounded: bool = False,
) -> tf.Tensor:
    """The anchors of one pyramid level, in the order row, column, ratio.

    Args:
        height, width: cells of the level's map (Python or tensor integers).
        stride: pixels per cell; or a pair of them, along rows and along columns.
        scale: side of the square anchor, pixels.
        ratios: R numbers, width / height.
        centres: "half", at (index + 1/2) * stride, the middle of the cell; or "corner", at
            index * stride, as the reference and torchvision have it.
        rounded: whether half sides are rounded to whole pixels, as torchvision does.

    Returns:
        [height * width * R, 4] float32, pixels; some reach outside the image.

    Source: Faster R-CNN, section 3.1.1.
    """
    # What is no size of a map is told here, before the arithmetic.
    down, right = stride if isinstance(stride, tuple) else (stride, stride)
    check_sides(height=height, width=width, stride=down)
    check_sides(stride=right)
    # Where the anchors of each cell are centred, in pixels.
    offset = 0.5 if centres == "half" else 0.0
    rows = (tf.cast(tf.range(height), tf.float32) + offset) * tf.cast(down, tf.float32)
    columns = (tf.cast(tf.range(width), tf.float32) + offset) * tf.cast(right, tf.float32)
    # Every row meets every column.
    grid = tf.stack(tf.meshgrid(rows, columns, indexing="ij"), -1)  # [height, width, 2]
    # Every centre gets every shape: corners lie half a side before and after the centre.
    grid = grid[:, :, None, :]  # [height, width, 1, 2]
    half = anchor_shapes(scale, ratios) / 2  # [R, 2]
    if rounded:
        # torchvision keeps whole pixels around the centre.
        half = np.round(half)
    boxes = tf.concat([grid - half, grid + half], -1)  # [height, width, R, 4]
    return tf.reshape(boxes, [-1, 4])


def generate_anchors(image_size: Sequence[Any], config: Config) -> tf.Tensor:
    """All anchors of a molded image: levels P2..P6 one after the other.

    Args:
        image_size: (height, width) of the molded image, multiples of 64 (with "pad32" of 32).
        config: gives scales, ratios and where centres lie.

    Returns:
        [A, 4] float32, pixels of the molded image.

    Source: the reference's `generate_pyramid_anchors`; FPN paper, section 4.1.
    """
    # What is no Config or no size is told here, before the arithmetic.
    check_config(config)
    check_image_size(image_size)
    levels = []
    # Level by level, from the finest map to the coarsest.
    for stride, scale in zip(STRIDES, config.anchor_scales, strict=True):
        # One scale per level: small anchors on the fine map, large ones on the coarse map.
        height, width = map_size(image_size, stride)
        step: Any = stride
        if config.anchor_stride_rule == "side":
            # torchvision's: as if the cells of the map shared the side evenly, also on P6.
            step = image_size[0] // height, image_size[1] // width
        levels.append(
            level_anchors(
                height,
                width,
                step,
                scale,
                config.anchor_ratios,
                config.anchor_centres,
                config.rounded_anchors,
            )
        )
    return tf.concat(levels, 0)


def map_size(image_size: Sequence[Any], stride: int) -> tuple[Any, Any]:
    """(height, width) in cells of the level with this stride, P2..P6, of a molded image.

    Molded sides are multiples of 64, so every level divides evenly; only with
    `resize_mode="pad32"` P6, which is every second cell of P5, may end with half a cell.
    """
    return ceil_div(image_size[0], stride), ceil_div(image_size[1], stride)


def level_sizes(image_size: Sequence[Any], config: Config) -> list[Any]:
    """How many anchors each of P2..P6 has: five integers whose sum is A."""
    per_cell = len(config.anchor_ratios)
    # Of each level the cells of its map, times anchors per cell.
    sizes = [map_size(image_size, stride) for stride in STRIDES]
    return [height * width * per_cell for height, width in sizes]


def anchor_levels(image_size: Sequence[int], config: Config) -> np.ndarray:
    """Index (0 for P2 .. 4 for P6) of the level of each anchor: [A] int32."""
    return np.repeat(np.arange(len(STRIDES), dtype=np.int32), level_sizes(image_size, config))
