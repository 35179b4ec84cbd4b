"""Mask targets: each RoI's part of its object's mask, at the resolution of the mask head.

Two rules. `rounded`: the mask is averaged in each of 28 x 28 bins by RoIAlign, and a bin is inside
if more than half of it is. `soft`: torchvision's, which leaves the mean as it is, samples a large
RoI at more points, and takes the first pixel's centre as 0, not 1/2.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from maskrcnn_explained.boxes import exclusive
from maskrcnn_explained.config import Config
from maskrcnn_explained.mask_bits import used_masks
from maskrcnn_explained.roi_align import crop_and_resize, roi_align


def mask_targets(
    rois: Any, object_indices: Any, gt_masks: Any, config: Config, matched: Any = None
) -> tf.Tensor:
    """Cut each RoI's object out of its mask, at the resolution of the mask head.

    Args:
        rois: [B, M, 4] float32, pixels; object_indices [B, M] int32.
        gt_masks: [B, G, H, W], 0 or 1, or MaskBits; mini masks fill the box of their object.
        config: `mask_target_rule`, `mask_pool_size`, `mini_mask_size`, `inclusive_corners`.
        matched: [B, M, 4] float32, that box for each RoI, pixels; only mini masks need it.

    Returns:
        [B, M, 28, 28] float32: of 0 and 1, or in 0..1 by the rule "soft".

    Raises `ValueError` if mini masks come without the boxes that they fill.

    Source: He et al. 2017, section 3.1: "the intersection between an RoI and its mask".
    """
    batch, number = tf.unstack(tf.shape(object_indices))
    # Each mask that is used, once, and each RoI's place among them: to make all masks of a batch
    # float32 could need gigabytes.  [U, H, W], [B * M]
    masks, places = used_masks(gt_masks, object_indices)
    if config.mini_mask_size:
        if matched is None:
            raise ValueError("Mini masks fill the boxes of their objects: give these as `matched`.")
        rois = _within(rois, matched, config)
    boxes = exclusive(tf.reshape(rois, [-1, 4]), config)
    size = 2 * config.mask_pool_size
    cut = _soft if config.mask_target_rule == "soft" else _rounded
    return tf.reshape(cut(masks, boxes, places, size, config), [batch, number, size, size])


def _within(rois, matched, config):
    """RoIs in pixels of the mini mask that fills the box of their object: [B, M, 4].

    At most four times as far off as the mask is long. A RoI that shares half with its object does
    not reach so far; those of background do, and those whose object is padding have no box at all.
    """
    last = 1 if config.inclusive_corners else 0  # corners name pixels, of which it has 0..size - 1
    corner = tf.tile(matched[..., :2], [1, 1, 2])
    size = tf.maximum(matched[..., 2:] - matched[..., :2], 1e-6)
    inside = (rois - corner) / tf.tile(size, [1, 1, 2])  # 0..1 within the object's box
    return tf.clip_by_value(inside, -4.0, 5.0) * (config.mini_mask_size - last)


def _rounded(masks, boxes, places, size, config):
    """[N, size, size] of 0 and 1: which bins of each box are inside by more than half."""
    # Whatever operator pools the features, truth is cut exactly; inclusive corners have their own
    # grid. Masks are maps of one channel.  [N, size, size]
    operator = crop_and_resize if config.inclusive_corners else roi_align
    cut = operator(tf.cast(masks, tf.float32)[..., None], boxes, places, size, 1)[..., 0]
    return tf.round(cut)


def _soft(masks, boxes, places, size, config):
    """[N, size, size] in 0..1: the mean of the mask in each bin of each box.

    Source: torchvision's `project_masks_on_boxes`, RoIAlign with `aligned=False` and as many
    samples as there are pixels.
    """
    height, width = tf.unstack(tf.shape(masks)[1:])
    # What is averaged is linear along each axis: how much each pixel row counts in each row of
    # bins, and each column in each column of bins.  [N, size, H], [N, size, W]
    rows = axis_weights(boxes[:, 0], boxes[:, 2], size, height)
    columns = axis_weights(boxes[:, 1], boxes[:, 3], size, width)

    def cut(one):
        rows, columns, place = one
        mask = tf.cast(masks[place], tf.float32)  # [H, W]
        return rows @ mask @ tf.transpose(columns)

    # One mask at a time is float32.  [N, size, size]
    shape = tf.TensorSpec([size, size], tf.float32)
    return tf.map_fn(cut, [rows, columns, places], fn_output_signature=shape)


def axis_weights(low: Any, high: Any, bins: int, cells: Any) -> tf.Tensor:
    """How much each pixel of an axis counts in each bin of each box, by linear interpolation.

    A box, at least one pixel long, has `bins` bins, and a bin ceil(length / bins) samples, evenly
    spaced; each sample takes from its two neighbours. Pixel i is at i. A sample before the first or
    behind the last pixel takes that pixel; one that is off by more than a pixel takes nothing.

    Args:
        low, high: [N] float32, where the boxes begin and end.
        bins: per box; cells: pixels of the axis.

    Returns:
        [N, bins, cells] float32; each bin sums to 1 inside the image.

    Source: torchvision's `roi_align` with `aligned=False, sampling_ratio=-1`, along one axis.
    """
    length = tf.maximum(high - low, 1.0)[:, None, None]  # [N, 1, 1]
    number = tf.math.ceil(length / bins)  # samples per bin
    # Where the samples lie: the middle of equal parts of each bin.  [N, bins, S]
    step = tf.range(tf.reduce_max(tf.concat([number[:, 0, 0], [1.0]], 0)))
    part = tf.range(bins, dtype=tf.float32)[:, None] + (step + 0.5) / number
    at = low[:, None, None] + part * length / bins
    # Each bin is the mean of its own samples; short boxes have fewer, and some lie outside.
    last = tf.cast(cells - 1, tf.float32)
    counts = (step < number) & (at >= -1.0) & (at <= last + 1.0)
    weight = tf.where(counts, 1.0 / number, 0.0)
    # The two neighbours of a sample share its weight by how near they are.
    at = tf.clip_by_value(at, 0.0, last)
    before = tf.floor(at)
    after = tf.minimum(before + 1.0, last)
    near = at - before
    pixels = tf.cast(tf.stack([before, after], -1), tf.int32)  # [N, bins, S, 2]
    shares = tf.stack([weight * (1.0 - near), weight * near], -1)
    # Add up what falls on the same pixel of the same bin.
    rows = tf.reshape(tf.range(tf.size(low) * bins), [-1, bins, 1, 1])
    flat = tf.math.unsorted_segment_sum(shares, rows * cells + pixels, tf.size(low) * bins * cells)
    return tf.reshape(flat, [-1, bins, cells])
