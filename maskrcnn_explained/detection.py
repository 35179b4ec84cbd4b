"""From head outputs to instances: refine, filter, suppress a class at a time, paste the masks."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained.boxes import clip_boxes, decode_deltas, iou
from maskrcnn_explained.config import Config

MAX_CANDIDATES = 2000  # (RoI, class) pairs an image that enter NMS, best scores first


def select_detections(rois, roi_scores, probs, deltas, windows, min_scores, config: Config):
    """The final boxes, classes and scores of each image.

    Every (RoI, class) pair above the minimum score is a candidate ("every_class"), or only the
    best class of each RoI ("best_class"). Its box is the RoI moved by that class' own deltas and
    clipped to the window. NMS runs within each class; the best D survive.

    Args:
        rois: [B, N, 4] float32, pixels of the molded image.
        roi_scores: [B, N] float32; a negative score marks padding.
        probs: [B, N, K] float32, softmax.
        deltas: [B, N, K, 4] float32.
        windows: [B, 4] float32, where the image lies in the molded image.
        min_scores: [B] float32.
        config: rules and limits; D is `config.detections`.

    Returns:
        boxes [B, D, 4] float32, class_ids [B, D] int32, scores [B, D] float32 and roi_indices
        [B, D] int32, by falling score; padded with 0, 0, 0 and -1.

    Source: the reference's `refine_detections_graph`; Detectron's `box_results_with_nms_and_limit`.
    """
    foreground = probs[..., 1:]  # [B, N, K - 1]
    if config.detection_rule == "best_class":
        best = tf.reduce_max(probs, -1, keepdims=True)
        foreground = tf.where(foreground >= best, foreground, 0.0)
    foreground = tf.where(roi_scores[..., None] >= 0, foreground, 0.0)
    windows = tf.convert_to_tensor(windows, tf.float32)
    windows = windows - [0.0, 0.0, 1.0, 1.0] if config.inclusive_corners else windows

    def one_image(args):
        rois, scores, deltas, window, min_score = args
        return _select_one(rois, scores, deltas, window, min_score, config)

    limit = config.detections
    signature = (
        tf.TensorSpec([limit, 4], tf.float32),
        tf.TensorSpec([limit], tf.int32),
        tf.TensorSpec([limit], tf.float32),
        tf.TensorSpec([limit], tf.int32),
    )
    args = (rois, foreground, deltas[:, :, 1:], windows, min_scores)
    return tf.map_fn(one_image, args, fn_output_signature=signature)


def _select_one(rois, scores, deltas, window, min_score, config):
    """`select_detections` for one image, background already removed ([N, K - 1] scores)."""
    classes = tf.shape(scores)[1]
    flat = tf.reshape(scores, [-1])  # (RoI, class) pairs
    above = tf.reduce_sum(tf.cast((flat >= min_score) & (flat > 0), tf.int32))
    scores, pairs = tf.math.top_k(flat, tf.minimum(above, MAX_CANDIDATES))
    roi_indices, class_ids = pairs // classes, pairs % classes + 1
    boxes = decode_deltas(
        tf.gather(rois, roi_indices),
        tf.gather(tf.reshape(deltas, [-1, 4]), pairs),
        config.delta_std,
        config.max_log_size,
    )
    boxes = clip_boxes(boxes, window)
    same_class = tf.cast(class_ids[:, None] == class_ids[None], tf.float32)
    keep = tf.image.non_max_suppression_overlaps(
        iou(boxes, boxes) * same_class, scores, config.detections, config.detection_nms_iou
    )
    padding = [[0, config.detections - tf.shape(keep)[0]]]
    return (
        tf.pad(tf.gather(boxes, keep), [*padding, [0, 0]]),
        tf.pad(tf.gather(class_ids, keep), padding),
        tf.pad(tf.gather(scores, keep), padding),
        tf.pad(tf.gather(roi_indices, keep), padding, constant_values=-1),
    )


@keras.saving.register_keras_serializable("maskrcnn_explained")
class SelectDetections(keras.layers.Layer):
    """`select_detections` as a layer of the graph."""

    def __init__(self, config, **kwargs):
        super().__init__(**kwargs)
        self.config = config if isinstance(config, Config) else Config.from_dict(config)
        self.supports_jit = False  # XLA has no NMS of changing length

    def get_config(self):
        return {**super().get_config(), "config": self.config.to_dict()}

    def call(self, inputs):
        return select_detections(*inputs, self.config)

    def compute_output_spec(self, inputs):
        batch, limit = inputs[0].shape[0], self.config.detections
        return (
            keras.KerasTensor((batch, limit, 4)),
            keras.KerasTensor((batch, limit), dtype="int32"),
            keras.KerasTensor((batch, limit)),
            keras.KerasTensor((batch, limit), dtype="int32"),
        )


@keras.saving.register_keras_serializable("maskrcnn_explained")
class SelectMasks(keras.layers.Layer):
    """Of the K masks of each detection, the one of its class: [B, D, 28, 28]."""

    def call(self, inputs):
        masks, class_ids = inputs  # [B, D, 28, 28, K], [B, D]
        masks = tf.transpose(masks, [0, 1, 4, 2, 3])
        return tf.gather(masks, class_ids, batch_dims=2)

    def compute_output_shape(self, input_shape):
        return input_shape[0][:4]


def paste_masks(mask_probs, boxes, image_size, threshold=0.5, rim="repeat"):
    """Stretch each small mask over its box and cut it at a threshold.

    The value at a pixel's centre is read from the small mask by bilinear interpolation; nothing
    outside the box is ever part of the mask.

    Args:
        mask_probs: [D, 28, 28] float32 in 0..1.
        boxes: [D, 4] float32, pixels of the image.
        image_size: (H, W).
        threshold: at least this probability is inside.
        rim: what a pixel nearer to the box's edge than the outermost mask values is mixed with:
            these values again ("repeat"), or "zero", as the reference has it.

    Returns:
        [D, H, W] bool.

    Source: He et al. 2017, section 3.1 (inference); the reference's `unmold_mask`.
    """
    height, width = image_size
    masks = np.zeros((len(boxes), height, width), bool)
    for mask, small, (y1, x1, y2, x2) in zip(masks, mask_probs, boxes, strict=True):
        rows, from_rows = bilinear_rows(y1, y2, height, small.shape[0], rim)
        columns, from_columns = bilinear_rows(x1, x2, width, small.shape[1], rim)
        mask[rows, columns] = from_rows @ small @ from_columns.T >= threshold
    return masks


def bilinear_rows(low, high, limit, size, rim="repeat"):
    """Along one axis: the pixels whose centres lie in [low, high), and how they mix `size` values.

    Returns:
        A slice of n pixels, and weights [n, size] float32 whose rows sum to one; with rim "zero"
        to less than one where a pixel lies outside the first or last value.
    """
    first = int(np.clip(np.ceil(low - 0.5), 0, limit))
    last = int(np.clip(np.ceil(high - 0.5), first, limit))
    centres = np.arange(first, last) + 0.5
    positions = (centres - low) / max(high - low, 1e-6) * size - 0.5  # in small-mask indices
    if rim == "repeat":
        positions = np.clip(positions, 0, size - 1)
    distance = np.abs(positions[:, None] - np.arange(size)[None])
    return slice(first, last), np.maximum(1 - distance, 0).astype(np.float32)


@dataclasses.dataclass(frozen=True)
class Detections:
    """What was found in one image, best score first; D may be 0.

    boxes [D, 4] float32, pixels of the user's image; class_ids [D] int32 (never 0);
    class_names, a list of D strings; scores [D] float32 in 0..1; masks [D, H, W] bool;
    mask_probs [D, 28, 28] float32, the small masks before pasting.
    """

    boxes: np.ndarray
    class_ids: np.ndarray
    class_names: list[str]
    scores: np.ndarray
    masks: np.ndarray
    mask_probs: np.ndarray

    def __len__(self):
        return len(self.boxes)

    def above(self, min_score: float) -> Detections:
        """Only those with at least this score."""
        keep = self.scores >= min_score
        names = [name for name, kept in zip(self.class_names, keep, strict=True) if kept]
        return Detections(
            self.boxes[keep], self.class_ids[keep], names,
            self.scores[keep], self.masks[keep], self.mask_probs[keep],
        )  # fmt: skip
