"""Slow twins of the pooling operators, written as plain loops, and cases for them.

The twins work on one map [h, w, C] and one box (y1, x1, y2, x2) in pixels, one sample at a time.
"""

import numpy as np
import tensorflow as tf

from maskrcnn_explained import roi_align as ra
from maskrcnn_explained.config import ceil_div


def bilinear(feature_map, y, x):
    """The value between the four nearest indices; y, x within 0..h-1, 0..w-1."""
    top, left = int(np.floor(y)), int(np.floor(x))
    bottom, right = min(top + 1, feature_map.shape[0] - 1), min(left + 1, feature_map.shape[1] - 1)
    dy, dx = y - top, x - left
    upper = (1 - dx) * feature_map[top, left] + dx * feature_map[top, right]
    lower = (1 - dx) * feature_map[bottom, left] + dx * feature_map[bottom, right]
    return (1 - dy) * upper + dy * lower


def slow_roi_align(feature_map, box, size, stride, half=0.5):
    """Four samples per bin at its quarters; the rim reaches one cell beyond the centres."""
    h, w, channels = feature_map.shape
    y1, x1, y2, x2 = (float(value) for value in box)
    if not half:  # unaligned: no box is smaller than a cell
        y2, x2 = max(y2, y1 + stride), max(x2, x1 + stride)
    out = np.zeros((size, size, channels))
    for row in range(size):
        for column in range(size):
            for a in (0.25, 0.75):
                for b in (0.25, 0.75):
                    y = (y1 + (row + a) * (y2 - y1) / size) / stride - half
                    x = (x1 + (column + b) * (x2 - x1) / size) / stride - half
                    if -1 <= y <= h and -1 <= x <= w:
                        y, x = min(max(y, 0), h - 1), min(max(x, 0), w - 1)
                        out[row, column] += bilinear(feature_map, y, x) / 4
    return out


def slow_unaligned(feature_map, box, size, stride):
    return slow_roi_align(feature_map, box, size, stride, half=0)


def slow_crop_and_resize(feature_map, box, size, stride):
    """One sample per bin, from the first pixel of the box to its last; zero off the centres."""
    h, w, channels = feature_map.shape
    y1, x1, y2, x2 = (float(value) for value in box)
    out = np.zeros((size, size, channels))
    for row in range(size):
        for column in range(size):
            y = y1 + row * (y2 - 1 - y1) / (size - 1)  # pixel, 0 the first and H - 1 the last
            x = x1 + column * (x2 - 1 - x1) / (size - 1)
            y, x = y * (h - 1) / (h * stride - 1), x * (w - 1) / (w * stride - 1)
            if 0 <= y <= h - 1 and 0 <= x <= w - 1:
                out[row, column] = bilinear(feature_map, y, x)
    return out


def slow_roi_pool(feature_map, box, size, stride):
    """The largest value of the whole cells of each bin; zero for a bin off the map."""
    y1, x1, y2, x2 = (int(np.floor(float(value) / stride + 0.5)) for value in box)
    rows, columns = max(y2 - y1, 1), max(x2 - x1, 1)
    out = np.zeros((size, size, feature_map.shape[2]))
    for row in range(size):
        for column in range(size):
            top, bottom = y1 + row * rows // size, y1 + ceil_div((row + 1) * rows, size)
            left, right = x1 + column * columns // size, x1 + ceil_div((column + 1) * columns, size)
            cells = feature_map[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
            if cells.size:
                out[row, column] = cells.max((0, 1))
    return out


TWINS = {
    "roi_align": slow_roi_align,
    "roi_align_unaligned": slow_unaligned,
    "crop_and_resize": slow_crop_and_resize,
    "roi_pool": slow_roi_pool,
}


def twin_of(name, feature_maps, boxes, images, size, stride):
    pooled = [
        TWINS[name](feature_maps[image], box, size, stride)
        for box, image in zip(boxes, images, strict=True)
    ]
    return np.stack(pooled) if pooled else np.zeros((0, size, size, feature_maps.shape[-1]))


def random_case(seed, number=6, batch=2, shape=(5, 7), stride=4, channels=2):
    """Maps, and boxes that lie in them, hang over their border or lie outside."""
    rng = np.random.default_rng(seed)
    maps = rng.normal(size=(batch, *shape, channels)).astype(np.float32)
    low = rng.uniform(-12, max(shape) * stride, (number, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.5, 25, (number, 2))], 1).astype(np.float32)
    return maps, boxes, rng.integers(0, batch, number).astype(np.int32), stride


# A ramp: value = a * y + b * x + c at the centre of each cell


def ramp(height, width, stride, a, b, c):
    y = (np.arange(height) + 0.5) * stride
    x = (np.arange(width) + 0.5) * stride
    return (a * y[:, None] + b * x + c).astype(np.float32)[None, ..., None]


def gradient_of(name, maps, boxes, images, size, stride, upstream):
    variable = tf.Variable(maps, dtype=tf.float32)
    with tf.GradientTape() as tape:
        pooled = ra.OPERATORS[name](variable, tf.constant(boxes), images, size, stride)
    return tf.convert_to_tensor(tape.gradient(pooled, variable, upstream)).numpy()
