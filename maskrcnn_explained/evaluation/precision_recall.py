"""Average precision by hand: what was found, at which precision and recall, and the area below.

`coco_ap.py` leaves this to pycocotools; here are the same numbers (tested to 1e-6) in code that
can be read. Regions that `iscrowd` are beyond them: leave such images to `coco_ap.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

RECALLS = np.linspace(0, 1, 101)  # where COCO reads the precision off
IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)


def match(overlap: ArrayLike, scores: ArrayLike, min_iou: float = 0.5) -> np.ndarray:
    """Which object each detection of one image and class has found.

    In the order of their scores, each detection takes the free object that it overlaps most, if by
    at least `min_iou`. One that gets none is a false positive, also if it only came too late.

    Args:
        overlap: [D, G] IoU of boxes or masks.
        scores: [D].
        min_iou: in 0..1.

    Returns:
        [D] int, the index of the object or -1.

    Source: COCO's `evaluateImg`.
    """
    overlap = np.asarray(overlap, float)
    taken = np.zeros(overlap.shape[1], bool)
    found = np.full(len(overlap), -1)
    for d in np.argsort(-np.asarray(scores), kind="stable"):
        free = np.where(taken, -1.0, overlap[d])
        if free.size and free.max() >= min_iou:
            found[d] = np.flatnonzero(free == free.max())[-1]  # of equals COCO takes the last
            taken[found[d]] = True
    return found


def precision_recall(
    scores: ArrayLike, correct: ArrayLike, objects: int
) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall if only the 1, 2, 3, ... best-scored detections are kept.

    Args:
        scores: [D], of all images together, one class.
        correct: [D] bool, whether each found an object.
        objects: how many objects there are, at least one.

    Returns:
        precision [D] and recall [D] in 0..1, in descending order of score.

    Raises `ValueError` if there is no object.
    """
    if objects < 1:
        raise ValueError("Without an object there is no recall; leave this class out.")
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.cumsum(np.asarray(correct, bool)[order])
    return hits / np.arange(1, len(hits) + 1), hits / objects


def envelope(precision: ArrayLike) -> np.ndarray:
    """The best precision at this recall or any higher one: the curve without its teeth. [D]."""
    return np.maximum.accumulate(np.asarray(precision)[::-1])[::-1]


def area_under_curve(precision: ArrayLike, recall: ArrayLike) -> float:
    """Average precision of one class at one IoU threshold, in 0..1.

    The mean of the envelope at the recalls 0, 0.01, .. 1; 0 where a recall is never reached.

    Source: COCO's `accumulate`.
    """
    best = np.append(envelope(precision), 0.0)
    return float(best[np.searchsorted(recall, RECALLS, side="left")].mean())


def average_precision_by_hand(
    images: Sequence[tuple], thresholds: Sequence[float] | np.ndarray = IOU_THRESHOLDS
) -> float:
    """COCO's AP: the mean over classes that occur and over IoU thresholds.

    Args:
        images: one tuple per image: (overlap [D, G], scores [D], class ids [D] of the detections,
            class ids [G] of the objects). At most 100 detections per class and image.
        thresholds: IoU thresholds; [0.5] gives AP50.

    Returns:
        A number in 0..1, or -1 if there is no object at all.
    """
    classes = sorted({int(k) for image in images for k in image[3]})
    values = [
        area_under_curve(*precision_recall(*pooled(images, class_id, min_iou)))
        for class_id in classes
        for min_iou in thresholds
    ]
    return float(np.mean(values)) if values else -1.0


def pooled(
    images: Sequence[tuple], class_id: int, min_iou: float = 0.5
) -> tuple[np.ndarray, np.ndarray, int]:
    """The detections of one class in all images together, as `precision_recall` takes them.

    Args:
        images: tuples as in `average_precision`.
        class_id: the class.
        min_iou: in 0..1.

    Returns:
        scores [D], correct [D] bool, and how many objects there are.
    """
    scores, correct, objects = [], [], 0
    for overlap, image_scores, found_ids, true_ids in images:
        rows = np.flatnonzero(np.asarray(found_ids) == class_id)
        columns = np.flatnonzero(np.asarray(true_ids) == class_id)
        own = np.asarray(image_scores, float)[rows]
        part = np.asarray(overlap, float).reshape(len(found_ids), len(true_ids))
        scores.append(own)
        correct.append(match(part[np.ix_(rows, columns)], own, min_iou) >= 0)
        objects += len(columns)
    return np.concatenate(scores), np.concatenate(correct), objects
