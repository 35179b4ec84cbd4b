"""Cases of notebook 03: small ones by hand, random ones, and the coins.

They are chosen so that no mistake is hidden: no square boxes, no square maps, levels of different
sizes, no two equal scores.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained import rpn
from maskrcnn_explained.anchors import level_anchors
from maskrcnn_explained.boxes import clip_boxes, decode_deltas, nms
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.nb03_answers import RPN_NMS_IOU, RPN_STD
from maskrcnn_explained.presets import get_config


def random_boxes(number: int, size: float, seed: int) -> np.ndarray:
    """Boxes with corners within `size` pixels and sides of 8 to 60: [number, 4] float32."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, size, (number, 2))
    sides = rng.uniform((8, 20), (30, 60), (number, 2))  # wider than high, nearly all
    return np.concatenate([corners, corners + sides], 1).astype(np.float32)


def random_scores(number: int, seed: int) -> np.ndarray:
    """Different scores in 0..1, in a random order: [number] float32."""
    rng = np.random.default_rng(seed)
    return (rng.permutation(number) + 1).astype(np.float32) / (number + 1)


def decode_random() -> tuple:
    """Boxes, deltas and std, all random."""
    deltas = np.random.default_rng(1).normal(0, 1, (6, 4)).astype(np.float32)
    return random_boxes(6, 200, seed=0), deltas, (0.1, 0.15, 0.2, 0.25)


def decode_coins(number: int = 200) -> tuple:
    """The best anchors of the photo, with their deltas."""
    best = photo.best_coin_anchors(number)
    tensors = photo.coin_tensors()
    return np.asarray(tensors["anchors"])[best], np.asarray(tensors["rpn_deltas"])[best], RPN_STD


def nms_chain() -> tuple:
    """Box 2 drops 0, which would have dropped 1; box 4 overlaps box 3 by exactly the threshold."""
    chain = [[0, 10, 10, 50], [0, 20, 10, 60], [0, 0, 10, 40], [100, 0, 110, 20], [100, 0, 110, 10]]
    return np.array(chain, np.float32), np.array([0.7, 0.5, 0.9, 0.6, 0.3], np.float32), 0.5, 10


def nms_random() -> tuple:
    """60 boxes that overlap much; more would stay than the limit allows."""
    return random_boxes(60, 50, seed=2), random_scores(60, seed=3), 0.5, 5


def nms_coins() -> tuple:
    """The 120 best boxes of the photo, decoded; of equal scores only one."""
    boxes, scores = coin_boxes()
    return boxes[:120], scores[:120], RPN_NMS_IOU, 50


def coin_boxes() -> tuple[np.ndarray, np.ndarray]:
    """Boxes [n, 4] and scores [n] of the photo's 400 best anchors, best first, no score twice."""
    scores = photo.coin_scores()[photo.best_coin_anchors(400)]
    boxes = np.asarray(clip_boxes(decode_deltas(*decode_coins(400)), _window()))
    _, first = np.unique(-scores, return_index=True)
    return boxes[first], scores[first]


def _window():
    return np.array([0, 0, *photo.coin_size()], np.float32)


def propose_small() -> tuple:
    """A map of 2 x 3 cells with one anchor each, all without deltas; some reach over the edge."""
    anchors = np.asarray(level_anchors(2, 3, 16, 24, (2.0,)))
    scores = np.array([0.3, 0.9, 0.2, 0.8, 0.1, 0.7], np.float32)
    deltas = np.array(
        [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, -2, 0, 1], [0] * 4, [1] * 4], np.float32
    )
    return scores, deltas, anchors, (32, 48), 4, 3


def propose_random() -> tuple:
    """A map of 6 x 8 cells with three anchors each, all of it random."""
    anchors = np.asarray(level_anchors(6, 8, 16, 40, (0.5, 1.3, 2.0)))
    deltas = np.random.default_rng(4).normal(0, 1, anchors.shape).astype(np.float32)
    return random_scores(len(anchors), seed=5), deltas, anchors, (96, 128), 60, 20


def propose_coins() -> tuple:
    """P4 of the photo: 20 x 24 cells."""
    tensors = photo.coin_tensors()
    scores, deltas, anchors = (
        photo.of_level(4, array)
        for array in (photo.coin_scores(), tensors["rpn_deltas"], tensors["anchors"])
    )
    return scores, deltas, anchors, photo.coin_size(), 100, 60


def thin_small() -> tuple:
    """Two levels, of three boxes and of two; box 3 lies on box 0, which is on the other level."""
    boxes = [[0, 0, 10, 30], [0, 2, 10, 32], [50, 0, 60, 30], [0, 1, 10, 31], [90, 0, 99, 60]]
    return (
        np.array(boxes, np.float32),
        np.array([0.5, 0.9, 0.4, 0.8, 0.6], np.float32),
        (3, 2),
        0.7,
        4,
    )


def thin_random() -> tuple:
    """Three levels of 30, 20 and 10 boxes."""
    return random_boxes(60, 40, seed=6), random_scores(60, seed=7), (30, 20, 10), 0.5, 12


def thin_coins() -> tuple:
    """The 40 best boxes of P3, of P4 and of P5 of the photo."""
    tensors = photo.coin_tensors()
    decoded = decode_deltas(tensors["anchors"], tensors["rpn_deltas"], RPN_STD)
    boxes = np.asarray(clip_boxes(decoded, _window()))
    chosen = []
    for level in (3, 4, 5):
        rows = photo.of_level(level, np.arange(len(boxes)))
        scores = photo.coin_scores()[rows]
        _, first = np.unique(-scores, return_index=True)
        chosen.append(rows[first[:40]])
    every = np.concatenate(chosen)
    return boxes[every], photo.coin_scores()[every], (40, 40, 40), RPN_NMS_IOU, 60


# What judges where no function of the package stands alone


def propose_level(scores, deltas, level, image_size, pre_nms, limit) -> np.ndarray:
    """`rpn.propose` for one level: all its anchors are one group, and the padding goes."""
    config = get_config("scenes", proposal_rule="joint", max_log_size=None)
    config = config.changed(rpn_delta_std=RPN_STD, proposal_nms_iou=RPN_NMS_IOU)
    probs = np.stack([1 - scores, scores], -1)[None]
    found, kept, _ = rpn.propose(
        probs, deltas[None], image_size, config, limit, anchors=level, pre_nms=pre_nms
    )
    return np.asarray(found)[0][np.asarray(kept)[0] >= 0]


def thin_levels(boxes, scores, sizes, iou_threshold, limit) -> np.ndarray:
    """NMS of the package on each level, then the best of all: as `rpn.propose` does it."""
    starts = np.cumsum((0, *sizes))
    rows = [np.arange(start, start + size) for start, size in zip(starts, sizes, strict=False)]
    kept = [
        level[np.asarray(nms(boxes[level], scores[level], iou_threshold, limit))] for level in rows
    ]
    every = np.concatenate(kept)
    return every[np.argsort(-scores[every], kind="stable")][:limit]
