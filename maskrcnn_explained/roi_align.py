"""From a box of any size to a small grid of features: level assignment, RoIAlign, and its rivals.

All operators have one signature, so that one can stand in for another:

* `roi_align` (the paper's): 2 x 2 bilinear samples per bin, averaged; nothing is rounded;
* `roi_align_unaligned` (its first code, and torchvision's): the same, half a cell further;
* `crop_and_resize` and `roi_pool`: see older_pooling.py.

Cell r of a map covers [r * stride, (r + 1) * stride) of the image, so the value stored at index r
belongs to its centre, (r + 1/2) * stride. That half is what "aligned" means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_arrays
from maskrcnn_explained.boxes import exclusive
from maskrcnn_explained.config import STRIDES, Config
from maskrcnn_explained.layers import ConfigLayer
from maskrcnn_explained.older_pooling import crop_and_resize as crop_and_resize
from maskrcnn_explained.older_pooling import pooling_inputs
from maskrcnn_explained.older_pooling import roi_pool as roi_pool


def roi_align(
    feature_map: ArrayLike, boxes: ArrayLike, box_indices: ArrayLike, size: int, stride: int
) -> tf.Tensor:
    """RoIAlign: the mean of 2 x 2 bilinear samples in each of size x size bins.

    Bin i of a box covers [y1 + i * h / size, y1 + (i + 1) * h / size); its samples lie at a
    quarter and three quarters of that. A sample that is less than a cell outside the outermost
    centres takes the value of the rim; one farther outside counts as zero. The gradient to the map
    is the transpose of this weighted sum; none goes to the boxes.

    Args:
        feature_map: [B, h, w, C] float32.
        boxes: [M, 4] float32, pixels of the molded image.
        box_indices: [M] int32, which image of the batch each box belongs to.
        size: bins per side.
        stride: pixels per cell.

    Returns:
        [M, size, size, C] float32.

    Source: He et al. 2017, section 3; Detectron2's `ROIAlign(aligned=True, sampling_ratio=2)`.
    """
    feature_map, boxes, box_indices = pooling_inputs(feature_map, boxes, box_indices, size, stride)
    # From pixels to indices of the map, without rounding: index 0 is half a cell inside the image.
    low = boxes[:, :2] / stride - 0.5  # [M, 2]
    high = boxes[:, 2:] / stride - 0.5
    return _mean_of_samples(feature_map, low, high, box_indices, size)


def roi_align_unaligned(
    feature_map: ArrayLike, boxes: ArrayLike, box_indices: ArrayLike, size: int, stride: int
) -> tf.Tensor:
    """RoIAlign as it was first written: index 0 counts as the image's edge, not as a centre.

    So every sample lies half a cell too far right and below: on P5 that is 16 pixels. Weights that
    were trained so must run so. A box smaller than a cell counts as one cell.

    Args and returns as `roi_align`. Source: torchvision's `roi_align(aligned=False)`, Detectron's
    `RoIAlign`.
    """
    feature_map, boxes, box_indices = pooling_inputs(feature_map, boxes, box_indices, size, stride)
    # From pixels to indices of the map: only divided.
    low = boxes[:, :2] / stride  # [M, 2]
    # At least one cell, so that small boxes still read different points.
    high = low + tf.maximum(boxes[:, 2:] / stride - low, 1.0)
    return _mean_of_samples(feature_map, low, high, box_indices, size)


def _mean_of_samples(feature_map, low, high, box_indices, size):
    """The mean of 2 x 2 samples per bin; low, high [M, 2] are corners in indices of the map."""
    shape = tf.cast(tf.shape(feature_map)[1:3], tf.float32)  # [2] cells
    # Two sampling points per bin and axis, evenly spaced over the box.
    samples = 2 * size
    step = (high - low) / samples
    # The first of them lies a quarter of a bin inside the box, the last as far from its end.
    first = low + 0.5 * step  # [M, 2]
    last = low + (samples - 0.5) * step
    # tf.image.crop_and_resize reads every point between these two, bilinearly; what lies beyond
    # the outermost cells is zero. So repeat the rim once.
    padded = tf.pad(feature_map, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    corners = tf.concat([first + 1, last + 1], 1)  # [M, 4] in padded indices
    corners = corners / tf.tile(shape + 1, [2])  # as the operation wants them: 1 is the last index
    # No gradient to the boxes: the paper treats proposals as given.
    sampled = tf.image.crop_and_resize(
        padded, tf.stop_gradient(corners), box_indices, [samples, samples]
    )  # [M, 2 * size, 2 * size, C]
    # Each bin is the mean of its 2 x 2 samples.  [M, size, size, C]
    return tf.nn.avg_pool2d(sampled, 2, 2, "VALID")


OPERATORS = {
    "roi_align": roi_align,
    "roi_align_unaligned": roi_align_unaligned,
    "crop_and_resize": crop_and_resize,
    "roi_pool": roi_pool,
}


def roi_levels(boxes: ArrayLike, image_size: Sequence[Any], config: Config) -> tf.Tensor:
    """The pyramid level (2..5) that each RoI is pooled from: large RoIs from coarse maps.

    Paper: floor(4 + log2(sqrt(h * w) / canonical)), where canonical, 224 pixels in the paper, is
    the size that goes to P4. Reference: 4 + round(log2(sqrt(h' * w') / (224 / sqrt(H * W)))) with
    h', w' in the reference's normalised units.

    Args:
        boxes: [..., 4] float32, pixels of the molded image.
        image_size: (H, W) of the molded image, numbers or tensors.
        config: `roi_level_rule` and `roi_canonical_size`.

    Returns:
        [...] int32 in 2..5.

    Source: FPN paper, equation 1; the reference's `PyramidROIAlign.call`.
    """
    check_arrays(boxes=(boxes, "... 4"))
    boxes = tf.convert_to_tensor(boxes, tf.float32)
    sides = tf.maximum(boxes[..., 2:] - boxes[..., :2], 0.0)  # [..., 2]
    if config.roi_level_rule == "paper":
        # A RoI of twice the size goes one level up, where cells are twice as large.
        size = tf.sqrt(tf.reduce_prod(sides, -1))
        level = tf.floor(4.0 + _log2(size / config.roi_canonical_size))
    else:
        # The same in normalised units, rounded to the nearest level and not down.
        image = tf.cast(tf.stack(image_size), tf.float32)
        sides = tf.maximum(sides - 1.0, 0.0) / (image - 1.0)
        canonical = config.roi_canonical_size / tf.sqrt(tf.reduce_prod(image))
        level = 4.0 + tf.round(_log2(tf.sqrt(tf.reduce_prod(sides, -1)) / canonical))
    # There is no P1, and P6 serves the RPN alone.
    return tf.cast(tf.clip_by_value(level, 2.0, 5.0), tf.int32)


def _log2(x):
    return tf.math.log(tf.maximum(x, 1e-12)) / tf.math.log(2.0)


def pool_pyramid(
    boxes: ArrayLike,
    box_indices: ArrayLike,
    maps: Sequence[Any],
    size: int,
    config: Config,
    operator: Callable[..., Any] | None = None,
) -> tf.Tensor:
    """Pool every RoI from its own level.

    Args:
        boxes: [M, 4] float32, pixels of the molded image.
        box_indices: [M] int32, which image of the batch each box belongs to.
        maps: P2, P3, P4, P5: [B, h, w, C] float32. P6 serves the RPN alone.
        size: bins per side.
        config: which operator, and the level rule.
        operator: another function with the signature of `roi_align`; None: the configuration's.

    Returns:
        [M, size, size, C] float32.

    Source: the reference's `PyramidROIAlign`.
    """
    operator = operator or OPERATORS[config.roi_pooling]
    boxes = tf.convert_to_tensor(boxes, tf.float32)
    image_size = tf.unstack(tf.shape(maps[0])[1:3] * STRIDES[0])
    levels = roi_levels(boxes, image_size, config)  # [M]
    order, pooled = [], []
    for level, (feature_map, stride) in enumerate(zip(maps, STRIDES, strict=False), start=2):
        # The RoIs of this level, pooled from its map.  [m, size, size, C]
        members = tf.where(levels == level)[:, 0]
        level_boxes = tf.gather(boxes, members)
        level_indices = tf.gather(box_indices, members)
        pooled.append(operator(feature_map, level_boxes, level_indices, size, stride))
        order.append(tf.cast(members, tf.int32))
    # Back into the order of the boxes.  [M, size, size, C]
    back = tf.math.invert_permutation(tf.concat(order, 0))
    return tf.gather(tf.concat(pooled, 0), back)


@keras.saving.register_keras_serializable("maskrcnn_explained")
class PyramidRoIAlign(ConfigLayer):
    """`pool_pyramid` as a layer: [boxes [B, N, 4], P2, P3, P4, P5] -> [B, N, size, size, C]."""

    def __init__(self, size: int, config: Config | dict, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.size = size
        # Another operator than the configuration's: an export may bring its own.
        self.operator: Callable[..., Any] | None = None

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        boxes, maps = exclusive(inputs[0], self.config), inputs[1:]
        # The operators know one list of boxes: note which image each belongs to.
        batch, number = tf.unstack(tf.shape(boxes)[:2])
        images = tf.repeat(tf.range(batch), number)  # [B * N]
        flat = tf.reshape(boxes, [-1, 4])
        pooled = pool_pyramid(flat, images, maps, self.size, self.config, self.operator)
        return tf.reshape(pooled, [batch, number, self.size, self.size, maps[0].shape[-1]])

    def compute_output_shape(self, input_shape: list[tuple]) -> tuple:
        batch, number, _ = input_shape[0]
        return batch, number, self.size, self.size, input_shape[1][-1]
