"""From a batch to the five losses: the model in training, where targets stand beside the answers.

The graph of `model.py` ends in detections; this one turns off before them. It samples anchors and
proposals, says what each should have answered, and runs the heads on the sampled RoIs.
"""

from __future__ import annotations

import tensorflow as tf

from maskrcnn_explained import losses
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.mrcnn_heads import box_head, mask_head
from maskrcnn_explained.roi_align import PyramidRoIAlign, pool_pyramid
from maskrcnn_explained.rpn import propose
from maskrcnn_explained.targets import anchor_targets, roi_targets


def batch_losses(model, batch: dict, seed, training: bool) -> list:
    """The five losses of a batch, in the order of `losses.NAMES`.

    Args:
        model: a MaskRCNN; its own layers run, so gradients reach its weights.
        batch: what `data.batches.make_batch` gives: images, gt_boxes, gt_class_ids, gt_masks.
        seed: [2] int32, of the random choice of anchors and RoIs.
        training: whether batch norm uses the statistics of this batch.

    Returns:
        Five float32 scalars, not weighted.

    Source: He et al. 2017, section 3.1 (training); the reference's `MaskRCNN.build` in training.
    """
    config = model.config
    *maps, logits, probs, deltas = model.run_trunk(batch["images"], training)
    pyramid = maps[4:9]
    image_size = tf.unstack(tf.shape(pyramid[0])[1:3] * STRIDES[0])
    gt_boxes, gt_class_ids = batch["gt_boxes"], batch["gt_class_ids"]
    anchors = generate_anchors(image_size, config)
    match, anchor_deltas = anchor_targets(anchors, gt_boxes, gt_class_ids, seed, config)
    boxes, scores, _ = propose(
        tf.stop_gradient(probs), tf.stop_gradient(deltas), image_size, config,
        config.proposals_train,
    )  # fmt: skip
    if config.inclusive_corners:  # as proposals are; the reference matches anchors without
        gt_boxes = gt_boxes - [0.0, 0.0, 1.0, 1.0]
    truth = (gt_boxes, gt_class_ids, batch["gt_masks"])
    target = roi_targets(boxes, scores, *truth, seed + 2, config)
    roi_logits, roi_deltas = _train_box_head(model, target["rois"], pyramid[:4], training)
    mask_ids, mask_truth, masks = _train_mask_head(model, target, pyramid[:4], training)
    ids, beta = target["class_ids"], config.smooth_l1_beta
    return [
        losses.rpn_class_loss(match, logits),
        losses.rpn_bbox_loss(match, anchor_deltas, deltas, config.rpn_smooth_l1_beta),
        losses.mrcnn_class_loss(ids, roi_logits, target["valid"]),
        losses.mrcnn_bbox_loss(ids, target["deltas"], roi_deltas, beta),
        losses.mrcnn_mask_loss(mask_ids, mask_truth, masks),
    ]


def _train_box_head(model, rois, maps, training):
    """Class logits [B, R, K] and deltas [B, R, K, 4] of the sampled RoIs."""
    align = PyramidRoIAlign(model.config.box_pool_size, model.config)
    logits, _, deltas = box_head(model.get_layer, align([rois, *maps]), model.config, training)
    return logits, deltas


def _train_mask_head(model, target, maps, training):
    """Class ids [1, P], target masks and masks of the P positive RoIs of the whole batch.

    Only positives train the mask head, so only they run through it: there is no padding that
    batch norm would count. With no positive at all, one negative stands in; its class 0
    keeps it out of the loss.
    """
    config = model.config
    number = target["masks"].shape[1]
    rois, ids = target["rois"][:, :number], target["class_ids"][:, :number]
    chosen = tf.where(ids > 0)  # [P, 2] (image, RoI)
    chosen = tf.cond(tf.size(chosen) > 0, lambda: chosen, lambda: tf.zeros([1, 2], tf.int64))
    rois = tf.gather_nd(rois, chosen)
    if config.inclusive_corners:
        rois = rois + [0.0, 0.0, 1.0, 1.0]
    images = tf.cast(chosen[:, 0], tf.int32)
    pooled = pool_pyramid(rois, images, maps, config.mask_pool_size, config)
    masks = mask_head(model.get_layer, pooled[None], config, training)
    truth = tf.gather_nd(target["masks"], chosen)
    return tf.gather_nd(ids, chosen)[None], truth[None], masks
