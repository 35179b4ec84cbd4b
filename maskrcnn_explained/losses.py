"""The five losses: two for the RPN, three for the heads. Each is zero where nothing can be learned.

RPN: is there an object (cross-entropy), and by how much is the anchor off (smooth L1)?
Heads: which class (cross-entropy), by how much is the RoI off (smooth L1), which pixels (binary
cross-entropy on the mask of the true class)?
"""

from __future__ import annotations

import tensorflow as tf

from maskrcnn_explained import replicas

NAMES = (
    "rpn_class_loss",
    "rpn_bbox_loss",
    "mrcnn_class_loss",
    "mrcnn_bbox_loss",
    "mrcnn_mask_loss",
)


def smooth_l1(error, beta=1.0):
    """Quadratic near zero, linear beyond beta: 0.5 e^2 / beta, or |e| - beta / 2.

    Args:
        error: any shape, float32.
        beta: where the two pieces meet.

    Returns:
        The same shape, float32.

    Source: Fast R-CNN, equation 3 (beta = 1); Detectron's RPN has beta = 1/9.
    """
    size = tf.abs(error)
    return tf.where(size < beta, 0.5 * size**2 / beta, size - 0.5 * beta)


def masked_mean(values, mask):
    """Mean of `values` where `mask` is true, and 0 (not NaN) where it nowhere is.

    (On several devices: this one's share of the mean over all of them.)
    """
    mask = tf.cast(mask, values.dtype)
    count = replicas.total(tf.reduce_sum(mask))
    return tf.math.divide_no_nan(tf.reduce_sum(values * mask), count)


def rpn_class_loss(match, logits):
    """Object or not, over sampled anchors.

    Args:
        match: [B, A] int32: 1 positive, -1 negative, 0 left out.
        logits: [B, A, 2] float32 (background, object).

    Returns:
        A scalar; log 2 = 0.69 is a coin toss.

    Source: Faster R-CNN, equation 1; the reference's `rpn_class_loss_graph`.
    """
    labels = tf.cast(match == 1, tf.int32)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return masked_mean(loss, match != 0)


def rpn_bbox_loss(match, target_deltas, deltas, beta=1.0):
    """How far positive anchors' deltas are off.

    Args:
        match: [B, A] int32; target_deltas, deltas: [B, A, 4] float32.

    Returns:
        A scalar: mean over the positives and the four deltas.

    Source: Faster R-CNN, equation 1; the reference's `rpn_bbox_loss_graph`.
    """
    loss = tf.reduce_mean(smooth_l1(target_deltas - deltas, beta), -1)  # [B, A]
    return masked_mean(loss, match == 1)


def mrcnn_class_loss(class_ids, logits, valid):
    """Which of the K classes each sampled RoI is.

    Args:
        class_ids: [B, R] int32, 0 is background; logits: [B, R, K]; valid: [B, R] bool.

    Returns:
        A scalar; log K is a guess.

    Source: Fast R-CNN, equation 1; the reference's `mrcnn_class_loss_graph`.
    """
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(class_ids, logits)
    return masked_mean(loss, valid)


def mrcnn_bbox_loss(class_ids, target_deltas, deltas, beta=1.0):
    """How far positive RoIs' deltas for the true class are off.

    Args:
        class_ids: [B, R] int32; target_deltas: [B, R, 4]; deltas: [B, R, K, 4] float32.

    Returns:
        A scalar: mean over the positives and the four deltas.

    Source: Fast R-CNN, equation 2; the reference's `mrcnn_bbox_loss_graph`.
    """
    own = tf.gather(deltas, class_ids, batch_dims=2)  # [B, R, 4]
    loss = tf.reduce_mean(smooth_l1(target_deltas - own, beta), -1)
    return masked_mean(loss, class_ids > 0)


def mrcnn_mask_loss(class_ids, target_masks, masks):
    """Which pixels belong to the object: only the mask of the true class is asked.

    Args:
        class_ids: [B, M] int32; target_masks: [B, M, 28, 28] of 0 and 1;
        masks: [B, M, 28, 28, K] float32, probabilities.

    Returns:
        A scalar: mean over pixels of the positives; log 2 = 0.69 is a coin toss.

    Source: He et al. 2017, section 3; the reference's `mrcnn_mask_loss_graph`.
    """
    masks = tf.transpose(masks, [0, 1, 4, 2, 3])
    own = tf.gather(masks, class_ids, batch_dims=2)  # [B, M, 28, 28]
    own = tf.clip_by_value(own, 1e-7, 1 - 1e-7)
    loss = -(target_masks * tf.math.log(own) + (1 - target_masks) * tf.math.log(1 - own))
    return masked_mean(tf.reduce_mean(loss, [2, 3]), class_ids > 0)
