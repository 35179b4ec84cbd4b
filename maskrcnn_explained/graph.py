"""All stages wired together, twice: the graph of inference and the graph of training.

Both begin with the trunk: backbone, FPN and RPN head. Inference goes on through proposals and heads
to detections. Training turns off before that: it samples anchors and proposals, says what each
should have answered, and runs the heads on the sampled RoIs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained import losses
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.backbone import build_backbone
from maskrcnn_explained.boxes import exclusive, inclusive
from maskrcnn_explained.config import LEVELS, STRIDES, Config
from maskrcnn_explained.detection import SelectDetections, SelectMasks
from maskrcnn_explained.fpn import build_fpn
from maskrcnn_explained.layers import in_precision
from maskrcnn_explained.mask_bits import MaskBits
from maskrcnn_explained.mrcnn_heads import LayerByName, box_head, head_layers, mask_head
from maskrcnn_explained.roi_align import PyramidRoIAlign, pool_pyramid
from maskrcnn_explained.rpn import Proposals, build_rpn_head, propose, run_rpn_head
from maskrcnn_explained.step_memory import in_turn
from maskrcnn_explained.targets import anchor_targets, roi_targets

POOLED_LEVELS = LEVELS[:4]  # RoIs are pooled from P2..P5; P6 serves the RPN alone
TRUNK_TENSORS = ("C2", "C3", "C4", "C5", *LEVELS, "rpn_logits", "rpn_probs", "rpn_deltas")


# Inference


def build_inference_graph(
    config: Config,
) -> tuple[list[keras.KerasTensor], dict[str, keras.KerasTensor]]:
    """The whole inference graph: three inputs and a dict of every tensor that has a name.

    Inputs: images [B, Hm, Wm, 3]; windows [B, 4], where each image lies in it; min_scores [B].

    Source: He et al. 2017, sections 3 and 3.1; the reference's `MaskRCNN.build`.
    """
    # What comes in: molded images, their windows, and the score that a detection needs.
    image = keras.Input((None, None, 3), name="input_image")
    window = keras.Input((4,), name="input_window")
    min_score = keras.Input((), name="input_min_score")
    # Trunk: C2..C5, P2..P6, and what the RPN says of every anchor.
    named = _trunk(image, config)
    maps = [named[level] for level in POOLED_LEVELS]
    # The layers of both heads, not yet called: training will call the same ones.
    head = head_layers(config)

    # The best anchors, moved by their deltas, become proposals.  [B, N, 4]
    rois, roi_scores, anchor_indices = Proposals(config, name="ROI")(
        [named["rpn_probs"], named["rpn_deltas"], named["P2"], window]
    )
    named["proposals"] = rois
    named["proposal_scores"] = roi_scores
    named["proposal_anchors"] = anchor_indices
    # Box head: RoIAlign cuts 7 x 7 features out of each proposal's level; class and deltas follow.
    align = PyramidRoIAlign(config.box_pool_size, config, name="roi_align_classifier")
    named["box_features"] = align([rois, *maps])  # [B, N, 7, 7, depth]
    logits, probs, deltas = box_head(head.__getitem__, named["box_features"], config)
    named["class_logits"] = logits  # [B, N, K]
    named["class_probs"] = probs
    named["box_deltas"] = deltas  # [B, N, K, 4]

    # Refine, filter, NMS within each class: at most D detections per image.  [B, D, 4]
    select = SelectDetections(config, name="mrcnn_detection")
    boxes, class_ids, scores, roi_indices = select(
        [rois, roi_scores, probs, deltas, window, min_score]
    )
    named["detection_boxes"] = boxes
    named["detection_class_ids"] = class_ids
    named["detection_scores"] = scores
    named["detection_rois"] = roi_indices
    # Mask head: at inference it runs on the detections, not on the proposals. That is faster, and
    # its boxes are better.
    align = PyramidRoIAlign(config.mask_pool_size, config, name="roi_align_mask")
    named["mask_features"] = align([boxes, *maps])  # [B, D, 14, 14, depth]
    named["masks_all_classes"] = mask_head(head.__getitem__, named["mask_features"], config)
    # Of the K masks of a detection, keep that of its class.  [B, D, 28, 28]
    select_masks = SelectMasks(name="mrcnn_mask_select")
    named["masks"] = select_masks([named["masks_all_classes"], class_ids])
    return [image, window, min_score], named


def _trunk(image, config):
    """Backbone, FPN and RPN head: a dict of `TRUNK_TENSORS`."""
    # Feature maps and the pyramid; in 16 bits where the configuration asks for it.
    with in_precision(config):
        maps = build_backbone(image, config)
        pyramid = build_fpn(maps, config)
    # One head slides over P2..P6.  [B, A, 2], [B, A, 2], [B, A, 4]
    rpn = run_rpn_head(build_rpn_head(config), pyramid)
    return dict(zip(TRUNK_TENSORS, [*maps, *pyramid, *rpn], strict=True))


# Training


class OneDevice:
    """What a training step asks of its devices. Here there is one, and every answer is plain.

    `training.distributed.Replicas` gives the answers of several.
    """

    def whole_batch(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The batch with its objects padded as all devices need it."""
        context = tf.distribute.get_replica_context()
        if context is not None and context.num_replicas_in_sync > 1:
            raise RuntimeError(
                "This model trains on several devices but does not know it: call mrx.train, or "
                "maskrcnn_explained.training.distributed.share(model) before fit."
            )
        return batch

    def uniform(self, shape: Any, seed: Any) -> tf.Tensor:
        """Random numbers in 0..1 for the rows of this device."""
        return tf.random.stateless_uniform(shape, seed)

    def total(self, value: Any) -> Any:
        """The sum over all devices of a tensor, or of each tensor of a list."""
        return value

    def mean(self, values: list[tf.Tensor]) -> list[tf.Tensor]:
        """The mean over all devices of each tensor of a list."""
        return values


def training_losses(
    trunk: Callable[[tf.Tensor, bool], dict[str, tf.Tensor]],
    layer_by_name: LayerByName,
    batch: dict[str, tf.Tensor],
    seed: tf.Tensor,
    config: Config,
    training: bool,
    devices: OneDevice,
) -> list[tf.Tensor]:
    """The five losses of a batch, in the order of `losses.NAMES`.

    Args:
        trunk: images, training -> dict of `TRUNK_TENSORS`.
        layer_by_name: the model's own layers, so that gradients reach its weights.
        batch: what `data.batches.make_batch` gives: images, gt_boxes, gt_class_ids, and gt_masks
            or gt_mask_bits; windows, where the dialect asks for them.
        seed: [2] int32, of the random choice of anchors and RoIs.
        config: the model's.
        training: whether trained batch norm uses the statistics of this batch.
        devices: on which it runs.

    Returns:
        Five float32 scalars, not weighted.

    Source: He et al. 2017, section 3.1 (training); the reference's `MaskRCNN.build` in training.
    """
    # The same trunk as at inference.
    named = trunk(batch["images"], training)
    image_size = tf.unstack(tf.shape(named["P2"])[1:3] * STRIDES[0])
    gt_boxes = batch["gt_boxes"]
    gt_class_ids = batch["gt_class_ids"]
    # RPN: what should each sampled anchor have said?  [B, A], [B, A, 4]
    anchors = generate_anchors(image_size, config)
    match, anchor_deltas = anchor_targets(
        anchors, gt_boxes, gt_class_ids, seed, config, devices.uniform
    )
    # Proposals as at inference, but more of them. No gradient flows through them: the paper treats
    # them as given boxes.
    rois, roi_scores, _ = propose(
        tf.stop_gradient(named["rpn_probs"]),
        tf.stop_gradient(named["rpn_deltas"]),
        image_size,
        config,
        config.proposals_train,
        anchors,
        batch.get("windows"),
        config.proposals_pre_nms_train,
    )
    # A stream packs full masks into bits: targets unpack those that they need.
    gt_masks = batch["gt_masks"] if "gt_masks" in batch else MaskBits(batch["gt_mask_bits"])
    # Heads: sample RoIs, and say what each should have answered. (The reference matches RoIs in
    # its own corners, but anchors without.)
    target = roi_targets(
        rois,
        roi_scores,
        inclusive(gt_boxes, config),
        gt_class_ids,
        gt_masks,
        seed,
        config,
        devices.uniform,
    )
    # Run both heads on the sampled RoIs, one after the other: see `step_memory`.
    maps = [named[level] for level in POOLED_LEVELS]
    rpn, maps = in_turn([named["rpn_logits"], named["rpn_deltas"]], maps, config)
    logits, deltas = _train_box_head(layer_by_name, target["rois"], maps, config, training)
    (logits, deltas), maps = in_turn([logits, deltas], maps, config)
    mask_ids, mask_truth, masks = _train_mask_head(layer_by_name, target, maps, config, training)
    # L = L_cls + L_box for the RPN, L_cls + L_box + L_mask for the heads.
    ids = target["class_ids"]
    total = devices.total
    # Box losses: a mean over the positives, or over all that were sampled.
    over_all = config.box_loss_mean == "sampled"
    rpn_rule = config.rpn_smooth_l1_beta, total, match != 0 if over_all else None
    box_rule = config.smooth_l1_beta, total, target["valid"] if over_all else None
    return [
        losses.rpn_class_loss(match, rpn[0], total),
        losses.rpn_bbox_loss(match, anchor_deltas, rpn[1], *rpn_rule),
        losses.mrcnn_class_loss(ids, logits, target["valid"], total),
        losses.mrcnn_bbox_loss(ids, target["deltas"], deltas, *box_rule),
        losses.mrcnn_mask_loss(mask_ids, mask_truth, masks, total),
    ]


def _train_box_head(layer_by_name, rois, maps, config, training):
    """Class logits [B, R, K] and deltas [B, R, K, 4] of the sampled RoIs."""
    align = PyramidRoIAlign(config.box_pool_size, config)
    pooled = align([rois, *maps])  # [B, R, 7, 7, depth]
    logits, _, deltas = box_head(layer_by_name, pooled, config, training)
    return logits, deltas


def _train_mask_head(layer_by_name, target, maps, config, training):
    """Class ids [1, P], target masks and masks of the P positive RoIs of the whole batch.

    Only positives train the mask head, so only they run through it: there is no padding that
    batch norm would count. With no positive at all, one negative stands in; its class 0
    keeps it out of the loss.
    """
    number = target["masks"].shape[1]
    # Only the first M RoIs have a target mask.  [B, M]
    ids = target["class_ids"][:, :number]
    # The positives of all images, as (image, RoI) pairs.  [P, 2]
    chosen = tf.where(ids > 0)
    chosen = tf.cond(tf.size(chosen) > 0, lambda: chosen, lambda: tf.zeros([1, 2], tf.int64))
    # Cut 14 x 14 features out of each one's level.  [P, 14, 14, depth]
    rois = exclusive(tf.gather_nd(target["rois"][:, :number], chosen), config)
    images = tf.cast(chosen[:, 0], tf.int32)
    pooled = pool_pyramid(rois, images, maps, config.mask_pool_size, config)
    # One axis more, for the head knows [B, N, ...]: all positives as those of one image.
    masks = mask_head(layer_by_name, pooled[None], config, training)
    # What each of them should have drawn.  [P, 28, 28]
    truth = tf.gather_nd(target["masks"], chosen)
    return tf.gather_nd(ids, chosen)[None], truth[None], masks
