"""From a box of any size to a small grid of features: level assignment and three ways to pool.

The three operators have one signature, so that one can stand in for another:

* `roi_align` (the paper's): 2 x 2 bilinear samples per bin, averaged; nothing is rounded;
* `crop_and_resize` (the reference's): one bilinear sample per bin, grid from corner to corner;
* `roi_pool` (Fast R-CNN's): box and bins are rounded to whole cells, the maximum is taken.

Cell r of a map covers [r * stride, (r + 1) * stride) of the image, so the value stored at index r
belongs to its centre, (r + 1/2) * stride. That half is what "aligned" means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_arrays, check_sides
from maskrcnn_explained.boxes import LAST_PIXEL, exclusive
from maskrcnn_explained.config import STRIDES, Config, ceil_div
from maskrcnn_explained.layers import ConfigLayer


def roi_align(
    feature_map: ArrayLike, boxes: ArrayLike, box_indices: ArrayLike, size: int, stride: int
) -> tf.Tensor:
    """RoIAlign: the mean of 2 x 2 bilinear samples in each of size x size bins.

    Bin i of a box covers [y1 + i * h / size, y1 + (i + 1) * h / size); its samples lie at a
    quarter and three quarters of that. A sample within half a cell of the map's rim takes the
    value of the rim; one beyond the map's edge counts as zero. The gradient to the map is the
    transpose of this weighted sum; none goes to the boxes.

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
    feature_map, boxes, box_indices = _as_tensors(feature_map, boxes, box_indices, size, stride)
    shape = tf.cast(tf.shape(feature_map)[1:3], tf.float32)  # [2] cells
    # From pixels to indices of the map, without rounding: index 0 is half a cell inside the image.
    low = boxes[:, :2] / stride - 0.5  # [M, 2]
    high = boxes[:, 2:] / stride - 0.5
    # Two sampling points per bin and axis, evenly spaced over the box.
    samples = 2 * size
    step = (high - low) / samples
    grid = tf.range(samples, dtype=tf.float32)[None, :, None] + 0.5  # [1, 2 * size, 1]
    points = low[:, None] + grid * step[:, None]  # [M, 2 * size, 2]
    inside = (points >= -0.5) & (points <= shape - 0.5)  # on the map, rim included
    # tf.image.crop_and_resize does the bilinear part. It gives zero from the outermost cell
    # centres outwards, so repeat the rim once and zero what lies beyond the edge ourselves.
    padded = tf.pad(feature_map, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    corners = tf.concat([points[:, 0] + 1, points[:, -1] + 1], 1)  # [M, 4] in padded indices
    corners = corners / tf.tile(shape + 1, [2])  # as the operation wants them: 1 is the last index
    # No gradient to the boxes: the paper treats proposals as given.
    sampled = tf.image.crop_and_resize(
        padded, tf.stop_gradient(corners), box_indices, [samples, samples]
    )  # [M, 2 * size, 2 * size, C]
    inside = tf.cast(inside, sampled.dtype)
    sampled *= (inside[:, :, None, 0] * inside[:, None, :, 1])[..., None]
    # Each bin is the mean of its 2 x 2 samples.  [M, size, size, C]
    return tf.nn.avg_pool2d(sampled, 2, 2, "VALID")


def crop_and_resize(
    feature_map: ArrayLike, boxes: ArrayLike, box_indices: ArrayLike, size: int, stride: int
) -> tf.Tensor:
    """The reference's pooling: one bilinear sample per bin, on a grid from corner to corner.

    Sample i lies at y1' + i * (y2' - y1') / (size - 1) where y' maps the first pixel of the image
    to the first cell's centre and the last pixel to the last one's: y' = y * (h - 1) / (H - 1),
    with y2 the last pixel inside the box. Samples outside the cell centres are zero. The gradient
    to the map is the transpose of this weighted sum; none goes to the boxes.

    Args and returns as `roi_align`. Source: the reference's `PyramidROIAlign`.
    """
    feature_map, boxes, box_indices = _as_tensors(feature_map, boxes, box_indices, size, stride)
    # Normalise the corners: 0 is the first pixel of the image and 1 its last pixel.
    pixels = tf.cast(tf.shape(feature_map)[1:3] * stride, tf.float32)  # [2] (H, W)
    corners = (boxes - LAST_PIXEL) / (tf.tile(pixels, [2]) - 1)  # [M, 4]
    # The operation lays one sample on each corner, and the others between.  [M, size, size, C]
    return tf.image.crop_and_resize(
        feature_map, tf.stop_gradient(corners), box_indices, [size, size]
    )


def roi_pool(
    feature_map: ArrayLike, boxes: ArrayLike, box_indices: ArrayLike, size: int, stride: int
) -> tf.Tensor:
    """RoIPool: round the box to whole cells, cut it into bins of whole cells, take each maximum.

    The box becomes cells [round(y1 / stride), round(y2 / stride)), at least one; bin i holds cells
    floor(i * n / size) up to ceil((i + 1) * n / size). Bins off the map are zero. The gradient of
    a bin goes to its largest cell (shared among equals); none goes to the boxes.

    Args and returns as `roi_align`. Source: Girshick 2015 (Fast R-CNN), section 2.1.
    """
    feature_map, boxes, box_indices = _as_tensors(feature_map, boxes, box_indices, size, stride)
    height, width = tf.unstack(tf.shape(feature_map)[1:3])
    # Quantize: which whole cells belong to each bin, along each axis.
    rows, rows_on = _bin_cells(boxes[:, 0], boxes[:, 2], size, stride, height)  # [M, size, k]
    columns, columns_on = _bin_cells(boxes[:, 1], boxes[:, 3], size, stride, width)
    # The place of every (row, column) of every bin in the flat map.  [M, size, size, k, k']
    images = box_indices[:, None, None, None, None]
    cells = (images * height + rows[:, :, None, :, None]) * width
    cells = cells + columns[:, None, :, None, :]
    # The largest cell of each bin answers for it.  [M, size, size, C]
    flat = tf.reshape(feature_map, [-1, feature_map.shape[-1]])
    pooled = tf.reduce_max(tf.gather(flat, cells), axis=[3, 4])
    on = rows_on[:, :, None] & columns_on[:, None, :]  # [M, size, size]
    return pooled * tf.cast(on, pooled.dtype)[..., None]


def _as_tensors(feature_map, boxes, box_indices, size, stride):
    """All five checked, and the first three as tensors of the dtypes that the operators take."""
    check_arrays(feature_map=(feature_map, "B h w C"))
    check_arrays(boxes=(boxes, "M 4"), box_indices=(box_indices, "M"))
    check_sides(size=size, stride=stride)
    feature_map, boxes = tf.cast(feature_map, tf.float32), tf.cast(boxes, tf.float32)
    return feature_map, boxes, tf.cast(box_indices, tf.int32)


def _bin_cells(low, high, size, stride, limit):
    """Cells of each bin along one axis; the last cell is repeated, so that all bins are as long.

    Returns cells [M, size, k] int32 and whether each bin touches the map [M, size] bool.
    """
    # The first rounding: the box's edges go to whole cells.
    start = tf.cast(tf.floor(low / stride + 0.5), tf.int32)
    count = tf.maximum(tf.cast(tf.floor(high / stride + 0.5), tf.int32) - start, 1)
    # The second rounding: the bins' edges do, too. Neighbouring bins may share a cell.
    bins = tf.range(size)[None]  # [1, size]
    first = start[:, None] + bins * count[:, None] // size
    last = start[:, None] + ceil_div((bins + 1) * count[:, None], size) - 1
    # Bins may hang over the map's edge, or lie wholly off it.
    on = (first < limit) & (last >= 0)
    first = tf.clip_by_value(first, 0, limit - 1)
    last = tf.clip_by_value(last, 0, limit - 1)
    longest = tf.reduce_max(tf.concat([tf.reshape(last - first, [-1]), [0]], 0)) + 1
    return tf.minimum(first[..., None] + tf.range(longest), last[..., None]), on


OPERATORS = {"roi_align": roi_align, "crop_and_resize": crop_and_resize, "roi_pool": roi_pool}


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
    boxes: ArrayLike, box_indices: ArrayLike, maps: Sequence[Any], size: int, config: Config
) -> tf.Tensor:
    """Pool every RoI from its own level.

    Args:
        boxes: [M, 4] float32, pixels of the molded image.
        box_indices: [M] int32, which image of the batch each box belongs to.
        maps: P2, P3, P4, P5: [B, h, w, C] float32. P6 serves the RPN alone.
        size: bins per side.
        config: which operator, and the level rule.

    Returns:
        [M, size, size, C] float32.

    Source: the reference's `PyramidROIAlign`.
    """
    operator = OPERATORS[config.roi_pooling]
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

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        boxes, maps = exclusive(inputs[0], self.config), inputs[1:]
        # The operators know one list of boxes: note which image each belongs to.
        batch, number = tf.unstack(tf.shape(boxes)[:2])
        images = tf.repeat(tf.range(batch), number)  # [B * N]
        pooled = pool_pyramid(tf.reshape(boxes, [-1, 4]), images, maps, self.size, self.config)
        return tf.reshape(pooled, [batch, number, self.size, self.size, maps[0].shape[-1]])

    def compute_output_shape(self, input_shape: list[tuple]) -> tuple:
        batch, number, _ = input_shape[0]
        return batch, number, self.size, self.size, input_shape[1][-1]
