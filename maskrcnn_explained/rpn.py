"""The region proposal network: which anchors hold an object, and where exactly?

One small head slides over every level; its outputs are decoded, ranked and thinned to proposals.
"""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers

from maskrcnn_explained.anchors import generate_anchors, level_sizes
from maskrcnn_explained.boxes import clip_boxes, decode_deltas, nms
from maskrcnn_explained.config import STRIDES, Config
from maskrcnn_explained.precision import in_precision


def build_rpn_head(config: Config) -> keras.Model:
    """The RPN head: a model called on each level in turn, with the same weights.

    Takes [B, h, w, fpn_depth]; gives logits [B, h * w * R, 2] (background, object), their softmax
    `probs`, and deltas [B, h * w * R, 4], in the order of the anchors: row, column, ratio.

    Source: Ren et al. 2015 (Faster R-CNN), section 3.1; the reference's `rpn_graph`.
    """
    per_cell = len(config.anchor_ratios)
    # Small first weights, as Detectron has them: the pyramid is not normalised, and with larger
    # ones the first steps push most ReLUs below zero for every cell, where they stay. One
    # initialiser a layer, for one that is shared draws the same numbers for each.
    first, second, third = (keras.initializers.RandomNormal(stddev=0.01) for _ in range(3))
    feature_map = keras.Input((None, None, config.fpn_depth), name="rpn_feature_map")
    with in_precision(config):
        shared = layers.Conv2D(
            config.rpn_depth, 3, padding="same", activation="relu", kernel_initializer=first,
            name="rpn_conv_shared",
        )(feature_map)  # fmt: skip
    logits = layers.Conv2D(2 * per_cell, 1, kernel_initializer=second, name="rpn_class_raw")(shared)
    logits = layers.Reshape((-1, 2), name="rpn_class_logits")(logits)
    probs = layers.Activation("softmax", name="rpn_class_probs")(logits)
    deltas = layers.Conv2D(4 * per_cell, 1, kernel_initializer=third, name="rpn_bbox_pred")(shared)
    deltas = layers.Reshape((-1, 4), name="rpn_deltas")(deltas)
    return keras.Model(feature_map, [logits, probs, deltas], name="rpn_model")


def run_rpn_head(head, pyramid):
    """The head on every level, outputs joined: logits, probs [B, A, 2] and deltas [B, A, 4].

    Args:
        head: the model of `build_rpn_head`.
        pyramid: P2..P6.
    """
    outputs = zip(*[head(feature_map) for feature_map in pyramid], strict=True)
    names = ("rpn_class_logits", "rpn_class", "rpn_bbox")
    return [
        layers.Concatenate(1, name=name)(list(levels))
        for name, levels in zip(names, outputs, strict=True)
    ]


def propose(probs, deltas, image_size, config: Config, limit: int):
    """From RPN outputs to proposals: decode, clip, keep the best, thin by NMS, keep the best.

    Args:
        probs: [B, A, 2] float32, softmax over (background, object).
        deltas: [B, A, 4] float32.
        image_size: (H, W) of the molded image, integers or integer tensors.
        config: anchors, `proposal_rule` ("per_level" or "joint"), limits.
        limit: N, proposals an image.

    Returns:
        proposals [B, N, 4] float32 in pixels, by falling score, padded with zeros;
        scores [B, N] float32 in 0..1, padded with -1;
        anchor_indices [B, N] int32, the anchor that each one came from, padded with -1.

    Source: Faster R-CNN, section 3.3; FPN paper, section 4.1; the reference's `ProposalLayer`.
    """
    anchors = generate_anchors(image_size, config)
    if config.inclusive_corners:
        anchors = anchors - [0.0, 0.0, 1.0, 1.0]
    sizes = level_sizes(image_size, config)
    groups = sizes if config.proposal_rule == "per_level" else [sum(sizes)]
    scores = probs[..., 1]  # objectness, [B, A]
    found, start = [], 0
    for size in groups:
        part = slice(start, start + size)
        args = (scores[:, part], deltas[:, part], anchors[part])
        boxes, kept, indices = _propose_group(*args, image_size, config, limit)
        found.append((boxes, kept, tf.where(indices >= 0, indices + start, -1)))
        start = start + size
    boxes, scores, indices = (tf.concat(parts, 1) for parts in zip(*found, strict=True))
    scores, best = tf.math.top_k(scores, limit)  # over all levels
    boxes, indices = tf.gather(boxes, best, batch_dims=1), tf.gather(indices, best, batch_dims=1)
    return boxes, scores, indices


def _propose_group(scores, deltas, anchors, image_size, config, limit):
    """`propose` for one group of anchors: shapes as there, every output padded to `limit`."""
    count = tf.minimum(config.proposals_pre_nms, tf.shape(scores)[1])
    scores, best = tf.math.top_k(scores, count)  # [B, k]
    boxes = decode_deltas(
        tf.gather(anchors, best),
        tf.gather(deltas, best, batch_dims=1),
        config.rpn_delta_std,
        config.max_log_size,
    )
    boxes = clip_boxes(boxes, image_window(image_size, config))

    def thin(args):
        boxes, scores, best = args
        keep = nms(boxes, scores, config.proposal_nms_iou, limit)
        padding = [[0, limit - tf.shape(keep)[0]]]
        return (
            tf.pad(tf.gather(boxes, keep), [*padding, [0, 0]]),
            tf.pad(tf.gather(scores, keep), padding, constant_values=-1.0),
            tf.pad(tf.gather(best, keep), padding, constant_values=-1),
        )

    shapes = (
        tf.TensorSpec([limit, 4], tf.float32),
        tf.TensorSpec([limit], tf.float32),
        tf.TensorSpec([limit], tf.int32),
    )
    return tf.map_fn(thin, (boxes, scores, best), fn_output_signature=shapes)


def image_window(image_size, config: Config):
    """The whole molded image as a box: [4] float32 (0, 0, H, W), less one if corners include."""
    height, width = (tf.cast(side, tf.float32) for side in image_size)
    last = 1.0 if config.inclusive_corners else 0.0
    return tf.stack([0.0, 0.0, height - last, width - last])


@keras.saving.register_keras_serializable("maskrcnn_explained")
class Proposals(keras.layers.Layer):
    """`propose` as a layer: [rpn probs, rpn deltas, P2] -> proposals, scores, anchor indices."""

    def __init__(self, config, **kwargs):
        super().__init__(**kwargs)
        self.config = config if isinstance(config, Config) else Config.from_dict(config)
        self.supports_jit = False  # XLA has no NMS of changing length

    def get_config(self):
        return {**super().get_config(), "config": self.config.to_dict()}

    def call(self, inputs):
        probs, deltas, p2 = inputs
        height, width = tf.unstack(tf.shape(p2)[1:3] * STRIDES[0])
        limit = self.config.proposals
        return propose(probs, deltas, (height, width), self.config, limit)

    def compute_output_spec(self, inputs):
        batch, number = inputs[0].shape[0], self.config.proposals
        return (
            keras.KerasTensor((batch, number, 4)),
            keras.KerasTensor((batch, number)),
            keras.KerasTensor((batch, number), dtype="int32"),
        )
