"""Masks with one bit per pixel: the stream of training batches carries them, targets unpack few.

The masks of four images of 512 x 512 with 450 objects each fill half a gigabyte as bytes, and two
as float32. As bits they fill 59 MB, and only those that some RoI uses become more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf


class MaskBits(NamedTuple):
    """Masks with one bit per pixel, an eighth of their memory: see `unpack_masks`.

    bits: [..., H, W / 8] uint8, as `np.packbits` makes them along the width.
    """

    bits: Any


def unpack_masks(bits: Any) -> tf.Tensor:
    """Masks from their bits: [..., H, W / 8] uint8 -> [..., H, W] uint8, 0 or 1."""
    # The first of eight pixels is the highest bit of its byte.  [..., H, W / 8, 8]
    places = tf.constant([7, 6, 5, 4, 3, 2, 1, 0], tf.uint8)
    pixels = tf.bitwise.right_shift(tf.convert_to_tensor(bits)[..., None], places)
    pixels = tf.bitwise.bitwise_and(pixels, tf.constant(1, tf.uint8))
    return tf.reshape(pixels, tf.concat([tf.shape(bits)[:-1], [tf.shape(bits)[-1] * 8]], 0))


def used_masks(gt_masks: Any, object_indices: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """The masks of a batch that are asked for, each once; bits of other masks stay packed.

    Args:
        gt_masks: [B, G, H, W], any number type; or MaskBits of [B, G, H, W / 8] uint8.
        object_indices: [B, M] int32, objects of each image, 0..G-1; one may come several times.

    Returns:
        masks [U, H, W] of the type of gt_masks, and places [B * M] int32: which of these U masks
        each index means.
    """
    packed = isinstance(gt_masks, MaskBits)
    masks = tf.convert_to_tensor(gt_masks.bits if packed else gt_masks)
    shape = tf.shape(masks)  # B, G, H and W or W / 8
    # The places of the objects when the masks of all images stand in one row.  [B * M]
    own = tf.reshape(tf.range(shape[0])[:, None] * shape[1] + object_indices, [-1])
    used, places = tf.unique(own)
    masks = tf.gather(tf.reshape(masks, tf.concat([[-1], shape[2:]], 0)), used)
    return unpack_masks(masks) if packed else masks, places
