"""From head outputs to instances: refine, filter, NMS within each class, back to the image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained.boxes import clip_boxes, decode_deltas, exclusive, inclusive, nms
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.molding import Window, boxes_to_image
from maskrcnn_explained.data.resizing import resize_scale
from maskrcnn_explained.layers import ConfigLayer
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.results.pasted_masks import PastedMasks
from maskrcnn_explained.rpn import large_enough

MAX_CANDIDATES = 2000  # (RoI, class) pairs per image that enter NMS, best scores first


def select_detections(
    rois: Any,
    roi_scores: Any,
    probs: Any,
    deltas: Any,
    windows: Any,
    min_scores: Any,
    config: Config,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
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
        [B, D] int32, in descending order of score; padded with 0, 0, 0 and -1.

    Source: the reference's `refine_detections_graph`; Detectron's `box_results_with_nms_and_limit`.
    """
    # Class 0 is background, which is no detection.
    foreground = probs[..., 1:]  # [B, N, K - 1]
    if config.detection_rule == "best_class":
        # The reference lets only the best class of a RoI stand; the paper lets all compete.
        best = tf.reduce_max(probs, -1, keepdims=True)
        foreground = tf.where(foreground >= best, foreground, 0.0)
    # Padding among the RoIs must not become a detection.
    foreground = tf.where(roi_scores[..., None] >= 0, foreground, 0.0)
    # Boxes will be clipped to the image itself, not to its padding.  [B, 4]
    windows = inclusive(tf.convert_to_tensor(windows, tf.float32), config)

    def one_image(args):
        rois, scores, deltas, window, min_score = args
        return _select_one(rois, scores, deltas, window, min_score, config)

    # One image at a time: each has another number of candidates. All are padded to D.
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
    # Score filter: the (RoI, class) pairs above the minimum, best first, are the candidates.
    classes = tf.shape(scores)[1]
    flat = tf.reshape(scores, [-1])  # [N * (K - 1)]
    above = tf.reduce_sum(tf.cast((flat >= min_score) & (flat > 0), tf.int32))
    scores, pairs = tf.math.top_k(flat, tf.minimum(above, MAX_CANDIDATES))  # [n]
    # Which RoI and which class each pair is; class 0 was left out above.
    roi_indices = pairs // classes
    class_ids = pairs % classes + 1
    # Refine: each candidate moves by the deltas of its own class.  [n, 4]
    boxes = decode_deltas(
        tf.gather(rois, roi_indices),
        tf.gather(tf.reshape(deltas, [-1, 4]), pairs),
        config.delta_std,
        config.max_log_size,
    )
    # No box reaches beyond the image.
    boxes = clip_boxes(boxes, window)
    boxes, scores, class_ids, roi_indices = large_enough(
        (boxes, scores, class_ids, roi_indices), config.detection_min_side
    )
    keep = nms_per_class(boxes, scores, class_ids, config)  # [k]
    # The best D, padded to that number: a graph wants a fixed length.
    padding = [[0, config.detections - tf.shape(keep)[0]]]
    return (
        tf.pad(tf.gather(boxes, keep), [*padding, [0, 0]]),
        tf.pad(tf.gather(class_ids, keep), padding),
        tf.pad(tf.gather(scores, keep), padding),
        tf.pad(tf.gather(roi_indices, keep), padding, constant_values=-1),
    )


def nms_per_class(boxes: Any, scores: Any, class_ids: Any, config: Config) -> tf.Tensor:
    """Non-maximum suppression among the boxes of each class.

    Args:
        boxes: [n, 4] float32, pixels; scores: [n]; class_ids: [n].
        config: gives the threshold and the maximum number of detections.

    Returns the indices of the boxes that stay, best first: [k] int32, k at most `detections`.
    """
    boxes, scores, class_ids = (tf.convert_to_tensor(rows) for rows in (boxes, scores, class_ids))

    def winners(class_id):
        # Only boxes of one class compete: a star on a disk does not suppress the disk.
        members = tf.where(class_ids == class_id)  # [m, 1]
        own_boxes, own_scores = tf.gather_nd(boxes, members), tf.gather_nd(scores, members)
        best = nms(own_boxes, own_scores, config.detection_nms_iou, config.detections)
        won = tf.gather(members, best)
        return tf.scatter_nd(won, tf.ones_like(best), tf.cast(tf.shape(class_ids), tf.int64)) > 0

    # One class after the other: which of the n boxes stay.  [classes, n]
    classes = tf.range(tf.reduce_max(tf.pad(class_ids, [[1, 0]])) + 1)
    stay = tf.map_fn(winners, classes, fn_output_signature=tf.TensorSpec([None], tf.bool))
    # The best of all classes together; of equal scores the earlier one.  [k]
    kept = tf.where(tf.reduce_any(stay, 0))[:, 0]
    limit = tf.minimum(tf.size(kept), config.detections)
    _, best = tf.math.top_k(tf.gather(scores, kept), limit)
    return tf.cast(tf.gather(kept, best), tf.int32)


@keras.saving.register_keras_serializable("maskrcnn_explained")
class SelectDetections(ConfigLayer):
    """`select_detections` as a layer of the graph."""

    def call(self, inputs: list[tf.Tensor]) -> tuple:
        rois, roi_scores, probs, deltas, windows, min_scores = inputs
        return select_detections(rois, roi_scores, probs, deltas, windows, min_scores, self.config)

    def compute_output_spec(self, inputs: list[keras.KerasTensor]) -> tuple:
        batch = inputs[0].shape[0]
        limit = self.config.detections
        return (
            keras.KerasTensor((batch, limit, 4)),
            keras.KerasTensor((batch, limit), dtype="int32"),
            keras.KerasTensor((batch, limit)),
            keras.KerasTensor((batch, limit), dtype="int32"),
        )


@keras.saving.register_keras_serializable("maskrcnn_explained")
class SelectMasks(keras.layers.Layer):
    """Of the K masks of each detection, the one of its class: [B, D, 28, 28]."""

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        # The box head has chosen the class; the other K - 1 masks are not needed.
        masks, class_ids = inputs  # [B, D, 28, 28, K], [B, D]
        # Classes first, so that one index picks a whole mask.
        masks = tf.transpose(masks, [0, 1, 4, 2, 3])  # [B, D, K, 28, 28]
        return tf.gather(masks, class_ids, batch_dims=2)

    def compute_output_shape(self, input_shape: list[tuple]) -> tuple:
        return input_shape[0][:4]


# From the rows of the graph to what the user gets


def user_boxes(boxes: Any, window: Any, image_size: Any, config: Config, ops: Any = np) -> Any:
    """Detected boxes in pixels of the user's image.

    Args:
        boxes: [..., 4] float32, pixels of the molded image, as the graph gives them.
        window: [4] float32, the image's window.
        image_size: (H, W) of the image, [2].
        config: dialect, and `integer_results`.
        ops: `numpy`, or `keras.ops` inside a graph.
    """
    # Undo the molding: take off the padding, then the scale.
    boxes = boxes_to_image(boxes, window, image_size, config.inclusive_corners, ops)
    boxes = exclusive(boxes, config)
    # The reference gives whole pixels; the paper leaves boxes as they are.
    return ops.round(boxes) if config.integer_results else boxes


def is_detection(boxes: Any, class_ids: Any) -> Any:
    """Which rows are detections: no padding (class 0), no box without area. [..., D] bool."""
    # Clipping and rounding can leave a box with no height or no width.
    has_area = (boxes[..., 2] > boxes[..., 0]) & (boxes[..., 3] > boxes[..., 1])
    return (class_ids > 0) & has_area


def to_detections(
    rows: dict[str, np.ndarray], window: Window, image_size: Sequence[int], config: Config
) -> tuple[Detections, np.ndarray]:
    """One image's padded rows of the graph as plain arrays in pixels of the user's image.

    Args:
        rows: detection_boxes [D, 4], detection_class_ids [D], detection_scores [D] and masks
            [D, 28, 28], as the graph names them.
        window: where the image lies in its molded image.
        image_size: (H, W) of the image.
        config: the model's.

    Returns:
        Detections, and the row of each in the padded tensors, [d] int.
    """
    # Boxes in pixels of the image, as float32.  [D, 4]
    class_ids = rows["detection_class_ids"]
    size = np.array(image_size, np.float32)
    boxes = user_boxes(rows["detection_boxes"], window.box, size, config)
    # Leave out padding, and boxes that rounding has left without area.
    kept = np.flatnonzero(is_detection(boxes, class_ids))
    boxes, class_ids, small = boxes[kept], class_ids[kept], rows["masks"][kept]
    found = Detections(
        boxes=boxes,
        class_ids=class_ids,
        class_names=[config.class_names[i] for i in class_ids],
        scores=rows["detection_scores"][kept],
        # Each small mask will be stretched over its box, when it is asked for.  [d, H, W]
        masks=PastedMasks(small, boxes, image_size, config.mask_rim),
        mask_probs=small,
        # How small the model saw it.
        scale=float(resize_scale(image_size[0], image_size[1], config)),
    )
    return found, kept
