"""The two poolings beside RoIAlign: the reference's, and the older one that rounds.

* `crop_and_resize` (the reference's): one bilinear sample per bin, grid from corner to corner;
* `roi_pool` (Fast R-CNN's): box and bins are rounded to whole cells, the maximum is taken.

Both have the signature of `roi_align.roi_align`, so that one can stand in for another.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_arrays, check_sides
from maskrcnn_explained.boxes import LAST_PIXEL
from maskrcnn_explained.config import ceil_div


def crop_and_resize(
    feature_map: ArrayLike, boxes: ArrayLike, box_indices: ArrayLike, size: int, stride: int
) -> tf.Tensor:
    """The reference's pooling: one bilinear sample per bin, on a grid from corner to corner.

    Sample i lies at y1' + i * (y2' - y1') / (size - 1) where y' maps the first pixel of the image
    to the first cell's centre and the last pixel to the last one's: y' = y * (h - 1) / (H - 1),
    with y2 the last pixel inside the box. Samples outside the cell centres are zero. The gradient
    to the map is the transpose of this weighted sum; none goes to the boxes.

    Args and returns as `roi_align.roi_align`. Source: the reference's `PyramidROIAlign`.
    """
    feature_map, boxes, box_indices = pooling_inputs(feature_map, boxes, box_indices, size, stride)
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

    Args and returns as `roi_align.roi_align`. Source: Girshick 2015 (Fast R-CNN), section 2.1.
    """
    feature_map, boxes, box_indices = pooling_inputs(feature_map, boxes, box_indices, size, stride)
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


def pooling_inputs(
    feature_map: Any, boxes: Any, box_indices: Any, size: Any, stride: Any
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The arguments of every pooling, checked, and the first three as tensors of its dtypes.

    Returns:
        feature_map [B, h, w, C] float32, boxes [M, 4] float32, box_indices [M] int32.

    Raises `ValueError` for other shapes, `TypeError` for what is no array or number.
    """
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
