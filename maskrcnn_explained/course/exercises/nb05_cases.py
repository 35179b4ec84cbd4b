"""Cases of notebook 05: small ones by hand, random ones, and the coins; and what judges them.

They are chosen so that no mistake is hidden: no square boxes, grids or images, other channel counts
in and out, RoIs that background wins, and no pixel within 1e-4 of the threshold of a mask.
"""

from __future__ import annotations

import keras
import numpy as np

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.nb05_answers import (
    HEAD_INPUT,
    HEAD_SIDE,
    HEAD_UNITS,
    PLACE_LOGITS,
)
from maskrcnn_explained.detection import SelectMasks, select_detections
from maskrcnn_explained.mrcnn_heads import head_layers
from maskrcnn_explained.pasting import paste_masks
from maskrcnn_explained.presets import get_config

HEAD_STD = (0.1, 0.1, 0.2, 0.2)


def class_box_hand() -> tuple:
    """One RoI that background wins, and three classes."""
    deltas = [[[3, 0, 0, 1], [0, 0, 0, 0], [1, -2, 0.5, 0]]]
    rois, logits = [[0, 0, 40, 80]], [[2, 0.5, 1]]
    return (*(np.array(given, np.float32) for given in (rois, logits, deltas)), HEAD_STD)


def class_box_random() -> tuple:
    """Eight RoIs, five classes, and another std."""
    rng = np.random.default_rng(0)
    corners, sides = rng.uniform(0, 200, (8, 2)), rng.uniform((8, 30), (28, 90), (8, 2))
    rois = np.concatenate([corners, corners + sides], 1)
    given = rois, rng.normal(0, 2, (8, 5)), rng.normal(0, 1, (8, 5, 4))
    return (*(array.astype(np.float32) for array in given), (0.1, 0.15, 0.2, 0.25))


def class_box_coins() -> tuple:
    """Every 80th of the 640 proposals of the photo: most of them are background."""
    tensors = photo.coin_tensors()
    names = "proposals", "class_logits", "box_deltas"
    return (*(np.asarray(tensors[name])[:640:80] for name in names), HEAD_STD)


def doubled_hand() -> tuple:
    """A grid of 2 x 3 cells with one channel; its kernel is that of the notebook."""
    grid = np.array([[1, 2, -1], [0, 3, 1]], np.float32)[..., None]
    kernel = np.array([[1, 10], [4, -1]], np.float32)[..., None, None]
    return grid, kernel, np.array([0.5], np.float32)


def doubled_random() -> tuple:
    """A grid of 4 x 3 cells, five channels in and two out."""
    rng = np.random.default_rng(1)
    sizes = (4, 3, 5), (2, 2, 2, 5), (2,)
    return tuple(rng.normal(0, 1, size).astype(np.float32) for size in sizes)


def doubled_coins() -> tuple:
    """Five rows of the features of one coin, and a random kernel to six channels."""
    rng = np.random.default_rng(2)
    kernel, bias = rng.normal(0, 0.2, (2, 2, 6, 64)), rng.normal(0, 1, 6)
    grid = np.asarray(photo.coin_tensors()["mask_features"])[0, 4:9]
    return grid, kernel.astype(np.float32), bias.astype(np.float32)


def paste_hand() -> tuple:
    """A small mask of 4 x 5 values, in a box whose sides are no whole pixels."""
    small = [[1, 0.9, 0.2, 0, 0], [0.9, 1, 0.8, 0.3, 0.7], [0, 0.7, 1, 0.9, 1], [0, 0, 0.6, 1, 0.8]]
    return np.array(small, np.float32), np.array([1.3, 2.6, 10.9, 14.2], np.float32), (13, 17)


def paste_random() -> tuple:
    """A smooth random mask of 28 x 28 values, in a box that hangs over the edge of the image."""
    rows, columns = np.indices((28, 28)) / 28
    waves = np.sin(7 * rows + 2) + np.cos(9 * columns - 3 * rows)
    small = (1 / (1 + np.exp(-3 * waves))).astype(np.float32)
    return small, np.array([-4.4, 20.7, 61.2, 96.1], np.float32), (70, 90)


def paste_coins() -> tuple:
    """The mask of one coin, in pixels of the molded photo."""
    tensors = photo.coin_tensors()
    small, box = (np.asarray(tensors[name])[5] for name in ("masks", "detection_boxes"))
    return small, box, photo.coin_size()


def own_mask_hand() -> tuple:
    """Three detections with masks of 1 x 2 values for four classes."""
    masks = np.arange(24, dtype=np.float32).reshape(3, 1, 2, 4) % 7 / 10
    return masks, np.array([2, 1, 3])


def own_mask_random() -> tuple:
    """Six detections with masks of 5 x 4 values for five classes."""
    masks = np.random.default_rng(3).uniform(0, 1, (6, 5, 4, 5)).astype(np.float32)
    return masks, np.array([4, 1, 3, 3, 2, 1])


def own_mask_coins() -> tuple:
    """The coins that were found, as if they were disk, rectangle, triangle, star, and so on."""
    tensors = photo.coin_tensors()
    masks = np.asarray(tensors["masks_all_classes"])[np.asarray(tensors["detection_class_ids"]) > 0]
    return masks, np.arange(len(masks)) % 4 + 1


# What judges


def first_layer_judge() -> int:
    """The layer itself, built and counted."""
    config = get_config("scenes", box_head_depth=HEAD_UNITS, box_pool_size=HEAD_SIDE)
    layer = head_layers(config)["mrcnn_class_conv1"]
    layer.build((None, HEAD_SIDE, HEAD_SIDE, HEAD_INPUT))
    return layer.count_params()


def class_box_judge(rois, logits, deltas, std) -> np.ndarray:
    """`select_detections` on images of one RoI each, which keep one detection each: [N, 6]."""
    config = get_config("scenes", delta_std=tuple(std), detections=1, detection_min_score=0.0)
    number = len(rois)
    probs = np.asarray(keras.ops.softmax(logits))[:, None]
    windows = np.tile(np.array([-1e6, -1e6, 1e6, 1e6], np.float32), (number, 1))
    scores, least = np.ones((number, 1), np.float32), np.zeros(number, np.float32)
    boxes, class_ids, probabilities, _ = select_detections(
        rois[:, None], scores, probs, deltas[:, None], windows, least, config
    )
    columns = np.asarray(class_ids, float), np.asarray(probabilities), np.asarray(boxes)[:, 0]
    return np.concatenate(columns, 1)


def doubled_judge(grid, kernel, bias) -> np.ndarray:
    """A layer like `mrcnn_mask_deconv`, with these weights: [2 h, 2 w, out]."""
    config = get_config("scenes", mask_head_depth=len(bias))
    layer = head_layers(config)["mrcnn_mask_deconv"]
    layer.build((None, *grid.shape))
    layer.set_weights([kernel, bias])
    return np.asarray(layer(grid[None]))[0]


def paste_judge(small, box, image_size) -> np.ndarray:
    """`paste_masks` for one mask: [H, W] bool."""
    return paste_masks(small[None], box[None], image_size)[0]


def drawn_judge() -> np.ndarray:
    """The activation of the last layer of the mask head, and a softmax in its place: [2, 7]."""
    activation = head_layers(get_config("scenes"))["mrcnn_mask"].activation
    both = activation(PLACE_LOGITS), keras.ops.softmax(PLACE_LOGITS)
    return np.stack([np.asarray(probs)[:, 0] >= 0.5 for probs in both]).astype(int)


def own_mask_judge(masks, class_ids) -> np.ndarray:
    """The layer `SelectMasks` for one image: [D, h, w]."""
    return np.asarray(SelectMasks()([masks[None], np.asarray(class_ids)[None]]))[0]
