"""Boxes: overlap (IoU), deltas, clipping and non-maximum suppression.

A box is `(y1, x1, y2, x2)` in pixels, continuous: pixel (r, c) covers [r, r+1) x [c, c+1), so a
box that holds exactly that pixel is (r, c, r+1, c+1), and height is simply y2 - y1.
All functions take arrays or tensors, and leading batch axes where their shapes show `...`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_arrays, check_config, check_number
from maskrcnn_explained.config import Config

# The reference's boxes name the last pixel inside: y2 and x2 are smaller by one. These two
# functions convert; each stage calls them where boxes enter it and where they leave it. Beyond
# them, only what counts pixels asks for the dialect: pooling, mask targets and molding.
LAST_PIXEL = np.array([0.0, 0.0, 1.0, 1.0], np.float32)


def inclusive(boxes: Any, config: Config) -> Any:
    """Boxes [..., 4] as this dialect computes with them: y2, x2 of the last pixel, or unchanged.

    Args:
        boxes: float32 array or tensor, pixels, y2 and x2 exclusive.
        config: `inclusive_corners` says whether anything changes.
    """
    check_config(config)
    return boxes - LAST_PIXEL if config.inclusive_corners else boxes


def exclusive(boxes: Any, config: Config) -> Any:
    """The way back: boxes [..., 4] of this dialect with y2, x2 exclusive, as everywhere else."""
    check_config(config)
    return boxes + LAST_PIXEL if config.inclusive_corners else boxes


def iou(boxes1: ArrayLike, boxes2: ArrayLike) -> tf.Tensor:
    """Intersection over union of every pair of boxes.

    Args:
        boxes1: [..., N, 4] float32, pixels.
        boxes2: [..., M, 4] float32, pixels.

    Returns:
        [..., N, M] float32 in 0..1; 0 where both boxes are empty.

    Source: the reference's `overlaps_graph`; Detectron's `box_overlaps`.
    """
    check_arrays(boxes1=(boxes1, "... N 4"), boxes2=(boxes2, "... M 4"))
    # Two new axes, so that each box of the first list meets each box of the second.
    boxes1 = tf.convert_to_tensor(boxes1, tf.float32)[..., :, None, :]  # [..., N, 1, 4]
    boxes2 = tf.convert_to_tensor(boxes2, tf.float32)[..., None, :, :]  # [..., 1, M, 4]
    # One coordinate at a time: two to four times as fast as with a last axis of two.
    top1, left1, bottom1, right1 = tf.unstack(boxes1, 4, axis=-1)  # [..., N, 1]
    top2, left2, bottom2, right2 = tf.unstack(boxes2, 4, axis=-1)  # [..., 1, M]
    # The common part begins at the later edge and ends at the earlier one; it may be empty.
    height = tf.maximum(tf.minimum(bottom1, bottom2) - tf.maximum(top1, top2), 0.0)
    width = tf.maximum(tf.minimum(right1, right2) - tf.maximum(left1, left2), 0.0)
    intersection = height * width  # [..., N, M]
    # The union counts the common part once.
    union = area(boxes1) + area(boxes2) - intersection
    return tf.math.divide_no_nan(intersection, union)


def area(boxes: ArrayLike) -> tf.Tensor:
    """Area of each box: [..., 4] float32 pixels -> [...] float32 square pixels (0 if inverted)."""
    check_arrays(boxes=(boxes, "... 4"))
    boxes = tf.convert_to_tensor(boxes, tf.float32)
    return tf.reduce_prod(tf.maximum(boxes[..., 2:] - boxes[..., :2], 0.0), -1)


def encode_deltas(
    boxes: ArrayLike, targets: ArrayLike, std: Sequence[float] = (1.0, 1.0, 1.0, 1.0)
) -> tf.Tensor:
    """The deltas that turn `boxes` into `targets`: the inverse of `decode_deltas`.

    dy = (centre of target - centre of box) / box height, dh = log(target height / box height),
    the same for x and width; all divided by `std`, so that a network predicts numbers near one.

    Args:
        boxes: [..., 4] float32, pixels, positive height and width.
        targets: [..., 4] float32, pixels, positive height and width.
        std: four positive numbers.

    Returns:
        [..., 4] float32 (dy, dx, dh, dw), no unit.

    Source: Girshick et al. 2014 (R-CNN), appendix C; the reference's `box_refinement_graph`.
    """
    check_arrays(boxes=(boxes, "... 4"), targets=(targets, "... 4"), std=(std, "4"))
    centre, size = _centre_size(boxes)  # [..., 2] each
    target_centre, target_size = _centre_size(targets)
    # How far to move, in units of the box: a large box may be off by more pixels.
    shift = (target_centre - centre) / size
    # How much to stretch, as a logarithm: twice and half as large are equally far from 0.
    stretch = tf.math.log(target_size / size)
    return tf.concat([shift, stretch], -1) / tf.constant(std, tf.float32)


def decode_deltas(
    boxes: ArrayLike,
    deltas: ArrayLike,
    std: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    max_log_size: float | None = None,
) -> tf.Tensor:
    """Move and stretch `boxes` by `deltas`.

    Args:
        boxes: [..., 4] float32, pixels.
        deltas: [..., 4] float32 (dy, dx, dh, dw) as a network predicts them.
        std: four positive numbers; the deltas are multiplied by them first.
        max_log_size: the largest dh and dw that reach exp; None: no limit.

    Returns:
        [..., 4] float32, pixels.

    Source: R-CNN appendix C; the reference's `apply_box_deltas_graph`; the limit is Detectron's.
    """
    check_arrays(boxes=(boxes, "... 4"), deltas=(deltas, "... 4"), std=(std, "4"))
    centre, size = _centre_size(boxes)
    # From the network's units back to those of the box.
    deltas = tf.convert_to_tensor(deltas, tf.float32) * tf.constant(std, tf.float32)
    log_size = deltas[..., 2:]
    if max_log_size is not None:
        check_number("max_log_size", max_log_size)
        # One wild prediction must not become an infinite box.
        log_size = tf.minimum(log_size, max_log_size)
    # Move the centre, then stretch the sides.
    centre = centre + deltas[..., :2] * size
    size = size * tf.exp(log_size)
    return tf.concat([centre - size / 2, centre + size / 2], -1)


def _centre_size(boxes):
    """[..., 4] corners -> centre [..., 2] and (height, width) [..., 2]."""
    boxes = tf.convert_to_tensor(boxes, tf.float32)
    size = boxes[..., 2:] - boxes[..., :2]
    return boxes[..., :2] + size / 2, size


def clip_boxes(boxes: ArrayLike, window: ArrayLike) -> tf.Tensor:
    """Cut boxes off at the edges of a window.

    Args:
        boxes: [..., N, 4] float32, pixels.
        window: [..., 4] float32, pixels.

    Returns:
        [..., N, 4] float32, pixels; a box outside the window has zero area.

    Source: the reference's `clip_boxes_graph`.
    """
    check_arrays(boxes=(boxes, "... N 4"), window=(window, "... 4"))
    window = tf.expand_dims(tf.convert_to_tensor(window, tf.float32), -2)  # [..., 1, 4]
    # Both corners of a box must lie between the window's two corners.
    low = tf.concat([window[..., :2], window[..., :2]], -1)
    high = tf.concat([window[..., 2:], window[..., 2:]], -1)
    return tf.maximum(tf.minimum(tf.convert_to_tensor(boxes, tf.float32), high), low)


def nms(boxes: ArrayLike, scores: ArrayLike, iou_threshold: float, limit: int) -> tf.Tensor:
    """Non-maximum suppression with TensorFlow's operation: greedy, best score first.

    Args:
        boxes: [N, 4] float32, pixels.
        scores: [N] float32.
        iou_threshold: a box that overlaps a kept one by more than this is dropped.
        limit: keep at most this many.

    Returns:
        [M] int32, indices of the kept boxes, in descending order of score.

    Source: Faster R-CNN, section 3.3. `nms_by_hand` does the same in a few lines.
    """
    _check_nms(boxes, scores, iou_threshold, limit)
    boxes, scores = tf.cast(boxes, tf.float32), tf.cast(scores, tf.float32)
    return tf.image.non_max_suppression(boxes, scores, limit, tf.cast(iou_threshold, tf.float32))


def _check_nms(boxes, scores, iou_threshold, limit):
    check_arrays(boxes=(boxes, "N 4"), scores=(scores, "N"))
    check_number("iou_threshold", iou_threshold, 0, 1)
    check_number("limit", limit, 0, 2**31 - 1, whole=True)


def nms_by_hand(
    boxes: ArrayLike, scores: ArrayLike, iou_threshold: float, limit: int
) -> np.ndarray:
    """The same as `nms`, written out in NumPy: what "greedy" means."""
    _check_nms(boxes, scores, iou_threshold, limit)
    overlap = np.asarray(iou(boxes, boxes))  # [N, N]
    # All boxes wait, the best one first.
    waiting = list(np.argsort(-np.asarray(scores), kind="stable"))
    kept: list[int] = []
    while waiting and len(kept) < limit:
        # Keep the best box that is left...
        best = waiting.pop(0)
        kept.append(best)
        # ...and drop the boxes that overlap it too much: they show the same object.
        waiting = [other for other in waiting if overlap[best, other] <= iou_threshold]
    return np.array(kept, np.int32)
