"""Cases of notebook 07: small ones by hand, random ones, and the coins with their true boxes.

No IoU is near a threshold unless that is the point, no bin of a mask is half full, and no box that
is moved is square.
"""

from __future__ import annotations

import functools

import numpy as np

from maskrcnn_explained import losses
from maskrcnn_explained.boxes import encode_deltas, iou
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.mask_targets import mask_targets
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.targets import anchor_targets

TARGET_STD = (0.1, 0.1, 0.2, 0.2)
CUT_COIN = 5  # the coin of 07.5, as `coins_sample` counts


def scattered_boxes(number: int, seed: int) -> np.ndarray:
    """Boxes within 140 x 160 pixels, most of them wider than high: [number, 4] float32."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 100, (number, 2))
    sides = rng.uniform((10, 25), (40, 60), (number, 2))
    return np.concatenate([corners, corners + sides], 1).astype(np.float32)


def coin_objects() -> np.ndarray:
    """The true boxes of the coins on the molded photo: [24, 4] float32."""
    return photo.coin_tensors()["window"].to_molded(coins_sample().boxes)


@functools.cache
def coin_anchor_match() -> np.ndarray:
    """What 256 anchors of the photo should say, drawn by lot; 0 for all others: [A]."""
    return _matched(photo.coin_tensors()["anchors"], coin_objects(), 256)


def match_small() -> tuple:
    """Object 0 has an anchor that fits, object 1 two with an IoU of 1/7 each, object 2 none."""
    anchors = [
        [0, 0, 40, 40],
        [0, 25, 40, 75],
        [60, 60, 90, 95],
        [50, 85, 60, 105],
        [50, 115, 60, 135],
    ]
    objects = [[0, 0, 40, 50], [50, 100, 60, 120], [200, 200, 220, 230]]
    return np.array(anchors, np.float32), np.array(objects, np.float32)


def match_random() -> tuple:
    """200 anchors and four objects; and an object for which four anchors are equal but for 5e-6."""
    centres = np.array([[432, 432], [432, 436], [436, 432], [436, 436]])
    four = np.concatenate([centres - 8, centres + 8], 1)
    middle = np.array([[434 - 8.9, 434 - 8.9, 434 + 8.9, 434 + 8.9]]) + 3e-5
    anchors = np.concatenate([scattered_boxes(200, seed=0), four])
    return anchors.astype(np.float32), np.concatenate([scattered_boxes(4, seed=1), middle])


def match_coins() -> tuple:
    """All anchors of the photo and the true boxes of its coins."""
    return np.asarray(photo.coin_tensors()["anchors"]), coin_objects()


def encode_random() -> tuple:
    """Boxes, targets and std, all random."""
    return scattered_boxes(7, seed=2), scattered_boxes(7, seed=3), (0.1, 0.15, 0.2, 0.25)


def encode_coins() -> tuple:
    """Anchors of the photo that are not square, and the coin that each overlaps by 0.5 or more."""
    anchors, objects = match_coins()
    overlap = np.asarray(iou(anchors, objects))
    sides = anchors[:, 2:] - anchors[:, :2]
    chosen = (np.abs(sides[:, 0] - sides[:, 1]) > 1) & (overlap.max(1) >= 0.5)
    return anchors[chosen], objects[overlap.argmax(1)[chosen]], TARGET_STD


def smooth_small() -> tuple:
    """Errors on both sides of a beta of 1, and 1 itself."""
    return np.array([-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 2.0]), 1.0


def smooth_random() -> tuple:
    """Errors in four columns, with the beta of torchvision's RPN."""
    return np.random.default_rng(4).normal(0, 0.3, (5, 4)), 1 / 9


def smooth_coins() -> tuple:
    """How far off the deltas of the model are, for the positive anchors of the photo."""
    tensors, rows = photo.coin_tensors(), coin_anchor_match() == 1
    anchors, objects = tensors["anchors"][rows], coin_objects()
    aims = objects[np.asarray(iou(anchors, objects)).argmax(1)]
    wanted = np.asarray(encode_deltas(anchors, aims, TARGET_STD))
    return wanted - np.asarray(tensors["rpn_deltas"])[rows], 0.3


def objectness_small() -> tuple:
    """One anchor of each kind: positive, negative, ignored."""
    return np.array([1, -1, 0]), np.array([[0, 2], [1, 0], [5, -5]], np.float32)


def objectness_none() -> tuple:
    """Four anchors of which none is asked."""
    return np.zeros(4, int), np.random.default_rng(5).normal(0, 1, (4, 2)).astype(np.float32)


def objectness_random() -> tuple:
    """30 anchors of all three kinds."""
    rng = np.random.default_rng(6)
    return rng.choice([-1, 0, 1], 30), rng.normal(0, 2, (30, 2)).astype(np.float32)


def objectness_coins() -> tuple:
    """All anchors of the photo, of which 256 are asked."""
    return coin_anchor_match(), np.asarray(photo.coin_tensors()["rpn_logits"])


def cut_small() -> tuple:
    """A mask of 4 x 6 pixels, and a RoI that holds a part of its object."""
    mask = np.array([[0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0], [0, 0, 1, 1, 1, 0], [0] * 6])
    return mask, np.array([0, 1, 3, 4], np.float32), 2


def cut_random() -> tuple:
    """An ellipse on 30 x 44 pixels, and a RoI that is off."""
    row, column = np.indices((30, 44))
    mask = ((row - 14.3) / 9.2) ** 2 + ((column - 20.8) / 14.6) ** 2 <= 1
    return mask.astype(int), np.array([2.7, 11.4, 21.6, 41.9], np.float32), 6


def cut_coins() -> tuple:
    """One coin of the photo, and a RoI that holds half of it and a neighbour's part."""
    y1, x1, y2, x2 = coins_sample().boxes[CUT_COIN]
    roi = np.array([y1 - 7.3, x1 - 15.4, y2 - 14.2, x2 - 11.7], np.float32)
    return coins_sample().masks[CUT_COIN].astype(int), roi, 28


def head_small() -> tuple:
    """Background and an object of class 2; deltas for three classes."""
    deltas = np.zeros((2, 3, 4), np.float32)
    deltas[0, 0] = 1.5
    deltas[1] = np.array([[0.5] * 4, [-1, 0, 0, 3], [0.1, 0, 2.2, 0]])
    return np.array([0, 2]), np.array([[0] * 4, [0.5, 0, 0.2, 0]], np.float32), deltas


def head_none() -> tuple:
    """Three RoIs, all of them background."""
    deltas = np.random.default_rng(7).normal(0, 1, (3, 2, 4)).astype(np.float32)
    return np.zeros(3, int), np.zeros((3, 4), np.float32), deltas


def head_random() -> tuple:
    """20 RoIs of background and three classes; background has targets of zero."""
    rng = np.random.default_rng(8)
    class_ids = rng.integers(0, 4, 20)
    targets = rng.normal(0, 1, (20, 4)) * (class_ids > 0)[:, None]
    return class_ids, targets.astype(np.float32), rng.normal(0, 1, (20, 4, 4)).astype(np.float32)


def head_coins() -> tuple:
    """The 100 best RoIs of the photo, each with the coin that it overlaps by half, if any."""
    tensors, objects = photo.coin_tensors(), coin_objects()
    rois, deltas = (np.asarray(tensors[name])[:100] for name in ("proposals", "box_deltas"))
    overlap = np.asarray(iou(rois, objects))
    positive = overlap.max(1) >= 0.5
    wanted = np.asarray(encode_deltas(rois, objects[overlap.argmax(1)], TARGET_STD))
    return positive.astype(int), wanted * positive[:, None], deltas


# What judges: the package's functions, for one image


def judge_anchor_match(anchors, boxes) -> np.ndarray:
    """`anchor_targets` with room for every anchor: [A] of 1, -1 and 0."""
    return _matched(anchors, boxes, 10**6)


def _matched(anchors, boxes, count):
    """The first answer of `anchor_targets` for one image whose objects are of class 1."""
    config = get_config("scenes", rpn_positive_iou=0.7, rpn_negative_iou=0.3)
    config = config.changed(rpn_anchors_per_image=count)
    boxes = np.asarray(boxes, np.float32)
    class_ids = np.ones((1, len(boxes)), np.int32)
    return np.asarray(anchor_targets(anchors, boxes[None], class_ids, (0, 1), config)[0])[0]


def judge_smooth(errors, beta) -> np.ndarray:
    """`smooth_l1` in float32."""
    return np.asarray(losses.smooth_l1(np.asarray(errors, np.float32), beta))


def judge_objectness(match, logits) -> float:
    """`rpn_class_loss` of one image."""
    return float(losses.rpn_class_loss(match[None].astype(np.int32), logits[None]))


def judge_cut_mask(mask, roi, size) -> np.ndarray:
    """`mask_targets` of one RoI, by the rule "rounded": [size, size]."""
    config = get_config("scenes", mask_pool_size=size // 2, mask_target_rule="rounded")
    index = np.zeros((1, 1), np.int32)
    return np.asarray(mask_targets(roi[None, None], index, mask[None, None], config))[0, 0]


def judge_head_loss(class_ids, target_deltas, deltas) -> float:
    """`mrcnn_bbox_loss` of one image, with a beta of 1."""
    class_ids = class_ids[None].astype(np.int32)
    return float(losses.mrcnn_bbox_loss(class_ids, target_deltas[None], deltas[None]))
