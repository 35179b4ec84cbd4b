"""The region proposal network: which anchors hold an object, and where exactly?

One small head slides over every level; its outputs are decoded, ranked and thinned to proposals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from maskrcnn_explained._arguments import check_arrays
from maskrcnn_explained.anchors import generate_anchors, level_sizes
from maskrcnn_explained.boxes import clip_boxes, decode_deltas, inclusive, nms
from maskrcnn_explained.config import STRIDES, Config
from maskrcnn_explained.layers import ConfigLayer, in_precision


def build_rpn_head(config: Config) -> keras.Model:
    """The RPN head: a model that is called on each level in turn, with the same weights.

    Takes [B, h, w, fpn_depth]; gives logits [B, h * w * R, 2] (background, object), their softmax
    `probs`, and deltas [B, h * w * R, 4], in the order of the anchors: row, column, ratio.

    Source: Ren et al. 2015 (Faster R-CNN), section 3.1; the reference's `rpn_graph`.
    """
    # R anchors per cell, all centred on it.
    per_cell = len(config.anchor_ratios)
    # Small first weights, as Detectron has them: the pyramid is not normalised, and with larger
    # ones the first steps push most ReLUs below zero for every cell, where they stay. One
    # initialiser per layer: a shared one would draw the same numbers for each.
    first, second, third = (keras.initializers.RandomNormal(stddev=0.01) for _ in range(3))
    feature_map = keras.Input((None, None, config.fpn_depth), name="rpn_feature_map")
    # A 3x3 convolution slides over the map: each cell looks at its neighbours.  [B, h, w, depth]
    with in_precision(config):
        shared = layers.Conv2D(
            config.rpn_depth,
            3,
            padding="same",
            activation="relu",
            kernel_initializer=first,
            name="rpn_conv_shared",
        )(feature_map)
    # Sibling one: is there an object?  [B, h, w, 2 * R] -> [B, h * w * R, 2]
    logits = layers.Conv2D(2 * per_cell, 1, kernel_initializer=second, name="rpn_class_raw")(shared)
    logits = layers.Reshape((-1, 2), name="rpn_class_logits")(logits)
    probs = layers.Activation("softmax", name="rpn_class_probs")(logits)
    # Sibling two: how must the anchor move and stretch?  [B, h, w, 4 * R] -> [B, h * w * R, 4]
    deltas = layers.Conv2D(4 * per_cell, 1, kernel_initializer=third, name="rpn_bbox_pred")(shared)
    deltas = layers.Reshape((-1, 4), name="rpn_deltas")(deltas)
    return keras.Model(feature_map, [logits, probs, deltas], name="rpn_model")


def run_rpn_head(head: keras.Model, pyramid: list[keras.KerasTensor]) -> list[keras.KerasTensor]:
    """The head on every level, outputs joined: logits, probs [B, A, 2] and deltas [B, A, 4].

    Args:
        head: the model of `build_rpn_head`.
        pyramid: P2..P6.

    Source: FPN paper, section 4.1: one head for all levels, because they have one depth.
    """
    outputs = [head(feature_map) for feature_map in pyramid]  # five times (logits, probs, deltas)
    # Join the levels in the order of the anchors: first P2, last P6.
    joined = []
    for kind, name in enumerate(("rpn_class_logits", "rpn_class", "rpn_bbox")):
        levels = [output[kind] for output in outputs]
        joined.append(layers.Concatenate(1, name=name)(levels))
    return joined


def propose(
    probs: tf.Tensor,
    deltas: tf.Tensor,
    image_size: Sequence[Any],
    config: Config,
    limit: int,
    anchors: tf.Tensor | None = None,
    windows: Any = None,
    pre_nms: int | None = None,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """From RPN outputs to proposals: decode, clip, keep the best, thin by NMS, keep the best.

    Args:
        probs: [B, A, 2] float32, softmax over (background, object).
        deltas: [B, A, 4] float32.
        image_size: (H, W) of the molded image, integers or integer tensors.
        config: anchors, `proposal_rule` ("per_level" or "joint"), limits.
        limit: N, proposals per image.
        anchors: [A, 4] float32, pixels, if they are at hand; None: they are made here.
        windows: [B, 4] float32, where each image lies in the molded image, pixels. Only
            `proposal_window="image"` reads them; None: the whole molded image.
        pre_nms: how many anchors enter NMS; None: `config.proposals_pre_nms`.

    Returns:
        proposals [B, N, 4] float32 in pixels, in descending order of score, padded with zeros;
        scores [B, N] float32 in 0..1, padded with -1;
        anchor_indices [B, N] int32, the anchor that each one came from, padded with -1.

    Source: Faster R-CNN, section 3.3; FPN paper, section 4.1; the reference's `ProposalLayer`.
    """
    check_arrays(probs=(probs, "B A 2"), deltas=(deltas, "B A 4"))
    # Every proposal begins as an anchor.  [A, 4]
    if anchors is None:
        anchors = generate_anchors(image_size, config)
    anchors = inclusive(anchors, config)
    scores = probs[..., 1]  # objectness, [B, A]
    # Levels compete alone, so that the many anchors of P2 do not crowd out the few of P6; or all
    # anchors compete together, as in the reference.
    sizes = level_sizes(image_size, config)
    groups = sizes if config.proposal_rule == "per_level" else [sum(sizes)]
    clip_to = image_window(image_size, config)  # [4], or [B, 4]
    if windows is not None and config.proposal_window == "image":
        clip_to = inclusive(tf.convert_to_tensor(windows, tf.float32), config)
    enter = pre_nms or config.proposals_pre_nms
    found = []
    start = 0
    for size in groups:
        members = slice(start, start + size)
        boxes, kept, indices = _propose_group(
            scores[:, members], deltas[:, members], anchors[members], clip_to, config, limit, enter
        )
        # Indices within the group become indices among all anchors.
        found.append((boxes, kept, tf.where(indices >= 0, indices + start, -1)))
        start = start + size
    # Of all groups together, keep the best.  [B, N, 4], [B, N], [B, N]
    all_boxes, all_scores, all_indices = (tf.concat(part, 1) for part in zip(*found, strict=True))
    best_scores, best = tf.math.top_k(all_scores, limit)
    # The box and the anchor of each of them.
    boxes = tf.gather(all_boxes, best, batch_dims=1)
    indices = tf.gather(all_indices, best, batch_dims=1)
    return boxes, best_scores, indices


def _propose_group(scores, deltas, anchors, clip_to, config, limit, enter):
    """`propose` for one group of anchors: shapes as there, every output padded to `limit`."""
    # Only the best-scored anchors go on: NMS compares all pairs, and most anchors see nothing.
    count = tf.minimum(enter, tf.shape(scores)[1])
    scores, best = tf.math.top_k(scores, count)  # [B, k]
    # Move each of them by its deltas, and cut it off at the image's edge.  [B, k, 4]
    boxes = decode_deltas(
        tf.gather(anchors, best),
        tf.gather(deltas, best, batch_dims=1),
        config.rpn_delta_std,
        config.max_log_size,
    )
    boxes = clip_boxes(boxes, clip_to)

    def thin_one_image(args):
        # NMS: of boxes that show the same object, keep the best-scored one.
        boxes, scores, best = large_enough(args, config.proposal_min_side)
        keep = nms(boxes, scores, config.proposal_nms_iou, limit)
        # Pad to one length, so that images of a batch can be stacked.
        padding = [[0, limit - tf.shape(keep)[0]]]
        return (
            tf.pad(tf.gather(boxes, keep), [*padding, [0, 0]]),
            tf.pad(tf.gather(scores, keep), padding, constant_values=-1.0),
            tf.pad(tf.gather(best, keep), padding, constant_values=-1),
        )

    # NMS knows one image at a time.
    shapes = (
        tf.TensorSpec([limit, 4], tf.float32),
        tf.TensorSpec([limit], tf.float32),
        tf.TensorSpec([limit], tf.int32),
    )
    return tf.map_fn(thin_one_image, (boxes, scores, best), fn_output_signature=shapes)


def large_enough(rows: Sequence[Any], least: float) -> list[tf.Tensor]:
    """Of boxes and what belongs to them, the rows whose height and width are at least `least`.

    Args:
        rows: boxes [n, 4] float32, pixels, and any tensors [n, ..].
        least: pixels; 0 keeps all.
    """
    if not least:
        return list(rows)
    sides = rows[0][:, 2:] - rows[0][:, :2]
    large = tf.where(tf.reduce_min(sides, 1) >= least)[:, 0]
    return [tf.gather(row, large) for row in rows]


def image_window(image_size: Sequence[Any], config: Config) -> tf.Tensor:
    """The whole molded image as a box of this dialect: [4] float32 (0, 0, H, W), pixels."""
    height = tf.cast(image_size[0], tf.float32)
    width = tf.cast(image_size[1], tf.float32)
    return inclusive(tf.stack([0.0, 0.0, height, width]), config)


@keras.saving.register_keras_serializable("maskrcnn_explained")
class Proposals(ConfigLayer):
    """`propose` as a layer.

    [rpn probs, rpn deltas, P2, windows] -> proposals, scores, anchor indices.
    """

    def call(self, inputs: list[tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        probs, deltas, p2, windows = inputs
        # The size of the molded image, read off the finest map.
        height, width = tf.unstack(tf.shape(p2)[1:3] * STRIDES[0])
        limit = self.config.proposals
        return propose(probs, deltas, (height, width), self.config, limit, windows=windows)

    def compute_output_spec(self, inputs: list[keras.KerasTensor]) -> tuple:
        batch = inputs[0].shape[0]
        number = self.config.proposals
        return (
            keras.KerasTensor((batch, number, 4)),
            keras.KerasTensor((batch, number)),
            keras.KerasTensor((batch, number), dtype="int32"),
        )
