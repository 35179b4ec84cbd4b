"""Targets: what each anchor and each RoI should have said, given the ground truth.

Ground truth is padded to the same number of objects G for all images of a batch; padding has
class 0. A crowd region (several objects that were not separated) has minus its class: nothing is
asked to find it, and nothing that touches it is called background. All shapes keep the batch axis,
so that one call serves the whole batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from maskrcnn_explained.boxes import encode_deltas, iou
from maskrcnn_explained.config import Config
from maskrcnn_explained.mask_targets import mask_targets

POSITIVE, NEGATIVE, IGNORED = 1, -1, 0
CROWD_IOU = 0.001  # boxes that overlap a crowd region this much are not used as background
# Anchors whose IoUs with an object differ by less are equally good for it. An object halfway
# between two cells has two best anchors, or four, and one inside several anchors more. Compared
# exactly, the last bit of a float32 would pick some: one positive in twenty would be lost.
TIE_IOU = 1e-5

# Each random choice of a step has a seed of its own, or two of them would draw the same numbers.
PURPOSES = ("positive anchors", "negative anchors", "positive RoIs", "negative RoIs")

Uniform = Callable[[Any, Any], tf.Tensor]  # (shape, seed) -> numbers in 0..1


def purpose_seed(seed: Any, purpose: str) -> tf.Tensor:
    """The seed [2] int32 of one random choice, from the seed [2] of its training step."""
    return tf.convert_to_tensor(seed, tf.int32) + PURPOSES.index(purpose)


def anchor_targets(
    anchors: Any,
    gt_boxes: Any,
    gt_class_ids: Any,
    seed: Any,
    config: Config,
    uniform: Uniform = tf.random.stateless_uniform,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Match anchors to ground truth and sample those that train the RPN.

    An anchor is positive if its IoU with some object is at least `rpn_positive_iou` or if no other
    anchor fits some object better (by more than `TIE_IOU`: equals are positive together); negative
    if all its IoUs are below `rpn_negative_iou`; else ignored. A positive anchor aims at the object
    that it overlaps most, even if it is positive because it is the best for another. An object that
    no anchor touches has no best anchor (the reference and torchvision call all anchors positive
    then). At most `rpn_anchors_per_image` stay, at most half of them positive.

    Args:
        anchors: [A, 4] float32, pixels.
        gt_boxes: [B, G, 4] float32, pixels.
        gt_class_ids: [B, G] int32, 0 for padding, negative for crowd regions.
        seed: [2] int32, of the training step.
        config: thresholds and numbers.
        uniform: where the random numbers come from; several devices draw theirs together.

    Returns:
        match [B, A] int32: 1 positive, -1 negative, 0 ignored or not sampled;
        deltas [B, A, 4] float32: to the matched object, in units of `rpn_delta_std`; zero where
        the anchor is not positive.

    Source: Faster R-CNN, section 3.1.2; the reference's `build_rpn_targets`; torchvision's
    `Matcher` with `allow_low_quality_matches`.
    """
    # How well does every anchor fit every object?  [B, A, G]
    overlap = iou(anchors[None], gt_boxes)
    off_crowds = ~touches_crowd(overlap, gt_class_ids)  # [B, A]
    # Padding and crowd regions are no objects: nothing may match them.
    is_object = gt_class_ids > 0  # [B, G]
    overlap = tf.where(is_object[:, None], overlap, -1.0)
    best_object = tf.argmax(overlap, 2, output_type=tf.int32)  # [B, A]
    best_iou = tf.reduce_max(overlap, 2)  # [B, A]
    # Positive, rule (i): the anchors with the highest IoU with an object, however low that is, so
    # that a small object is not left without any; and those that are as good.  [B, A, G]
    best_anchor_iou = tf.reduce_max(overlap, 1, keepdims=True)  # [B, 1, G]
    is_best = (overlap >= best_anchor_iou - TIE_IOU) & (overlap > 0)
    # Positive, rule (ii): a high IoU with any object.  [B, A]
    positive = (best_iou >= config.rpn_positive_iou) | tf.reduce_any(is_best, 2)
    # Negative: a low IoU with all objects. Between the two thresholds: ignored.
    negative = (best_iou < config.rpn_negative_iou) & ~positive & off_crowds

    # Sample a small, balanced set: there are thousands of negatives for each positive.
    count = config.rpn_anchors_per_image
    positive = sample(positive, count // 2, purpose_seed(seed, "positive anchors"), uniform)
    room = count - tf.reduce_sum(tf.cast(positive, tf.int32), 1)  # [B]
    negative = sample(negative, room, purpose_seed(seed, "negative anchors"), uniform)
    match = tf.where(positive, POSITIVE, tf.where(negative, NEGATIVE, IGNORED))
    # Each positive anchor should have moved to the object that it overlaps most.  [B, A, 4]
    matched = tf.gather(gt_boxes, best_object, batch_dims=1)
    matched = tf.where(positive[..., None], matched, anchors[None])  # deltas of zero elsewhere
    return match, encode_deltas(anchors[None], matched, config.rpn_delta_std)


def touches_crowd(overlap: tf.Tensor, gt_class_ids: Any) -> tf.Tensor:
    """Which boxes lie on a crowd region: [B, N, G] IoU and [B, G] class ids -> [B, N] bool.

    Source: the reference's `no_crowd_bool`, in `build_rpn_targets` and `DetectionTargetLayer`.
    """
    return tf.reduce_any((overlap >= CROWD_IOU) & (gt_class_ids < 0)[:, None], 2)


def sample(
    candidates: tf.Tensor, limit: Any, seed: Any, uniform: Uniform = tf.random.stateless_uniform
) -> tf.Tensor:
    """Keep at most `limit` of the candidates [B, A] bool of each image, each set equally likely.

    limit: one number, or one per image, [B] int32; seed: [2] int32. Returns [B, A] bool.
    """
    limit = tf.broadcast_to(tf.maximum(limit, 0), [tf.shape(candidates)[0]])  # [B]
    # Each candidate draws a number; non-candidates sort last.  [B, A]
    draws = tf.where(candidates, uniform(tf.shape(candidates), seed), -1.0)
    # The highest draws stay: those above the first one that is too many.
    most = tf.minimum(tf.reduce_max(limit) + 1, tf.shape(candidates)[1])
    best = tf.math.top_k(draws, most).values  # [B, most], in descending order
    first_loser = tf.gather(best, tf.minimum(limit, most - 1), batch_dims=1)[:, None]
    # With no more candidates than the limit, all of them stay.
    all_stay = tf.reduce_sum(tf.cast(candidates, tf.int32), 1) <= limit
    return candidates & (all_stay[:, None] | (draws > first_loser))


def roi_targets(
    proposals: Any,
    scores: Any,
    gt_boxes: Any,
    gt_class_ids: Any,
    gt_masks: Any,
    seed: Any,
    config: Config,
    uniform: Uniform = tf.random.stateless_uniform,
) -> dict[str, tf.Tensor]:
    """Sample the RoIs that train the heads and say what each should have answered.

    A proposal is positive if its IoU with some object is at least `roi_positive_iou`, else
    negative. R = `rois_per_image` are drawn, up to `roi_positive_ratio` of them positive.

    Args:
        proposals: [B, N, 4] float32, pixels; scores [B, N], negative for padding.
        gt_boxes: [B, G, 4] float32; gt_class_ids: [B, G] int32, 0 for padding, negative for crowds.
        gt_masks: [B, G, H, W], any number type, 0 or 1; mini masks [B, G, size, size]; or MaskBits.
        seed: [2] int32, of the training step.
        config: thresholds and numbers; uniform: as in `anchor_targets`.

    Returns a dict:
        rois [B, R, 4], positives first; valid [B, R] bool, False for padding;
        class_ids [B, R] int32, 0 for negatives; deltas [B, R, 4] in units of `delta_std`;
        object_indices [B, R] int32; masks [B, M, 28, 28] float32, see `mask_targets`, for the
        first M = `mask_rois_per_image` RoIs.

    Source: Fast R-CNN, section 2.3; He et al. 2017, section 3.1; the reference's
    `DetectionTargetLayer`.
    """
    proposals, valid = _candidates(proposals, scores, gt_boxes, gt_class_ids, config)
    # How well does every proposal fit every object?  [B, N, G]
    overlap = iou(proposals, gt_boxes)
    off_crowds = ~touches_crowd(overlap, gt_class_ids)  # [B, N]
    overlap = tf.where((gt_class_ids > 0)[:, None], overlap, 0.0)
    # Foreground from an IoU of one half on; all others are background examples.  [B, N]
    positive = (tf.reduce_max(overlap, 2) >= config.roi_positive_iou) & valid
    # Sample R RoIs, at most a given share of them foreground (the paper: 1 to 3 of background).
    count = config.rois_per_image
    most = int(count * config.roi_positive_ratio)
    positives = sample(positive, most, purpose_seed(seed, "positive RoIs"), uniform)
    room = count - tf.reduce_sum(tf.cast(positives, tf.int32), 1)  # [B]
    background = valid & ~positive & off_crowds
    negatives = sample(background, room, purpose_seed(seed, "negative RoIs"), uniform)

    # Put positives first, then negatives, then padding.  [B, R]
    rank = tf.where(positives, 2, tf.where(negatives, 1, 0))
    rank, chosen = tf.math.top_k(rank, count)
    rois = tf.gather(proposals, chosen, batch_dims=1)
    # Each RoI's object, and its class; background has class 0.
    objects = tf.argmax(tf.gather(overlap, chosen, batch_dims=1), 2, output_type=tf.int32)
    class_ids = tf.where(rank == 2, tf.gather(gt_class_ids, objects, batch_dims=1), 0)
    matched = tf.gather(gt_boxes, objects, batch_dims=1)  # [B, R, 4]
    # Masks: only the first M RoIs, among which are the positives.  [B, M, 28, 28]
    number = min(config.mask_rois_per_image, count)
    return dict(
        rois=rois,
        valid=rank > 0,
        class_ids=class_ids,
        deltas=_roi_deltas(rois, matched, rank == 2, config),
        object_indices=objects,
        masks=mask_targets(
            rois[:, :number], objects[:, :number], gt_masks, config, matched[:, :number]
        ),
    )


def _candidates(proposals, scores, gt_boxes, gt_class_ids, config):
    """Proposals, padded with zeros where there are fewer than R; with the objects' own boxes."""
    valid = scores >= 0
    if config.add_gt_to_proposals:  # so that the heads see good boxes before the RPN makes them
        proposals = tf.concat([gt_boxes, proposals], 1)
        valid = tf.concat([gt_class_ids > 0, valid], 1)
    short = tf.maximum(config.rois_per_image - tf.shape(proposals)[1], 0)
    return tf.pad(proposals, [[0, 0], [0, short], [0, 0]]), tf.pad(valid, [[0, 0], [0, short]])


def _roi_deltas(rois, matched, positive, config):
    """The deltas from each positive RoI to its object, [B, R, 4]; zero for all other RoIs."""
    any_box = tf.constant([0.0, 0.0, 1.0, 1.0])  # from a box to itself: nothing to learn
    boxes = tf.where(positive[..., None], rois, any_box)
    targets = tf.where(positive[..., None], matched, any_box)
    return encode_deltas(boxes, targets, config.delta_std)
