"""What `detect` does in NumPy before and after the network, written as TensorFlow operations.

Serving needs it: an exported graph cannot call NumPy. Resizing and pasting are both bilinear, so
both are a matrix for the rows, one for the columns.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from maskrcnn_explained.config import SIDE_MULTIPLE, Config


def mold_in_graph(images, config: Config):
    """`data.molding.mold` for images of one size: molded [B, Hm, Wm, 3] and the window [4]."""
    size = tf.cast(tf.shape(images)[1:3], tf.float64)  # [2]
    longest, scale = tf.reduce_max(size), tf.constant(1.0, tf.float64)
    if config.image_min_side is not None:
        scale = tf.maximum(scale, config.image_min_side / tf.reduce_min(size))
    too_long = tf.round(longest * scale) > config.image_max_side
    scale = tf.where(too_long, config.image_max_side / longest, scale)
    resized = tf.maximum(tf.cast(tf.round(size * scale), tf.int32), 1)  # [2]
    pixels = resize_in_graph(images, resized, config.resize_rule)
    if config.resize_mode == "square":
        padded = tf.fill([2], config.image_max_side)
    else:
        padded = -(-resized // SIDE_MULTIPLE) * SIDE_MULTIPLE
    before = (padded - resized) // 2
    mean = np.array(config.mean_pixel, np.float32)
    paddings = tf.pad(tf.stack([before, padded - resized - before], 1), [[1, 1], [0, 0]])
    black = config.padding == "black"
    molded = tf.pad(pixels, paddings) - mean if black else tf.pad(pixels - mean, paddings)
    return molded, tf.cast(tf.concat([before, before + resized], 0), tf.float32)


def resize_in_graph(images, size, rule: str):
    """`data.molding.resize_image`: [B, H, W, 3] uint8 -> [B, h, w, 3] float32 of whole numbers."""
    rows, columns = (resize_weights(size[i], tf.shape(images)[1 + i], rule) for i in (0, 1))
    pixels = tf.einsum("hr,brwc->bhwc", rows, tf.cast(images, tf.float64))
    pixels = tf.einsum("wr,bhrc->bhwc", columns, pixels)
    if rule == "smooth":
        return tf.cast(tf.round(tf.round(pixels * 1e6) / 1e6), tf.float32)  # as resize_image does
    # scikit-image keeps the darkened rim within the image's own range
    least, most = (f(images, [1, 2, 3], True) for f in (tf.reduce_min, tf.reduce_max))
    pixels = tf.clip_by_value(pixels, tf.cast(least, tf.float64), tf.cast(most, tf.float64))
    return tf.cast(tf.floor(pixels + 1e-9), tf.float32)


def resize_weights(new, old, rule: str):
    """Along one axis: how each of `new` pixels mixes `old` ones, [new, old] float64.

    Source: `data.molding.resize_image`; "smooth" blurs with scikit-image's Gaussian first.
    """
    positions = (tf.range(tf.cast(new, tf.float64)) + 0.5) * (old / new) - 0.5
    index = tf.range(tf.cast(old, tf.float64))
    if rule == "smooth":
        positions = tf.clip_by_value(positions, 0, index[-1])
    weights = tf.maximum(1 - tf.abs(positions[:, None] - index[None]), 0)
    if rule != "smooth":
        return weights
    return tf.cond(new < old, lambda: weights @ blur_weights(old, old / new), lambda: weights)


def blur_weights(size, factor):
    """A Gaussian that fits a shrinking by `factor` > 1, [size, size] float64: scikit-image's.

    Beyond the edge the outermost pixel is repeated: its weight grows by what the others lack.
    """
    sigma = (factor - 1) / 2
    radius = tf.floor(4 * sigma + 0.5)
    index = tf.range(size)
    distance = tf.range(tf.maximum(tf.cast(size, tf.float64), radius + 1))
    bell = tf.where(distance <= radius, tf.exp(-0.5 * (distance / sigma) ** 2), 0.0)
    beyond = tf.cumsum(bell, reverse=True, exclusive=True)[:size]  # weight of all that is farther
    blur = tf.gather(bell, tf.abs(index[:, None] - index[None]))
    first, last = tf.unstack(tf.one_hot([0, size - 1], size, dtype=tf.float64))
    blur += beyond[:, None] * first + beyond[::-1][:, None] * last
    return blur / tf.reduce_sum(blur, 1, keepdims=True)


def boxes_to_image(boxes, window, size, config: Config):
    """Boxes [B, D, 4] of the molded image as boxes of the image, as `detect` gives them."""
    size = tf.cast(size, tf.float32)
    corner, sides = window[:2], window[2:] - window[:2]
    if config.inclusive_corners:
        scale = (size - 1) / tf.maximum(sides - 1, 1)
        boxes = (boxes - tf.tile(corner, [2])) * tf.tile(scale, [2]) + [0.0, 0.0, 1.0, 1.0]
    else:
        boxes = (boxes - tf.tile(corner, [2])) / tf.tile(sides / size, [2])
    return tf.round(boxes) if config.integer_results else boxes


def paste_in_graph(small, boxes, size, rim: str):
    """`detection.paste_masks` at threshold 0.5: [D, 28, 28], [D, 4] -> [D, H, W] bool."""

    def paste(one):
        mask, box = one
        rows = paste_weights(box[0], box[2], size[0], small.shape[1], rim)
        columns = paste_weights(box[1], box[3], size[1], small.shape[2], rim)
        return rows @ mask @ tf.transpose(columns) >= 0.5

    # One at a time: all as float32 at once would be four times the size of the result.
    return tf.map_fn(
        paste, (small, tf.cast(boxes, tf.float64)),
        fn_output_signature=tf.TensorSpec([None, None], tf.bool),
    )  # fmt: skip


def paste_weights(low, high, limit, size: int, rim: str):
    """`detection.bilinear_rows` over a whole axis: [limit, size] float32, 0 outside the box."""
    centres = tf.range(tf.cast(limit, tf.float64)) + 0.5  # [limit]
    positions = (centres - low) / tf.maximum(high - low, 1e-6) * size - 0.5
    if rim == "repeat":
        positions = tf.clip_by_value(positions, 0, size - 1)
    distance = tf.abs(positions[:, None] - tf.range(size, dtype=tf.float64))
    inside = tf.cast((centres >= low) & (centres < high), tf.float64)[:, None]
    return tf.cast(tf.maximum(1 - distance, 0) * inside, tf.float32)
