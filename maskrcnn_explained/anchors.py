"""Anchors: the fixed boxes that the RPN scores and moves.

Each pyramid level has one scale; every cell of its map carries one anchor a ratio. Anchors depend
on the size of the image and on nothing else in it: they are known before the first pixel is read.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from maskrcnn_explained.config import STRIDES, Config


def anchor_shapes(scale, ratios):
    """Heights and widths of the anchors of one cell.

    All have the area scale squared; ratio is width / height, so 2 is a wide anchor.

    Args:
        scale: side of the square anchor, pixels.
        ratios: R numbers.

    Returns:
        [R, 2] float32 (height, width), pixels.

    Source: the reference's `generate_anchors`.
    """
    root = np.sqrt(np.asarray(ratios, np.float32))
    return np.stack([scale / root, scale * root], 1).astype(np.float32)


def level_anchors(height, width, stride, scale, ratios, centres="half"):
    """The anchors of one pyramid level, in the order row, column, ratio.

    Args:
        height, width: cells of the level's map (Python or tensor integers).
        stride: pixels a cell.
        scale: side of the square anchor, pixels.
        ratios: R numbers, width / height.
        centres: "half", at (index + 1/2) * stride, the middle of the cell; or "corner", at
            index * stride, as the reference has it.

    Returns:
        [height * width * R, 4] float32, pixels; some reach outside the image.
    """
    offset = 0.5 if centres == "half" else 0.0
    rows = (tf.cast(tf.range(height), tf.float32) + offset) * stride  # [height]
    columns = (tf.cast(tf.range(width), tf.float32) + offset) * stride  # [width]
    grid = tf.stack(tf.meshgrid(rows, columns, indexing="ij"), -1)  # [height, width, 2]
    grid = grid[:, :, None, :]  # [height, width, 1, 2]
    half = anchor_shapes(scale, ratios) / 2  # [R, 2]
    return tf.reshape(tf.concat([grid - half, grid + half], -1), [-1, 4])


def generate_anchors(image_size, config: Config):
    """All anchors of a molded image: levels P2..P6 one after the other.

    Args:
        image_size: (height, width) of the molded image, multiples of 64.
        config: gives scales, ratios and where centres lie.

    Returns:
        [A, 4] float32, pixels of the molded image.

    Source: the reference's `generate_pyramid_anchors`; FPN paper, section 4.1.
    """
    return tf.concat(
        [
            level_anchors(
                image_size[0] // stride, image_size[1] // stride, stride, scale,
                config.anchor_ratios, config.anchor_centres,
            )
            for stride, scale in zip(STRIDES, config.anchor_scales, strict=True)
        ],
        0,
    )  # fmt: skip


def level_sizes(image_size, config: Config):
    """How many anchors each of P2..P6 has: five integers whose sum is A."""
    per_cell = len(config.anchor_ratios)
    return [(image_size[0] // s) * (image_size[1] // s) * per_cell for s in STRIDES]


def anchor_levels(image_size, config: Config):
    """Index (0 for P2 .. 4 for P6) of the level of each anchor: [A] int32."""
    return np.repeat(np.arange(len(STRIDES), dtype=np.int32), level_sizes(image_size, config))
