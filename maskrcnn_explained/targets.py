"""Targets: what each anchor and each RoI should have said, given the ground truth.

Ground truth is padded to the same number of objects G for all images of a batch; padding has
class 0. A crowd region (several objects that nobody told apart) has minus its class: nothing is
asked to find it, and nothing that touches it is called background. All shapes keep the batch axis,
so that one call serves the whole batch.
"""

from __future__ import annotations

import tensorflow as tf

from maskrcnn_explained import replicas
from maskrcnn_explained.boxes import encode_deltas, iou
from maskrcnn_explained.config import Config
from maskrcnn_explained.roi_align import crop_and_resize, roi_align

POSITIVE, NEGATIVE, IGNORED = 1, -1, 0
CROWD_IOU = 0.001  # whoever overlaps a crowd region this much is no example of background


def anchor_targets(anchors, gt_boxes, gt_class_ids, seed, config: Config):
    """Match anchors to ground truth and sample those that train the RPN.

    An anchor is positive if its IoU with some object is at least `rpn_positive_iou` or if no other
    anchor fits some object better; negative if all its IoUs are below `rpn_negative_iou`; else
    ignored. At most `rpn_anchors_per_image` stay, at most half of them positive.

    Args:
        anchors: [A, 4] float32, pixels.
        gt_boxes: [B, G, 4] float32, pixels.
        gt_class_ids: [B, G] int32, 0 for padding, negative for crowd regions.
        seed: [2] int32, of the random choice.

    Returns:
        match [B, A] int32: 1 positive, -1 negative, 0 ignored or not sampled;
        deltas [B, A, 4] float32: to the matched object, in units of `rpn_delta_std`; zero where
        the anchor is not positive.

    Source: Faster R-CNN, section 3.1.2; the reference's `build_rpn_targets`.
    """
    seed = tf.convert_to_tensor(seed, tf.int32)
    real = gt_class_ids > 0  # [B, G]
    overlap = iou(anchors[None], gt_boxes)  # [B, A, G]
    apart = ~touches_crowd(overlap, gt_class_ids)  # [B, A]
    overlap = tf.where(real[:, None], overlap, -1.0)
    best_object = tf.argmax(overlap, 2, output_type=tf.int32)  # [B, A]
    best_iou = tf.reduce_max(overlap, 2)
    best_anchor_iou = tf.reduce_max(overlap, 1, keepdims=True)  # [B, 1, G]
    is_best = (overlap >= best_anchor_iou) & (best_anchor_iou > 0)
    positive = (best_iou >= config.rpn_positive_iou) | tf.reduce_any(is_best, 2)
    negative = (best_iou < config.rpn_negative_iou) & ~positive & apart
    # An anchor that is the best for one object aims at that object, even if another overlaps more.
    own_object = tf.argmax(tf.where(is_best, overlap, -1.0), 2, output_type=tf.int32)
    best_object = tf.where(tf.reduce_any(is_best, 2), own_object, best_object)

    count = config.rpn_anchors_per_image
    positive = sample(positive, count // 2, seed)
    room = count - tf.reduce_sum(tf.cast(positive, tf.int32), 1)
    negative = sample(negative, room, seed + 1)
    match = tf.where(positive, POSITIVE, tf.where(negative, NEGATIVE, IGNORED))
    matched = tf.gather(gt_boxes, best_object, batch_dims=1)  # [B, A, 4]
    matched = tf.where(positive[..., None], matched, anchors[None])  # deltas of zero elsewhere
    return match, encode_deltas(anchors[None], matched, config.rpn_delta_std)


def touches_crowd(overlap, gt_class_ids):
    """Which boxes lie on a crowd region: [B, N, G] IoU and [B, G] class ids -> [B, N] bool.

    Source: the reference's `no_crowd_bool`, in `build_rpn_targets` and `DetectionTargetLayer`.
    """
    return tf.reduce_any((overlap >= CROWD_IOU) & (gt_class_ids < 0)[:, None], 2)


def sample(candidates, limit, seed):
    """Keep at most `limit` of the candidates of each image, each set equally likely.

    Args:
        candidates: [B, A] bool.
        limit: a number, or one an image, [B] int32.
        seed: [2] int32.

    Returns:
        [B, A] bool.
    """
    limit = tf.broadcast_to(tf.maximum(limit, 0), [tf.shape(candidates)[0]])  # [B]
    lots = replicas.lots(tf.shape(candidates), seed)
    lots = tf.where(candidates, lots, -1.0)  # who is no candidate comes last
    most = tf.minimum(tf.reduce_max(limit) + 1, tf.shape(candidates)[1])
    best = tf.math.top_k(lots, most).values  # [B, most], falling
    # Whoever draws more than the first loser stays; with too few candidates, all of them do.
    first_loser = tf.gather(best, tf.minimum(limit, most - 1), batch_dims=1)[:, None]
    all_stay = tf.reduce_sum(tf.cast(candidates, tf.int32), 1) <= limit
    return candidates & (all_stay[:, None] | (lots > first_loser))


def roi_targets(proposals, scores, gt_boxes, gt_class_ids, gt_masks, seed, config: Config):
    """Sample the RoIs that train the heads and say what each should have answered.

    A proposal is positive if its IoU with some object is at least `roi_positive_iou`, else
    negative. R = `rois_per_image` are drawn, up to `roi_positive_ratio` of them positive.

    Args:
        proposals: [B, N, 4] float32, pixels; scores [B, N], negative for padding.
        gt_boxes: [B, G, 4] float32; gt_class_ids: [B, G] int32, 0 for padding, negative for crowds.
        gt_masks: [B, G, H, W], any number type, 0 or 1; or mini masks [B, G, size, size].
        seed: [2] int32, of the random choice.

    Returns a dict:
        rois [B, R, 4], positives first; valid [B, R] bool, False for padding;
        class_ids [B, R] int32, 0 for negatives; deltas [B, R, 4] in units of `delta_std`;
        object_indices [B, R] int32; masks [B, M, 28, 28] float32 of 0 and 1, for the first
        M = `mask_rois_per_image` RoIs.

    Source: Fast R-CNN, section 2.3; He et al. 2017, section 3.1; the reference's
    `DetectionTargetLayer`.
    """
    seed = tf.convert_to_tensor(seed, tf.int32)
    proposals, valid = _candidates(proposals, scores, gt_boxes, gt_class_ids, config)
    overlap = iou(proposals, gt_boxes)  # [B, N, G]
    apart = ~touches_crowd(overlap, gt_class_ids)  # [B, N]
    overlap = tf.where((gt_class_ids > 0)[:, None], overlap, 0.0)
    positive = (tf.reduce_max(overlap, 2) >= config.roi_positive_iou) & valid
    count = config.rois_per_image
    positives = sample(positive, int(count * config.roi_positive_ratio), seed)
    room = count - tf.reduce_sum(tf.cast(positives, tf.int32), 1)
    negatives = sample(valid & ~positive & apart, room, seed + 1)

    rank = tf.where(positives, 2, tf.where(negatives, 1, 0))  # [B, N]
    rank, chosen = tf.math.top_k(rank, count)  # positives first, then negatives, then padding
    rois = tf.gather(proposals, chosen, batch_dims=1)
    objects = tf.argmax(tf.gather(overlap, chosen, batch_dims=1), 2, output_type=tf.int32)
    class_ids = tf.where(rank == 2, tf.gather(gt_class_ids, objects, batch_dims=1), 0)
    matched = tf.gather(gt_boxes, objects, batch_dims=1)
    real = (rank == 2)[..., None]
    some = tf.constant([0.0, 0.0, 1.0, 1.0])  # any box will do where there is nothing to learn
    deltas = encode_deltas(tf.where(real, rois, some), tf.where(real, matched, some),
                           config.delta_std)  # fmt: skip
    number = min(config.mask_rois_per_image, count)
    first = slice(None), slice(number)
    masks = mask_targets(rois[first], objects[first], gt_masks, config, matched[first])
    return dict(
        rois=rois, valid=rank > 0, class_ids=class_ids, deltas=deltas, object_indices=objects,
        masks=masks,
    )  # fmt: skip


def _candidates(proposals, scores, gt_boxes, gt_class_ids, config):
    """Proposals, padded with zeros where there are fewer than R; with the objects' own boxes."""
    valid = scores >= 0
    if config.add_gt_to_proposals:  # so that the heads see good boxes before the RPN makes them
        proposals = tf.concat([gt_boxes, proposals], 1)
        valid = tf.concat([gt_class_ids > 0, valid], 1)
    short = tf.maximum(config.rois_per_image - tf.shape(proposals)[1], 0)
    return tf.pad(proposals, [[0, 0], [0, short], [0, 0]]), tf.pad(valid, [[0, 0], [0, short]])


def mask_targets(rois, object_indices, gt_masks, config: Config, matched=None):
    """Cut each RoI's object out of its mask, at the resolution of the mask head.

    Args:
        rois: [B, M, 4] float32, pixels; object_indices [B, M] int32.
        gt_masks: [B, G, H, W], 0 or 1: full masks, or mini masks, which fill their object's box.
        matched: [B, M, 4] float32, that box for each RoI, pixels; only mini masks need it.

    Returns:
        [B, M, 28, 28] float32 of 0 and 1.

    Raises `ValueError` if mini masks come without the boxes that they fill.

    Source: He et al. 2017, section 3.1: "the intersection between an RoI and its mask".
    """
    batch, objects, height, width = tf.unstack(tf.shape(gt_masks))
    number = tf.shape(rois)[1]
    images = tf.reshape(tf.range(batch)[:, None] * objects + object_indices, [-1])
    masks = tf.reshape(tf.cast(gt_masks, tf.float32), [batch * objects, height, width, 1])
    # Whatever pools the features, truth is cut exactly; inclusive corners have their own grid.
    operator = crop_and_resize if config.inclusive_corners else roi_align
    if config.mini_mask_size:
        if matched is None:
            raise ValueError("Mini masks fill the boxes of their objects: give these as `matched`.")
        rois = _within(rois, matched, config)
    boxes = tf.reshape(rois, [-1, 4])
    if config.inclusive_corners:
        boxes = boxes + [0.0, 0.0, 1.0, 1.0]
    size = 2 * config.mask_pool_size
    cut = operator(masks, boxes, images, size, 1)[..., 0]
    return tf.reshape(tf.round(cut), [batch, number, size, size])


def _within(rois, matched, config):
    """RoIs in pixels of the mini mask that fills the box of their object: [B, M, 4]."""
    last = 1 if config.inclusive_corners else 0  # corners name pixels, of which it has 0..size - 1
    corner, size = tf.tile(matched[..., :2], [1, 1, 2]), matched[..., 2:] - matched[..., :2]
    size = tf.tile(tf.maximum(size, 1e-6), [1, 1, 2])
    return (rois - corner) / size * (config.mini_mask_size - last)
