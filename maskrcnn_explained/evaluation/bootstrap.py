"""How far AP would move on other images like these: the bootstrap over images.

AP is measured on some images; on others it would be another number. By how much? The bootstrap
draws as many images as there are, some of them twice and some not at all, measures AP, and does so
a thousand times. Whole images are drawn, for the objects of one image are not independent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_arrays, check_number
from maskrcnn_explained.evaluation.precision_recall import (
    IOU_THRESHOLDS,
    ImageFacts,
    area_under_curve,
    check_image,
    match,
    overlap_of,
)


def bootstrap_ap(
    images: Sequence[ImageFacts],
    thresholds: Sequence[float] | np.ndarray = IOU_THRESHOLDS,
    rounds: int = 1000,
    seed: int = 0,
) -> np.ndarray:
    """AP of many sets of images that are drawn, with replacement, from these images.

    Two models that answered for the same images are compared by the difference of their results
    with one seed: then each round draws the same images for both.

    Args:
        images: one tuple per image, as for `precision_recall.average_precision_by_hand`.
        thresholds: IoU thresholds, in 0..1.
        rounds: how many sets are drawn, at least 1; seed: decides which.

    Returns:
        AP [rounds] float64. A class without an object in a set is left out of its AP.

    Raises `ValueError` if there is no object in any image.

    Source: Efron 1979, "Bootstrap methods: another look at the jackknife".
    """
    check_number("rounds", rounds, 1, whole=True)
    check_number("seed", seed, 0, whole=True)
    for image in images:
        check_image(*image)
    classes = sorted({int(class_id) for image in images for class_id in np.asarray(image[3])})
    if not classes:
        raise ValueError("Without an object there is no AP: give images with objects.")
    drawn = np.random.default_rng(seed).integers(len(images), size=(rounds, len(images)))
    times = np.stack([np.bincount(row, minlength=len(images)) for row in drawn])  # [rounds, I]
    tables = [_table(images, class_id, min_iou) for class_id in classes for min_iou in thresholds]
    return np.nanmean([_areas(table, times) for table in tables], 0)


def interval(values: ArrayLike, share: float = 0.95) -> tuple[float, float]:
    """The interval in which the middle `share` of some values lies.

    Args:
        values: [rounds] float, of `bootstrap_ap`, or the difference of two of them.
        share: in 0..1.

    Returns (low, high).
    """
    check_arrays(values=(values, "N"))
    check_number("share", share, 0, 1)
    low, high = np.quantile(np.asarray(values, float), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def _table(images, class_id, min_iou):
    """Of one class, best score first: which are right [D], whose image [D]; objects per image."""
    scores, right, of_image, objects = [], [], [], []
    for i, (overlap, image_scores, found_ids, true_ids) in enumerate(images):
        found_ids, true_ids = np.asarray(found_ids), np.asarray(true_ids)
        rows = np.flatnonzero(found_ids == class_id)
        columns = np.flatnonzero(true_ids == class_id)
        own = np.asarray(image_scores, float)[rows]
        overlap = overlap_of(overlap, found_ids, true_ids)[np.ix_(rows, columns)]
        scores.append(own)
        right.append(match(overlap, own, min_iou) >= 0)
        of_image.append(np.full(len(rows), i))
        objects.append(len(columns))
    order = np.argsort(-np.concatenate(scores), kind="stable")
    return np.concatenate(right)[order], np.concatenate(of_image)[order], np.array(objects)


def _areas(table, times):
    """AP of one table for each round [rounds], if image i is there times[round, i] times.

    Without an object it is not a number. A detection that is there twice counts twice, at once: so
    the curve has its points at the last copy of each, and its envelope is the same.
    """
    right, of_image, objects = table
    copies = times[:, of_image]  # [rounds, D]
    hits = np.cumsum(copies * right, 1)
    precision = hits / np.maximum(np.cumsum(copies, 1), 1)
    totals = times @ objects  # [rounds]
    areas = np.full(len(times), np.nan)
    for i in np.flatnonzero(totals):
        areas[i] = area_under_curve(precision[i], hits[i] / totals[i])
    return areas
