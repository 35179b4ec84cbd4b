"""The steps of `detect` before and after the network, as graph operations for export.

An exported graph cannot call NumPy or scikit-image. The scale, the padded sides and the weights of
pasting come from the code of `detect`, with `ops=keras.ops`. Three steps are written again here;
tests compare them with the originals: resizing, where `detect` calls scikit-image and the graph
needs one matrix per axis; centring and padding; and the loop over masks in `paste_in_graph`, where
`detect` computes only the pixels of each box.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops

from maskrcnn_explained.config import Config
from maskrcnn_explained.data.resizing import molded_side, resize_scale
from maskrcnn_explained.pasting import bilinear_weights, grown_boxes


def mold_in_graph(images: tf.Tensor, config: Config) -> tuple[tf.Tensor, tf.Tensor]:
    """`data.molding.mold` for images of one size.

    Args:
        images: [B, H, W, 3] uint8, RGB.
        config: gives sizes, padding and mean.

    Returns:
        The molded images [B, Hm, Wm, 3] float32 and their window [4] float32.
    """
    # Resize.
    size = tf.cast(tf.shape(images)[1:3], tf.float64)  # [2]
    scale = resize_scale(size[0], size[1], config, ops)
    whole = tf.floor if config.resize_rule == "torchvision" else tf.round
    resized = tf.maximum(tf.cast(whole(size * scale), tf.int32), 1)  # [2]
    pixels = resize_in_graph(images, resized, config.resize_rule)
    # Put the image in its padding, subtract the mean.
    padded = tf.broadcast_to(molded_side(resized, config), [2])
    before = (padded - resized) // 2 if config.image_place == "centre" else tf.zeros([2], tf.int32)
    paddings = tf.pad(tf.stack([before, padded - resized - before], 1), [[1, 1], [0, 0]])
    mean = np.array(config.mean_pixel, np.float32)
    if config.padding == "black":
        molded = tf.pad(pixels, paddings) - mean
    else:
        molded = tf.pad(pixels - mean, paddings)
    molded = tf.ensure_shape(molded, [None, None, None, 3])  # Keras asks for the channels
    return molded, tf.cast(tf.concat([before, before + resized], 0), tf.float32)


def resize_in_graph(images: tf.Tensor, size: tf.Tensor, rule: str) -> tf.Tensor:
    """`data.resizing.resize_image`: [B, H, W, 3] uint8 -> [B, h, w, 3] float32."""
    rows = resize_weights(size[0], tf.shape(images)[1], rule)  # [h, H]
    columns = resize_weights(size[1], tf.shape(images)[2], rule)  # [w, W]
    pixels = tf.einsum("hr,brwc->bhwc", rows, tf.cast(images, tf.float64))
    pixels = tf.einsum("wr,bhrc->bhwc", columns, pixels)
    if rule == "torchvision":
        return tf.cast(pixels, tf.float32)
    if rule == "smooth":
        return tf.cast(tf.round(tf.round(pixels * 1e6) / 1e6), tf.float32)  # as resize_image does
    # scikit-image clips the darkened rim to the range of the image.
    least = tf.cast(tf.reduce_min(images, [1, 2, 3], True), tf.float64)
    most = tf.cast(tf.reduce_max(images, [1, 2, 3], True), tf.float64)
    return tf.cast(tf.floor(tf.clip_by_value(pixels, least, most) + 1e-9), tf.float32)


def resize_weights(new: tf.Tensor, old: tf.Tensor, rule: str) -> tf.Tensor:
    """The weights of `old` pixels in each of `new` pixels along one axis: [new, old] float64.

    Source: `data.resizing.resize_image`. "smooth" first blurs with the Gaussian of scikit-image.
    """
    bits = tf.float32 if rule == "torchvision" else tf.float64  # as PyTorch computes it
    positions = (tf.range(tf.cast(new, bits)) + 0.5) * tf.cast(old / new, bits) - 0.5
    positions = tf.cast(positions, tf.float64)
    index = tf.range(tf.cast(old, tf.float64))
    if rule != "reference":  # repeat the outermost pixels
        positions = tf.clip_by_value(positions, 0, index[-1])
    weights = tf.maximum(1 - tf.abs(positions[:, None] - index[None]), 0)
    if rule != "smooth":
        return weights
    return tf.cond(new < old, lambda: weights @ blur_weights(old, old / new), lambda: weights)


def blur_weights(size: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """The Gaussian of scikit-image for shrinking by `factor` > 1: [size, size] float64.

    Beyond the edge the outermost pixel is repeated, so it gets the weight of all pixels there.
    """
    sigma = (factor - 1) / 2
    radius = tf.floor(4 * sigma + 0.5)
    index = tf.range(size)
    distance = tf.range(tf.maximum(tf.cast(size, tf.float64), radius + 1))
    bell = tf.where(distance <= radius, tf.exp(-0.5 * (distance / sigma) ** 2), 0.0)
    # The weight of everything farther away.
    beyond = tf.cumsum(bell, reverse=True, exclusive=True)[:size]
    blur = tf.gather(bell, tf.abs(index[:, None] - index[None]))
    first, last = (tf.cast(index == end, tf.float64) for end in (0, size - 1))
    blur += beyond[:, None] * first + beyond[::-1][:, None] * last
    return blur / tf.reduce_sum(blur, 1, keepdims=True)


def paste_in_graph(small: tf.Tensor, boxes: tf.Tensor, size: tf.Tensor, rim: str) -> tf.Tensor:
    """`pasting.paste_masks` at threshold 0.5: [D, 28, 28], [D, 4] -> [D, H, W] bool."""
    if rim == "padded":
        boxes = grown_boxes(boxes, small.shape[1:], ops)
        small, rim = tf.pad(small, [[0, 0], [1, 1], [1, 1]]), "repeat"

    def paste(one):
        mask, box = one
        rows = paste_weights(box[0], box[2], size[0], small.shape[1], rim)  # [H, 28]
        columns = paste_weights(box[1], box[3], size[1], small.shape[2], rim)  # [W, 28]
        return rows @ mask @ tf.transpose(columns) >= 0.5

    # One mask at a time: all masks as float32 would need four times the memory of the result.
    return tf.map_fn(
        paste,
        (small, tf.cast(boxes, tf.float64)),
        fn_output_signature=tf.TensorSpec([None, None], tf.bool),
    )


def paste_weights(
    low: tf.Tensor, high: tf.Tensor, limit: tf.Tensor, size: int, rim: str
) -> tf.Tensor:
    """`pasting.bilinear_rows` over a whole axis: [limit, size] float32, 0 outside the box."""
    centres = tf.range(tf.cast(limit, tf.float64)) + 0.5  # [limit]
    index = tf.range(size, dtype=tf.float64)
    weights = bilinear_weights(centres, low, high, index, rim, ops)
    inside = tf.cast((centres >= low) & (centres < high), tf.float64)
    return tf.cast(weights * inside[:, None], tf.float32)
