"""Average precision step by step: matches, precision and recall, and the area under the curve.

`coco_ap.py` lets pycocotools compute it. Here the code can be read, and the numbers are the same
(a test compares them, to 1e-6). COCO's crowd regions are not handled here: use `coco_ap.py` for
images that have them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_arrays, check_number

RECALLS = np.linspace(0, 1, 101)  # the recalls at which COCO reads the precision
IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)
# One image: overlap [D, G], scores [D], class ids [D] of the detections, [G] of the objects.
ImageFacts = tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]


def match(overlap: ArrayLike, scores: ArrayLike, min_iou: float = 0.5) -> np.ndarray:
    """Which object each detection of one image and class has found.

    In descending order of score, each detection takes one object: of those that no other detection
    has taken, the one with the highest IoU, if that is at least `min_iou`. A detection that takes
    none is a false positive, even if it lies on an object that another one took before.

    Args:
        overlap: [D, G] float in 0..1, IoU of boxes or masks.
        scores: [D] float.
        min_iou: in 0..1.

    Returns:
        [D] int, the index of the object, or -1.

    Source: COCO's `evaluateImg`.
    """
    check_arrays(overlap=(overlap, "D G"), scores=(scores, "D"))
    check_number("min_iou", min_iou, 0, 1)
    overlap = np.asarray(overlap, float)
    taken = np.zeros(overlap.shape[1], bool)
    found = np.full(len(overlap), -1)
    for d in np.argsort(-np.asarray(scores), kind="stable"):
        free = np.where(taken, -1.0, overlap[d])
        if free.size and free.max() >= min_iou:
            found[d] = np.flatnonzero(free == free.max())[-1]  # COCO takes the last of equal ones
            taken[found[d]] = True
    return found


def precision_recall(
    scores: ArrayLike, correct: ArrayLike, objects: int
) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall if only the 1, 2, 3, ... detections with the best scores are kept.

    Args:
        scores: [D] float, of one class in all images together.
        correct: [D] bool, whether the detection found an object.
        objects: number of objects, at least 1.

    Returns:
        precision [D] and recall [D], float64 in 0..1, in descending order of score.

    Raises `ValueError` if there is no object.
    """
    check_arrays(scores=(scores, "D"), correct=(correct, "D"))
    check_number("objects", objects, whole=True)
    if objects < 1:
        raise ValueError("Without an object there is no recall; leave this class out.")
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.cumsum(np.asarray(correct, bool)[order])
    return hits / np.arange(1, len(hits) + 1), hits / objects


def envelope(precision: ArrayLike) -> np.ndarray:
    """The highest precision at this recall or a higher one, [D]: the curve never rises.

    Args:
        precision: [D] float, in ascending order of recall.
    """
    check_arrays(precision=(precision, "D"))
    from_the_end = np.asarray(precision)[::-1]
    return np.maximum.accumulate(from_the_end)[::-1]


def area_under_curve(precision: ArrayLike, recall: ArrayLike) -> float:
    """Average precision of one class at one IoU threshold, in 0..1.

    It is the mean of the envelope at the recalls 0, 0.01, .. 1. Where a recall is never reached,
    the precision counts as 0.

    Args:
        precision, recall: [D] float in 0..1, in ascending order of recall.

    Source: COCO's `accumulate`.
    """
    check_arrays(precision=(precision, "D"), recall=(recall, "D"))
    best = np.append(envelope(precision), 0.0)
    return float(best[np.searchsorted(recall, RECALLS, side="left")].mean())


def average_precision_by_hand(
    images: Sequence[ImageFacts],
    thresholds: Sequence[float] | np.ndarray = IOU_THRESHOLDS,
) -> float:
    """COCO's AP: the mean over the IoU thresholds and over the classes that have objects.

    Args:
        images: one tuple per image: (overlap [D, G], scores [D], class ids [D] of the detections,
            class ids [G] of the objects). At most 100 detections per class and image.
        thresholds: IoU thresholds, in 0..1; [0.5] gives AP50.

    Returns:
        A number in 0..1, or -1 if there is no object at all.
    """
    classes = sorted({int(class_id) for image in images for class_id in np.asarray(image[3])})
    values = []
    for class_id in classes:
        for min_iou in thresholds:
            scores, correct, objects = pooled(images, class_id, min_iou)
            precision, recall = precision_recall(scores, correct, objects)
            values.append(area_under_curve(precision, recall))
    return float(np.mean(values)) if values else -1.0


def check_image(
    overlap: ArrayLike, scores: ArrayLike, found_ids: ArrayLike, true_ids: ArrayLike
) -> None:
    """Raise `ValueError` unless these are [D, G], [D], [D] and [G] numbers of one image."""
    check_arrays(scores=(scores, "D"), found_ids=(found_ids, "D"), true_ids=(true_ids, "G"))
    overlap_of(overlap, np.asarray(found_ids), np.asarray(true_ids))


def overlap_of(overlap: ArrayLike, found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """IoU [D, G] float64 of D that were found and G objects; if D or G is 0, of any empty list.

    Raises `ValueError` if the IoU has another shape.
    """
    check_arrays(overlap=(overlap, "..."))
    if np.size(overlap) or (len(found) and len(true)):
        check_arrays(overlap=(overlap, "D G"), found=(found, "D"), true=(true, "G"))
    return np.asarray(overlap, float).reshape(len(found), len(true))


def pooled(
    images: Sequence[ImageFacts],
    class_id: int,
    min_iou: float = 0.5,
) -> tuple[np.ndarray, np.ndarray, int]:
    """The detections of one class in all images together: the arguments of `precision_recall`.

    Args:
        images: one tuple per image, as for `average_precision_by_hand`.
        class_id: the class, 1..K-1.
        min_iou: in 0..1.

    Returns:
        scores [D] float64, correct [D] bool, and the number of objects.
    """
    scores = []
    correct = []
    objects = 0
    for overlap, image_scores, found_ids, true_ids in images:
        check_image(overlap, image_scores, found_ids, true_ids)
        found_ids = np.asarray(found_ids)
        true_ids = np.asarray(true_ids)
        rows = np.flatnonzero(found_ids == class_id)
        columns = np.flatnonzero(true_ids == class_id)
        own_scores = np.asarray(image_scores, float)[rows]
        overlap = overlap_of(overlap, found_ids, true_ids)
        own_overlap = overlap[np.ix_(rows, columns)]
        scores.append(own_scores)
        correct.append(match(own_overlap, own_scores, min_iou) >= 0)
        objects += len(columns)
    return np.concatenate(scores), np.concatenate(correct), objects
