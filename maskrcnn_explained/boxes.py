"""Boxes: overlap (IoU), deltas, clipping and non-maximum suppression.

A box is `(y1, x1, y2, x2)` in pixels, continuous: pixel (r, c) covers [r, r+1) x [c, c+1), so a
box that holds exactly that pixel is (r, c, r+1, c+1), and height is simply y2 - y1.
All functions take arrays or tensors, and leading batch axes where their shapes show `...`.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def iou(boxes1, boxes2):
    """Intersection over union of every pair of boxes.

    Args:
        boxes1: [..., N, 4] float32, pixels.
        boxes2: [..., M, 4] float32, pixels.

    Returns:
        [..., N, M] float32 in 0..1; 0 where both boxes are empty.

    Source: the reference's `overlaps_graph`; Detectron's `box_overlaps`.
    """
    boxes1 = tf.convert_to_tensor(boxes1, tf.float32)[..., :, None, :]  # [..., N, 1, 4]
    boxes2 = tf.convert_to_tensor(boxes2, tf.float32)[..., None, :, :]  # [..., 1, M, 4]
    # One coordinate at a time: two to four times as fast as with a last axis of two.
    top1, left1, bottom1, right1 = tf.unstack(boxes1, 4, axis=-1)  # [..., N, 1]
    top2, left2, bottom2, right2 = tf.unstack(boxes2, 4, axis=-1)  # [..., 1, M]
    height = tf.maximum(tf.minimum(bottom1, bottom2) - tf.maximum(top1, top2), 0.0)
    width = tf.maximum(tf.minimum(right1, right2) - tf.maximum(left1, left2), 0.0)
    intersection = height * width  # [..., N, M]
    union = area(boxes1) + area(boxes2) - intersection
    return tf.math.divide_no_nan(intersection, union)


def area(boxes):
    """Area of each box: [..., 4] float32 pixels -> [...] float32 square pixels (0 if inverted)."""
    boxes = tf.convert_to_tensor(boxes, tf.float32)
    return tf.reduce_prod(tf.maximum(boxes[..., 2:] - boxes[..., :2], 0.0), -1)


def encode_deltas(boxes, targets, std=(1.0, 1.0, 1.0, 1.0)):
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
    centre, size = _centre_size(boxes)
    target_centre, target_size = _centre_size(targets)
    shift = (target_centre - centre) / size
    return tf.concat([shift, tf.math.log(target_size / size)], -1) / tf.constant(std, tf.float32)


def decode_deltas(boxes, deltas, std=(1.0, 1.0, 1.0, 1.0), max_log_size=None):
    """Move and stretch `boxes` by `deltas`.

    Args:
        boxes: [..., 4] float32, pixels.
        deltas: [..., 4] float32 (dy, dx, dh, dw) as a network predicts them.
        std: four positive numbers; the deltas are multiplied by them first.
        max_log_size: the largest dh and dw let through to exp; None lets all through.

    Returns:
        [..., 4] float32, pixels.

    Source: R-CNN appendix C; the reference's `apply_box_deltas_graph`; the clamp is Detectron's.
    """
    centre, size = _centre_size(boxes)
    deltas = tf.convert_to_tensor(deltas, tf.float32) * tf.constant(std, tf.float32)
    log_size = deltas[..., 2:]
    if max_log_size is not None:
        log_size = tf.minimum(log_size, max_log_size)
    centre = centre + deltas[..., :2] * size
    size = size * tf.exp(log_size)
    return tf.concat([centre - size / 2, centre + size / 2], -1)


def _centre_size(boxes):
    """[..., 4] corners -> centre [..., 2] and (height, width) [..., 2]."""
    boxes = tf.convert_to_tensor(boxes, tf.float32)
    size = boxes[..., 2:] - boxes[..., :2]
    return boxes[..., :2] + size / 2, size


def clip_boxes(boxes, window):
    """Cut boxes off at the edges of a window.

    Args:
        boxes: [..., N, 4] float32, pixels.
        window: [..., 4] float32, pixels.

    Returns:
        [..., N, 4] float32, pixels; a box outside the window has zero area.

    Source: the reference's `clip_boxes_graph`.
    """
    window = tf.convert_to_tensor(window, tf.float32)[..., None, :]  # [..., 1, 4]
    low = tf.concat([window[..., :2], window[..., :2]], -1)
    high = tf.concat([window[..., 2:], window[..., 2:]], -1)
    return tf.clip_by_value(tf.convert_to_tensor(boxes, tf.float32), low, high)


def nms(boxes, scores, iou_threshold, limit):
    """Non-maximum suppression with TensorFlow's op: greedy, best score first.

    Args:
        boxes: [N, 4] float32, pixels.
        scores: [N] float32.
        iou_threshold: a box that overlaps a kept one by more than this is dropped.
        limit: keep at most this many.

    Returns:
        [M] int32, indices of the kept boxes, by falling score.
    """
    return tf.image.non_max_suppression(boxes, scores, limit, iou_threshold)


def nms_by_hand(boxes, scores, iou_threshold, limit):
    """The same as `nms`, written out in NumPy: what "greedy" means, in six lines."""
    overlap = np.asarray(iou(boxes, boxes))
    waiting = list(np.argsort(-np.asarray(scores), kind="stable"))
    kept = []
    while waiting and len(kept) < limit:
        best = waiting.pop(0)
        kept.append(best)
        waiting = [other for other in waiting if overlap[best, other] <= iou_threshold]
    return np.array(kept, np.int32)


def boxes_from_masks(masks):
    """The tightest box around each mask.

    Args:
        masks: [G, H, W] bool.

    Returns:
        [G, 4] float32, pixels; zeros for an empty mask.

    Source: the reference's `extract_bboxes`.
    """
    masks = np.asarray(masks, bool)
    boxes = np.zeros((len(masks), 4), np.float32)
    for box, mask in zip(boxes, masks, strict=True):
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        if len(rows):
            box[:] = rows[0], columns[0], rows[-1] + 1, columns[-1] + 1
    return boxes
