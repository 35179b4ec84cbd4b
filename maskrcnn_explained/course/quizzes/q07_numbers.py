"""The numbers in the quiz of notebook 07: targets and losses of boxes small enough to check.

A wrong choice's number is made by the mistake that it stands for.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.boxes import encode_deltas, iou
from maskrcnn_explained.course.exercises.nb07_answers import target_deltas_answer
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.losses import mrcnn_class_loss
from maskrcnn_explained.mask_targets import mask_targets
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.targets import anchor_targets

# A small object, and anchors of which none fits it well.
BEST_OBJECT = np.array([[20, 60, 36, 84]], np.float32)
BEST_ANCHORS = np.array([[16, 56, 48, 88], [0, 40, 64, 104], [60, 0, 100, 40]], np.float32)
NEAR_DISK, NEAR_ROI = np.array([10, 36, 30, 60], np.float32), np.array([10, 30, 30, 50], np.float32)
COUNTED_SCENE = 9  # of the validation scenes: the first figure of the notebook
MOVED_ANCHOR, MOVED_OBJECT = (
    np.array([[0, 0, 40, 20]], np.float32),
    np.array([[6, 0, 46, 20]], np.float32),
)
CLASS_COUNTS, SAME_LOSS = (5, 1000), 1.5
DISK_SIDE = 56  # pixels, of a disk whose left half is a RoI


def numbers_07() -> dict[str, Any]:
    """The fields of the quiz of notebook 07."""
    return _best() | _between() | _counts() | _deltas() | _guesses() | _graded() | _cut()


def _best():
    config = get_config("scenes")
    return {
        "best_iou": float(np.asarray(iou(BEST_ANCHORS, BEST_OBJECT)).max()),
        "rpn_positive": config.rpn_positive_iou,
        "rpn_negative": config.rpn_negative_iou,
    }


def _between():
    overlap = np.asarray(iou(NEAR_ROI[None], NEAR_DISK[None]))
    return {"roi_iou": float(overlap[0, 0]), "roi_positive": get_config("scenes").roi_positive_iou}


def scene_match() -> np.ndarray:
    """What `anchor_targets` says of each anchor of the counted scene: 1, -1 or 0. [A]."""
    config = get_config("scenes")
    batch = make_batch([Scenes("validation", 100)[COUNTED_SCENE]], config)
    anchors = generate_anchors(batch["images"].shape[1:3], config)
    told = batch["gt_boxes"], batch["gt_class_ids"]
    return np.asarray(anchor_targets(anchors, *told, (0, 1), config)[0])[0]


def _counts():
    match, drawn = scene_match(), get_config("scenes").rpn_anchors_per_image
    positives = int((match == 1).sum())
    return {
        "anchor_count": len(match),
        "positives": positives,
        "drawn": drawn,
        "negatives": int((match == -1).sum()),
        "negatives_half": drawn // 2,
        "negatives_all": len(match) - positives,
    }


def _deltas():
    std = get_config("scenes").rpn_delta_std
    told = MOVED_ANCHOR, MOVED_OBJECT, std
    return {
        "anchor_height": float(MOVED_ANCHOR[0, 2] - MOVED_ANCHOR[0, 0]),
        "anchor_width": float(MOVED_ANCHOR[0, 3] - MOVED_ANCHOR[0, 1]),
        "shifted_by": float(MOVED_OBJECT[0, 0] - MOVED_ANCHOR[0, 0]),
        "shift_std": std[0],
        "dy": float(encode_deltas(*told)[0, 0]),
        "dy_no_std": target_deltas_answer(*told, no_std=True)[0, 0],
        "dy_multiplied": target_deltas_answer(*told, multiplied=True)[0, 0],
        "dy_of_width": target_deltas_answer(*told, wrong_unit=True)[0, 0],
    }


def _guesses():
    told = {"few": CLASS_COUNTS[0], "many": CLASS_COUNTS[1]}
    truth, valid = np.array([[0]], np.int32), np.array([[True]], np.bool_)
    return {
        f"{name}_guess": float(mrcnn_class_loss(truth, np.zeros((1, 1, k), np.float32), valid))
        for name, k in told.items()
    } | {"few": told["few"], "many": told["many"], "loss": SAME_LOSS, "share": math.exp(-SAME_LOSS)}


def _graded():
    config = get_config("scenes")
    side = 2 * config.mask_pool_size
    return {"mask_count": config.num_classes, "mask_side": side}


def half_disk() -> tuple[np.ndarray, np.ndarray]:
    """A disk that fills its image, [H, W] of 0 and 1, and the RoI of its left half, [4]."""
    rows, columns = np.indices((DISK_SIDE, DISK_SIDE)) + 0.5 - DISK_SIDE / 2
    disk = np.hypot(rows, columns) <= DISK_SIDE / 2
    return disk.astype(np.float32), np.array([0, 0, DISK_SIDE, DISK_SIDE / 2], np.float32)


def _cut():
    disk, roi = half_disk()
    config = get_config("scenes")
    target = mask_targets(roi[None, None], np.array([[0]], np.int32), disk[None, None], config)
    return {"cut_edge": int(np.asarray(target)[0, 0, :, -1].sum())}
