"""The numbers in the quiz of notebook 09: IoU, matching and AP of lists that fit on paper.

A wrong choice's number is made by the mistake that it stands for.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from maskrcnn_explained._files import assets_folder
from maskrcnn_explained.course.exercises.nb09_answers import mask_iou_answer, match_answer
from maskrcnn_explained.course.exercises.nb09_cases import TWELVE_CORRECT, TWELVE_OBJECTS
from maskrcnn_explained.evaluation.bootstrap import bootstrap_ap, interval
from maskrcnn_explained.evaluation.precision_recall import (
    IOU_THRESHOLDS,
    area_under_curve,
    average_precision_by_hand,
    match,
    precision_recall,
)
from maskrcnn_explained.masks import mask_iou

DISK_WIDTH, DISK_SHIFT = 40, 4  # pixels
# Detections A, B and C with these scores; IoU with the first and with the second object.
TABLE, TABLE_SCORES = np.array([[0.8, 0.6], [0.7, 0.0], [0.6, 0.55]]), np.array([0.9, 0.8, 0.7])
KEPT_OF_TWELVE = 6  # detections above the higher limit
# One image with a single detection, one with false alarms below its own hit.
QUIET = np.array([[1.0]]), [0.6], [1], [1]
NOISY = np.array([[1.0], [0], [0]]), [0.9, 0.8, 0.7], [1, 1, 1], [1]
SAME_IOU, EQUAL_OBJECTS = 0.74, 5
COMPARED_IMAGES, IOU_LOST = 60, 0.02  # by the second of two models, in every image


def numbers_09() -> dict[str, Any]:
    """The fields of the quiz of notebook 09."""
    return _shifted() | _matched() | _limit() | _pooled() | _same_iou() | _seeds() | _paired()


def shifted_disks() -> np.ndarray:
    """A disk, and the same disk a tenth of its width further to the right: [2, H, W] bool."""
    rows, columns = np.indices((50, 60)) + 0.5
    return np.stack(
        [np.hypot(rows - 25, columns - 25 - shift) <= DISK_WIDTH / 2 for shift in (0, DISK_SHIFT)]
    )


def _shifted():
    one, other = shifted_disks()[:, None]
    common = float(mask_iou_answer(one, other, of_sum=True)[0, 0])
    return {
        "width": DISK_WIDTH,
        "shift": DISK_SHIFT,
        "shifted_iou": float(mask_iou(one, other)[0, 0]),
        "one_sided": 1 - DISK_SHIFT / DISK_WIDTH,
        "dice": 2 * common,
        "of_sum": common,
    }


def _matched():
    told = TABLE, TABLE_SCORES, 0.5
    found = {
        "right_ones": match(*told),
        "right_gives_up": match_answer(*told, gives_up=True),
        "right_taken_again": match_answer(*told, taken_again=True),
    }
    letters = {
        name: ", ".join("ABC"[d] for d in np.flatnonzero(objects >= 0))
        for name, objects in found.items()
    }
    cells = {f"iou_{'abc'[d]}{g + 1}": TABLE[d, g] for d in range(3) for g in range(2)}
    scores = {f"score_{'abc'[d]}": TABLE_SCORES[d] for d in range(3)}
    return letters | cells | scores | {"match_iou": told[2]}


def _twelve_ap(number):
    """AP of the twelve detections of the notebook if only the best ones are kept; precision."""
    scores, correct = np.linspace(0.95, 0.4, 12), np.array(TWELVE_CORRECT, bool)
    curve = precision_recall(scores[:number], correct[:number], TWELVE_OBJECTS)
    return area_under_curve(*curve), float(curve[0][-1])


def _limit():
    (all_ap, all_precision), (few_ap, few_precision) = _twelve_ap(12), _twelve_ap(KEPT_OF_TWELVE)
    return {
        "all_ap": all_ap,
        "all_precision": all_precision,
        "few_ap": few_ap,
        "few_precision": few_precision,
        "all_kept": len(TWELVE_CORRECT),
        "few_kept": KEPT_OF_TWELVE,
    }


def _pooled():
    alone = [average_precision_by_hand([image]) for image in (QUIET, NOISY)]
    scores = np.concatenate([QUIET[1], NOISY[1]])
    return {
        "quiet_score": QUIET[1][0],
        "noisy_score": NOISY[1][0],
        "false_one": NOISY[1][1],
        "false_other": NOISY[1][2],
        "pooled_ap": average_precision_by_hand([QUIET, NOISY]),
        "mean_ap": float(np.mean(alone)),
        "share_right": len(alone) / len(scores),
    }


def _same_iou():
    scores, ids = np.linspace(0.9, 0.5, EQUAL_OBJECTS), np.ones(EQUAL_OBJECTS)
    overlap = np.eye(EQUAL_OBJECTS) * SAME_IOU
    return {
        "same_iou": SAME_IOU,
        "same_iou_ap": average_precision_by_hand([(overlap, scores, ids, ids)]),
        "same_iou_ap50": average_precision_by_hand([(overlap, scores, ids, ids)], [0.5]),
        "first_threshold": IOU_THRESHOLDS[0],
        "last_threshold": IOU_THRESHOLDS[-1],
        "threshold_step": IOU_THRESHOLDS[1] - IOU_THRESHOLDS[0],
        "passed": int((IOU_THRESHOLDS <= SAME_IOU).sum()),
        "threshold_count": len(IOU_THRESHOLDS),
    }


def _seeds():
    text = (assets_folder() / "pooling_ablation.json").read_text(encoding="utf-8")
    by_run = {(run["operator"], run["seed"]): run["mask_AP"] for run in json.loads(text)["runs"]}
    seeds = sorted({seed for _, seed in by_run})
    gains = np.array([by_run["roi_align", s] - by_run["roi_pool", s] for s in seeds])
    return {f"gain_{seed}": gain for seed, gain in zip(seeds, gains, strict=True)} | {
        "mean_gain": gains.mean(),
        "gain_error": gains.std(ddof=1) / np.sqrt(len(gains)),
    }


def compared_images() -> tuple[list, list]:
    """Answers of two models for the same images, some of them harder: one object in each."""
    rng = np.random.default_rng(0)
    fits = rng.uniform(0.55, 0.99, COMPARED_IMAGES)
    one, other = (
        [
            (np.array([[fit - lost]]), [score], [1], [1])
            for fit, score in zip(fits, fits, strict=True)
        ]
        for lost in (0, IOU_LOST)
    )
    return one, other


def _paired():
    one, other = (bootstrap_ap(images, rounds=300) for images in compared_images())
    told = {"first": one, "second": other, "difference": one - other}
    return {"compared": COMPARED_IMAGES} | {
        f"{name}_{end}": value
        for name, values in told.items()
        for end, value in zip(("low", "high"), interval(values), strict=True)
    }
