"""The five losses: two for the RPN, three for the heads. Each is zero where nothing can be learned.

RPN: is there an object (cross-entropy), and by how much is the anchor off (smooth L1)?
Heads: which class (cross-entropy), by how much is the RoI off (smooth L1), which pixels (binary
cross-entropy on the mask of the true class)?
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from maskrcnn_explained._arguments import check_arrays

Total = Callable[[tf.Tensor], tf.Tensor]  # a count on this device -> the count on all devices

NAMES = (
    "rpn_class_loss",
    "rpn_bbox_loss",
    "mrcnn_class_loss",
    "mrcnn_bbox_loss",
    "mrcnn_mask_loss",
)


def smooth_l1(error: Any, beta: float = 1.0) -> tf.Tensor:
    """Quadratic near zero, linear beyond beta: 0.5 e^2 / beta, or |e| - beta / 2.

    Args:
        error: any shape, float32.
        beta: where the two pieces meet.

    Returns:
        The same shape, float32.

    Source: Fast R-CNN, equation 3 (beta = 1); Detectron's RPN has beta = 1/9.
    """
    size = tf.abs(error)
    # Small errors count less and less; large ones no more than in proportion, so that one outlier
    # cannot move all weights.
    return tf.where(size < beta, 0.5 * size**2 / beta, size - 0.5 * beta)


def masked_mean(values: tf.Tensor, mask: tf.Tensor, total: Total = tf.identity) -> tf.Tensor:
    """Mean of `values` where `mask` is true; 0 (not NaN) if it is true nowhere.

    Args:
        values, mask: one shape; float32 and bool.
        total: sums a count over all devices. The mean of several devices is then a sum: each gives
            its share. One device is alone, and its count is the count.

    Returns:
        A scalar, float32.
    """
    mask = tf.cast(mask, values.dtype)
    count = total(tf.reduce_sum(mask))
    return tf.math.divide_no_nan(tf.reduce_sum(values * mask), count)


def box_mean(
    losses: tf.Tensor, positive: Any, sampled: Any = None, total: Total = tf.identity
) -> tf.Tensor:
    """One number from the losses of boxes, by one of two rules (`Config.box_loss_mean`).

    The second rule divides by all that were sampled, and so weighs a batch with few positives less.
    It gives 4 * positives / sampled times the first.

    Args:
        losses: [B, N, 4] float32, of each delta.
        positive: [B, N] bool, which boxes have an object.
        sampled: None for the mean over the positives and the four deltas; or [B, N] bool, all boxes
            that were sampled: then the mean over these of the sum of the four, 0 for background.
        total: as for `masked_mean`.

    Returns:
        A scalar, float32.

    Source: the reference's `rpn_bbox_loss_graph`; Fast R-CNN, equation 1, and torchvision.
    """
    # The usual rule: every delta of every positive counts the same.
    if sampled is None:
        return masked_mean(tf.reduce_mean(losses, -1), positive, total)
    # The other one: background is in the mean with a loss of zero.  [B, N]
    of_positives = tf.where(positive, tf.reduce_sum(losses, -1), 0.0)
    return masked_mean(of_positives, sampled, total)


def rpn_class_loss(match: Any, logits: Any, total: Total = tf.identity) -> tf.Tensor:
    """Object or not, over sampled anchors.

    Args:
        match: [B, A] int32: 1 positive, -1 negative, 0 left out.
        logits: [B, A, 2] float32 (background, object).
        total: as for `masked_mean`.

    Returns:
        A scalar; log 2 = 0.69 is a coin toss.

    Source: Faster R-CNN, equation 1; the reference's `rpn_class_loss_graph`.
    """
    check_arrays(match=(match, "* A"), logits=(logits, "* A 2"))
    # Log loss over two classes: is there an object or not?  [B, A]
    labels = tf.cast(match == 1, tf.int32)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    # Ignored anchors, and those that were not sampled, say nothing.
    return masked_mean(loss, match != 0, total)


def rpn_bbox_loss(
    match: Any,
    target_deltas: Any,
    deltas: Any,
    beta: float = 1.0,
    total: Total = tf.identity,
    sampled: Any = None,
) -> tf.Tensor:
    """How far positive anchors' deltas are off.

    Args:
        match: [B, A] int32; target_deltas, deltas: [B, A, 4] float32.
        beta: of `smooth_l1`; total: as for `masked_mean`.
        sampled: None, or [B, A] bool, of which anchors to take the mean: see `box_mean`.

    Returns:
        A scalar: mean over the positives and the four deltas.

    Source: Faster R-CNN, equation 1; the reference's `rpn_bbox_loss_graph`.
    """
    check_arrays(match=(match, "* A"), deltas=(deltas, "* A 4"))
    check_arrays(deltas=(deltas, "* A 4"), target_deltas=(target_deltas, "* A 4"))
    # Only a positive anchor has an object to move to.
    return box_mean(smooth_l1(target_deltas - deltas, beta), match == 1, sampled, total)


def mrcnn_class_loss(
    class_ids: Any, logits: Any, valid: Any, total: Total = tf.identity
) -> tf.Tensor:
    """Which of the K classes each sampled RoI is.

    Args:
        class_ids: [B, R] int32, 0 is background; logits: [B, R, K]; valid: [B, R] bool.
        total: as for `masked_mean`.

    Returns:
        A scalar; log K is a guess.

    Source: Fast R-CNN, equation 1; the reference's `mrcnn_class_loss_graph`.
    """
    check_arrays(class_ids=(class_ids, "* R"), logits=(logits, "* R K"), valid=(valid, "* R"))
    # Log loss for the true class; background is a class, too.  [B, R]
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(class_ids, logits)
    return masked_mean(loss, valid, total)


def mrcnn_bbox_loss(
    class_ids: Any,
    target_deltas: Any,
    deltas: Any,
    beta: float = 1.0,
    total: Total = tf.identity,
    sampled: Any = None,
) -> tf.Tensor:
    """How far positive RoIs' deltas for the true class are off.

    Args:
        class_ids: [B, R] int32; target_deltas: [B, R, 4]; deltas: [B, R, K, 4] float32.
        beta: of `smooth_l1`; total: as for `masked_mean`.
        sampled: None, or [B, R] bool, of which RoIs to take the mean: see `box_mean`.

    Returns:
        A scalar: mean over the positives and the four deltas.

    Source: Fast R-CNN, equation 2; the reference's `mrcnn_bbox_loss_graph`.
    """
    check_arrays(class_ids=(class_ids, "B R"), deltas=(deltas, "B R K 4"))
    check_arrays(deltas=(deltas, "B R K 4"), target_deltas=(target_deltas, "B R 4"))
    # Of the K boxes of a RoI, only that of its true class is asked.  [B, R, 4]
    own = tf.gather(deltas, class_ids, batch_dims=2)
    # Background has no box.
    return box_mean(smooth_l1(target_deltas - own, beta), class_ids > 0, sampled, total)


def mrcnn_mask_loss(
    class_ids: Any, target_masks: Any, masks: Any, total: Total = tf.identity
) -> tf.Tensor:
    """Which pixels belong to the object: only the mask of the true class is asked.

    Args:
        class_ids: [B, M] int32; target_masks: [B, M, 28, 28] of 0 and 1, or in 0..1;
        masks: [B, M, 28, 28, K] float32, probabilities.
        total: as for `masked_mean`.

    Returns:
        A scalar: mean over pixels of the positives; log 2 = 0.69 is a coin toss.

    Source: He et al. 2017, section 3; the reference's `mrcnn_mask_loss_graph`.
    """
    check_arrays(class_ids=(class_ids, "B M"), target_masks=(target_masks, "B M h w"))
    check_arrays(masks=(masks, "B M h w K"), target_masks=(target_masks, "B M h w"))
    # Of the K masks, only that of the true class: classes do not compete.  [B, M, 28, 28]
    asked = tf.one_hot(class_ids, tf.shape(masks)[-1], dtype=masks.dtype)  # [B, M, K]
    own = tf.reduce_sum(masks * asked[:, :, None, None], -1)
    # Average binary cross-entropy over the pixels; no logarithm of zero.
    own = tf.clip_by_value(own, 1e-7, 1 - 1e-7)
    loss = -(target_masks * tf.math.log(own) + (1 - target_masks) * tf.math.log(1 - own))
    return masked_mean(tf.reduce_mean(loss, [2, 3]), class_ids > 0, total)
