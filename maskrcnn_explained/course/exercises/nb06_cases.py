"""Cases of notebook 06: small ones by hand, random ones, and the RoIs of the coins.

No two scores are equal, no overlap is near the threshold, and no window begins in the corner.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from maskrcnn_explained.boxes import decode_deltas, iou
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.nb06_answers import LAST_NMS_IOU, LAST_STD
from maskrcnn_explained.data.molding import boxes_to_image
from maskrcnn_explained.detection import nms_per_class, select_detections
from maskrcnn_explained.presets import get_config

RIVALS_OF = 16  # the coin of 06.5, as `coins_sample` counts
PAINTED = 5  # that of 06.6


def random_probs(rois: int, classes: int, seed: int) -> np.ndarray:
    """Probabilities that add up to 1 in each row: [rois, classes] float32."""
    logits = np.random.default_rng(seed).normal(0, 1.5, (rois, classes))
    return (np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).astype(np.float32)


def crowded_boxes(number: int, seed: int) -> np.ndarray:
    """Boxes that overlap much, wider than high: [number, 4] float32."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(10, 40, (number, 2))
    sides = rng.uniform((20, 40), (30, 60), (number, 2))
    return np.concatenate([corners, corners + sides], 1).astype(np.float32)


def coin_rois() -> dict[str, np.ndarray]:
    """What the box head says of the RoIs of the photo, without the padding."""
    tensors = photo.coin_tensors()
    real = np.asarray(tensors["proposal_anchors"]) >= 0
    names = "proposals", "proposal_scores", "class_probs", "box_deltas"
    return {name: np.asarray(tensors[name])[real] for name in names}


def pairs_small() -> tuple:
    """Three RoIs, background and two classes; one score is the limit exactly."""
    probs = [[0.1, 0.6, 0.3], [0.55, 0.2, 0.25], [0.05, 0.8, 0.15]]
    return np.array(probs, np.float32), 0.25


def pairs_random() -> tuple:
    """40 RoIs and five classes."""
    return random_probs(40, 5, seed=0), 0.2


def pairs_coins() -> tuple:
    """All RoIs of the photo, with a limit so low that every class has pairs."""
    return coin_rois()["class_probs"], 0.002


def class_nms_small() -> tuple:
    """Two disks on one place with a star between them, one disk apart, one star on its own."""
    boxes = [[0, 0, 20, 40], [2, 2, 22, 42], [1, 1, 21, 41], [60, 0, 80, 40], [90, 0, 99, 40]]
    scores = np.array([0.6, 0.9, 0.7, 0.5, 0.8], np.float32)
    return np.array(boxes, np.float32), scores, np.array([2, 2, 1, 1, 2]), 0.5, 3


def class_nms_wide() -> tuple:
    """A star, and disks that lie on it if the classes are moved apart by too little."""
    far = np.array([0, 50, 100, 200, 256, 300, 400, 500, 512, 800, 1000, 1024])
    boxes = np.array([12, 20, 42, 80]) + far[:, None]
    scores = np.linspace(0.9, 0.35, 12)
    class_ids = np.array([2] + [1] * 11)
    return boxes.astype(np.float32), scores.astype(np.float32), class_ids, 0.5, 20


def class_nms_random() -> tuple:
    """50 boxes of three classes on one heap; more stay than the limit allows."""
    rng = np.random.default_rng(1)
    scores = (rng.permutation(50) + 1).astype(np.float32) / 51
    return crowded_boxes(50, seed=2), scores, rng.integers(1, 4, 50), 0.4, 8


def class_nms_coins() -> tuple:
    """All pairs of the photo from a score of 0.002, refined."""
    told = coin_rois()
    roi, column = np.nonzero(told["class_probs"][:, 1:] >= 0.002)
    class_ids = column + 1
    deltas = told["box_deltas"][roi, class_ids]
    boxes = np.asarray(decode_deltas(told["proposals"][roi], deltas, LAST_STD))
    return boxes, told["class_probs"][roi, class_ids], class_ids, LAST_NMS_IOU, 25


def last_stage_small() -> tuple:
    """Two RoIs on one place make three pairs, and two stay; a delta of 1 is a tenth of a side."""
    rois = np.array([[10, 10, 30, 50], [12, 14, 32, 54]], np.float32)
    probs = np.array([[0.1, 0.5, 0.4], [0.2, 0.7, 0.1]], np.float32)
    deltas = np.zeros((2, 3, 4), np.float32)
    deltas[0, 1], deltas[0, 2], deltas[1, 1] = (0, 0.5, 0, 0), (1, 1, 0, 0), (1, 0, 0, 1)
    return rois, probs, deltas, (8, 4, 33, 60), 0.25


def last_stage_random() -> tuple:
    """30 RoIs on one heap, three classes."""
    deltas = np.random.default_rng(3).normal(0, 1, (30, 4, 4)).astype(np.float32)
    return crowded_boxes(30, seed=4), random_probs(30, 4, seed=5), deltas, (12, 20, 66, 80), 0.2


def last_stage_coins() -> tuple:
    """All RoIs of the photo, at a limit of 0.05."""
    told, window = coin_rois(), photo.coin_tensors()["window"].box
    return told["proposals"], told["class_probs"], told["box_deltas"], window, 0.05


def to_photo_small() -> tuple:
    """A photo of 24 x 32 pixels that was made twice as high and three times as wide."""
    boxes = np.array([[10, 4, 20, 34], [30, 40, 58, 100]], np.float32)
    return boxes, np.array([10, 4, 58, 100], np.float32), (24, 32)


def to_photo_random() -> tuple:
    """Eight boxes on a photo that was made smaller."""
    window = np.array([0, 31, 320, 257], np.float32)
    return crowded_boxes(8, seed=6) * 3, window, (640, 451)


def to_photo_coins() -> tuple:
    """What was found on the photo; it has 8 rows of padding above it."""
    tensors = photo.coin_tensors()
    rows = np.asarray(tensors["detection_class_ids"]) > 0
    window = tensors["window"]
    return np.asarray(tensors["detection_boxes"])[rows], window.box, tuple(window.image_size)


# What judges where no single function of the package does


def judge_pairs(probs, min_score) -> np.ndarray:
    """`select_detections` for RoIs that lie apart and stay where they are: [n, 2]."""
    places = 20 * np.arange(len(probs), dtype=np.float32)
    zero = np.zeros_like(places)
    apart = np.stack([zero, places, zero + 9, places + 12], 1)
    still = np.zeros((*probs.shape, 4), np.float32)
    window = (0, 0, 10, 20 * len(probs))
    _, class_ids, _, rois = _selected(apart, probs, still, window, min_score, 1.0, 400)
    return np.stack([rois, class_ids], 1)


def judge_class_nms(boxes, scores, class_ids, iou_threshold, limit) -> np.ndarray:
    """`nms_per_class` with a threshold and a limit of its own: [n]."""
    config = get_config("scenes", detection_nms_iou=iou_threshold, detections=limit)
    return np.asarray(nms_per_class(boxes, scores, class_ids, config))


def judge_last_stage(rois, probs, deltas, window, min_score) -> np.ndarray:
    """`select_detections` without its padding: [n, 6] (y1, x1, y2, x2, class, score)."""
    found = _selected(rois, probs, deltas, window, min_score, LAST_NMS_IOU, 100)
    boxes, class_ids, scores, _ = found
    return np.column_stack([boxes, class_ids, scores])


def _selected(rois, probs, deltas, window, min_score, iou_threshold, limit):
    """Boxes, classes, scores and RoIs that `select_detections` finds in one image."""
    config = get_config("scenes", detection_nms_iou=iou_threshold, detections=limit)
    found = select_detections(
        rois[None],
        np.ones((1, len(rois)), np.float32),
        probs[None],
        deltas[None],
        np.array([window], np.float32),
        np.array([min_score], np.float32),
        config.changed(delta_std=LAST_STD, detection_min_side=0.0),
    )
    real = np.asarray(found[3])[0] >= 0
    return [np.asarray(part)[0][real] for part in found]


def judge_to_photo(boxes, window, image_size) -> np.ndarray:
    """`boxes_to_image`: [n, 4]."""
    return boxes_to_image(boxes, window, np.array(image_size, np.float32))


def last_nms_rivals() -> list[dict[str, Any]]:
    """The RoIs that claim one coin, in order: number, both scores, their product, and the fit.

    Keys: roi, objectness, disk (the box head's score), product, fit (IoU of the refined box with
    the coin).
    """
    from maskrcnn_explained.data.examples.coins import coins_sample

    told, window = coin_rois(), photo.coin_tensors()["window"]
    coin = window.to_molded(coins_sample().boxes[[RIVALS_OF]])
    disk, objectness = told["class_probs"][:, 1], told["proposal_scores"]
    refined = decode_deltas(told["proposals"], told["box_deltas"][:, 1], LAST_STD)
    near = np.asarray(iou(told["proposals"], coin))[:, 0] > 0.5
    fit = np.asarray(iou(refined, coin))[:, 0]
    columns = dict(objectness=objectness, disk=disk, product=objectness * disk, fit=fit)
    return [
        {"roi": int(roi)} | {name: float(column[roi]) for name, column in columns.items()}
        for roi in np.flatnonzero(near & (disk > 0.5))
    ]


def judge_winner() -> int:
    """The one of these RoIs that became a detection of the model."""
    winners = np.asarray(photo.coin_tensors()["detection_rois"]).tolist()
    return next(row["roi"] for row in last_nms_rivals() if row["roi"] in winners)


def painted_coins() -> np.ndarray:
    """The photo without one coin: it and 3 pixels around it have the mean colour of the ground."""
    from maskrcnn_explained.data.examples.coins import coins_sample

    sample = coins_sample()
    y1, x1, y2, x2 = sample.boxes[PAINTED]
    row, column = np.indices(sample.image.shape[:2])
    away = np.hypot(row + 0.5 - (y1 + y2) / 2, column + 0.5 - (x1 + x2) / 2)
    radius = max(y2 - y1, x2 - x1) / 2 + 3
    ground = (away > radius) & (away < radius + 8) & ~sample.masks.any(0)
    photo_without = sample.image.copy()
    photo_without[away <= radius] = np.round(sample.image[ground].mean(0))
    return photo_without


@functools.cache
def judge_painted() -> int:
    """Where the model loses the coin that was painted over: 1 RPN, 2 box head, 3 nowhere."""
    from maskrcnn_explained.data.examples.coins import coins_sample
    from maskrcnn_explained.tracing.trace import trace
    from maskrcnn_explained.tracing.why_not import REASONS

    passed = trace(photo.coin_model(), painted_coins(), min_score=0.5)
    reason = passed.why_not(coins_sample().boxes[PAINTED], 1).reason
    if reason == "found":
        return 3
    return 1 if reason in list(REASONS)[:6] else 2
