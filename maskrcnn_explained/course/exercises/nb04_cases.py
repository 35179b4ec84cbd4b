"""Cases of notebook 04: small ones by hand, random ones, and the coins; and what judges them.

They are chosen so that no mistake is hidden: no square boxes or maps, no box at the rim of its map
(there operators differ for another reason), and no RoI whose size lies on a step between levels.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from maskrcnn_explained import roi_align as pooling
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.nb04_answers import BIN_BOX, BIN_MAP, GRADIENT_BOX
from maskrcnn_explained.presets import get_config


def roi_sizes_by_hand() -> tuple:
    """Five RoIs: a tiny, a long, two ordinary ones and a huge one; height and width differ."""
    boxes = [[0, 0, 5, 9], [0, 0, 40, 160], [10, 20, 110, 200], [0, 0, 30, 50], [0, 0, 999, 900]]
    return np.array(boxes, np.float32), 112.0


def roi_sizes_random() -> tuple:
    """40 RoIs with sides of 4 to 900 pixels, and another canonical size."""
    rng = np.random.default_rng(0)
    corners, sides = rng.uniform(0, 99, (40, 2)), 2 ** rng.uniform(2, 9.8, (40, 2))
    return np.concatenate([corners, corners + sides], 1).astype(np.float32), 150.0


def roi_sizes_coins() -> tuple:
    """The first 300 proposals of the photo, and the canonical size of the model."""
    proposals = np.asarray(photo.coin_tensors()["proposals"])[:300]
    canonical = get_config("scenes").roi_canonical_size
    sides = np.maximum(proposals[:, 2:] - proposals[:, :2], 1)
    exact = np.log2(np.sqrt(sides.prod(1)) / canonical)
    clear = np.abs(exact - np.round(exact)) > 1e-3
    return proposals[clear], canonical


def pool_small_map() -> np.ndarray:
    """A map by hand: 4 x 6 cells, one channel."""
    values = [[0, 2, 4, 1, 5, 3], [6, 8, 20, 7, 9, 2], [12, 14, 16, 3, 0, 8], [5, 1, 9, 4, 2, 6]]
    return np.array(values, np.float32)[..., None]


def pool_random_map(height: int, width: int, depth: int, seed: int) -> np.ndarray:
    """A map of random numbers in 0..10: [height, width, depth] float32."""
    return np.random.default_rng(seed).uniform(0, 10, (height, width, depth)).astype(np.float32)


def pool_coin_map(level: int) -> np.ndarray:
    """P2..P5 of the photo: [h, w, 64] float32."""
    return np.asarray(photo.coin_tensors()[f"P{level}"])


def roi_align_by_hand() -> tuple:
    """A box of 12 x 22 pixels on the small map, with stride 8 and 2 x 2 bins."""
    return pool_small_map(), np.array([7, 9, 19, 31], np.float32), 2, 8


def roi_align_random() -> tuple:
    """A random map of 12 x 16 cells, and 3 x 3 bins."""
    box = np.array([41.0, 38.5, 133.0, 181.5], np.float32)
    return pool_random_map(12, 16, 5, seed=3), box, 3, 16


def roi_align_coins() -> tuple:
    """One coin on P2, and 7 bins per side."""
    boxes = np.asarray(photo.coin_tensors()["detection_boxes"])
    sides = boxes[:, 2:] - boxes[:, :2]
    uneven = int(np.argmax(np.abs(sides[:20, 0] - sides[:20, 1])))
    return pool_coin_map(2), boxes[uneven], 7, 4


def by_level_random() -> tuple:
    """Seven RoIs for four random maps of an image of 448 x 512 pixels, in no order."""
    starts = np.array([[60, 70], [40, 50], [70, 48], [90, 40], [100, 99], [80, 66], [72, 90]])
    sides = np.array([[90, 70], [20, 41], [300, 330], [130, 170], [33, 25], [250, 260], [61, 99]])
    boxes = np.concatenate([starts, starts + sides], 1).astype(np.float32)
    maps = [pool_random_map(448 // s, 512 // s, 3, seed=s) for s in (4, 8, 16, 32)]
    return boxes, roi_level_judge(boxes, 112.0), maps, 3


def by_level_hand() -> tuple:
    """Three RoIs on P4, P2 and P3; each map is a slope with another height."""
    boxes = np.array([[50, 60, 170, 200], [40, 30, 70, 82], [60, 40, 130, 150]], np.float32)
    maps = []
    for level, stride in zip((2, 3, 4, 5), (4, 8, 16, 32), strict=True):
        rows, columns = np.indices((256 // stride, 320 // stride))
        maps.append((1000 * level + rows + 0.1 * columns)[..., None].astype(np.float32))
    return boxes, np.array([4, 2, 3]), maps, 1


def by_level_coins() -> tuple:
    """Of each level the first ten proposals of the photo, in the order in which they come."""
    boxes, canonical = roi_sizes_coins()
    levels = roi_level_judge(boxes, canonical)
    rows = np.sort(np.concatenate([np.flatnonzero(levels == level)[:10] for level in (2, 3, 4, 5)]))
    return boxes[rows], levels[rows], [pool_coin_map(level) for level in (2, 3, 4, 5)], 2


# What judges


def roi_level_judge(boxes, canonical) -> np.ndarray:
    """`roi_levels` by the paper's rule: [N] integers."""
    config = get_config("scenes", roi_canonical_size=float(canonical))
    return np.asarray(pooling.roi_levels(boxes, (1024, 1024), config))


def between_judge(feature_map, y, x) -> np.ndarray:
    """RoIAlign of a box of no size reads all its points at one place: [C]."""
    place = np.array([[y + 0.5, x + 0.5, y + 0.5, x + 0.5]], np.float32)
    return np.asarray(pooling.roi_align(feature_map[None], place, [0], 1, 1))[0, 0, 0]


def roi_align_judge(feature_map, box, size, stride) -> np.ndarray:
    """RoIAlign of the package for one box: [size, size, C]."""
    boxes = np.asarray(box, np.float32)[None]
    return np.asarray(pooling.roi_align(feature_map[None], boxes, [0], size, stride))[0]


def bin_judge() -> np.ndarray:
    """Bin (0, 1) of 2 x 2 by the package's operators: [3]."""
    feature_map = np.array(BIN_MAP, np.float32)[None, ..., None]
    boxes, names = np.array([BIN_BOX], np.float32), ("roi_align", "crop_and_resize", "roi_pool")
    pooled = [pooling.OPERATORS[name](feature_map, boxes, [0], 2, 8) for name in names]
    return np.array([np.asarray(each)[0, 0, 1, 0] for each in pooled])


def touched_judge() -> np.ndarray:
    """Cells with a gradient, counted on a random map of 16 x 18 cells, per operator: [3]."""
    feature_map = tf.constant(pool_random_map(16, 18, 1, seed=1)[None])
    boxes, counts = np.array([GRADIENT_BOX], np.float32), []
    for name in ("roi_align", "crop_and_resize", "roi_pool"):
        with tf.GradientTape() as tape:
            tape.watch(feature_map)
            pooled = pooling.OPERATORS[name](feature_map, boxes, [0], 2, 8)
        gradient = np.asarray(tape.gradient(pooled, feature_map))
        counts.append(np.count_nonzero(np.abs(gradient) > 1e-6))
    return np.array(counts)


def by_level_judge(boxes, levels, maps, size) -> np.ndarray:
    """`pool_pyramid`, which finds the levels by itself: [N, size, size, C]."""
    config, images = get_config("scenes"), np.zeros(len(boxes), np.int32)
    return np.asarray(
        pooling.pool_pyramid(boxes, images, [each[None] for each in maps], size, config)
    )
