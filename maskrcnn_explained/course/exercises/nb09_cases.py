"""Cases of notebook 09, and what judges where no single function of the package does.

They are chosen so that no mistake is hidden: as many detections as objects nowhere, no two equal
scores, no recall that one of the 101 only just meets.
"""

from __future__ import annotations

import functools

import numpy as np

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.evaluation.precision_recall import (
    area_under_curve,
    match,
    precision_recall,
)
from maskrcnn_explained.masks import boxes_from_masks

TWELVE_CORRECT = (1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0)  # of notebook 09, section 3
TWELVE_OBJECTS = 8


def masks_small() -> tuple:
    """Two masks with two others, 2 x 3 pixels; of each two one is empty."""
    empty = np.zeros((2, 3), bool)
    one = np.array([[1, 1, 1], [1, 0, 0]], bool)
    other = np.array([[0, 1, 1], [0, 0, 1]], bool)
    return np.stack([one, empty]), np.stack([other, empty])


def masks_random() -> tuple:
    """Three masks with two others, 30 x 40 pixels of noise."""
    rng = np.random.default_rng(0)
    return rng.random((3, 30, 40)) < 0.6, rng.random((2, 30, 40)) < 0.3


def masks_coins() -> tuple:
    """Five coins of the photo with the first three of them, 4 pixels further to the right."""
    masks = coins_sample().masks[:5]
    return masks, np.pad(masks[:3], ((0, 0), (0, 0), (4, 0)))[:, :, :-4]


def who_found_small() -> tuple:
    """Five detections, three objects; one overlap is 0.5 exactly."""
    overlap = [[0.9, 0.1, 0], [0.8, 0.6, 0.1], [0.7, 0.2, 0], [0.75, 0.65, 0], [0, 0.1, 0.5]]
    return np.array(overlap), np.array([0.7, 0.9, 0.6, 0.8, 0.4]), 0.5


def who_found_random() -> tuple:
    """Twelve detections, seven objects, all of it random."""
    rng = np.random.default_rng(3)
    return rng.random((12, 7)), rng.permutation(12) / 12, 0.6


def who_found_coins() -> tuple:
    """60 proposals of the photo, in no order, with the boxes of the 24 coins."""
    tensors = photo.coin_tensors()
    window, scores = tensors["window"], np.asarray(tensors["proposal_scores"])
    _, rows = np.unique(scores, return_index=True)  # no score twice, and the best are last
    rows = np.random.default_rng(4).permutation(rows[-60:])
    coins = boxes_from_masks(coins_sample().masks) + np.array(
        [window.top, window.left] * 2, np.float32
    )
    return np.asarray(iou(tensors["proposals"][rows], coins)), scores[rows], 0.5


def twelve() -> tuple:
    """The twelve detections of the notebook, shuffled."""
    order = np.random.default_rng(5).permutation(12)
    scores = np.round(np.linspace(0.95, 0.4, 12), 2)
    return scores[order], np.array(TWELVE_CORRECT, bool)[order], TWELVE_OBJECTS


def listed_random(objects: int = 37) -> tuple:
    """40 detections of which about half are right, more often those with the better scores."""
    rng = np.random.default_rng(6)
    scores = (rng.permutation(40) + 1) / 41
    return scores, rng.random(40) < scores, objects


def listed_coins() -> tuple:
    """The 60 proposals of the photo: scores, which of them found a coin, and 24 coins."""
    overlap, scores, min_iou = who_found_coins()
    return scores, match(overlap, scores, min_iou) >= 0, overlap.shape[1]


def curve_of(listed: tuple) -> tuple:
    """Precision and recall of a list as above: the arguments of `area_under_curve`."""
    return precision_recall(*listed)


def pooled_small() -> tuple:
    """Three images with 1, 2 and 1 objects; the last has no detection."""
    scores = np.array([0.6, 0.9, 0.8, 0.7])
    return scores, np.array([1, 1, 0, 1], bool), np.array([0, 1, 1, 1]), np.array([1, 2, 1])


def pooled_random() -> tuple:
    """The random list, spread over six images, image by image; a seventh has no detection."""
    scores, correct, _ = listed_random()
    images = np.sort(np.random.default_rng(7).integers(0, 6, len(scores)))
    found = np.bincount(images, correct, minlength=7).astype(int)
    return scores, correct, images, found + np.array([1, 0, 2, 1, 0, 1, 3])


def pooled_coins() -> tuple:
    """The proposals of the photo; each of its four rows of six coins serves as an image."""
    overlap, scores, _ = who_found_coins()
    return scores, listed_coins()[1], overlap.argmax(1) // 6, np.full(4, 6)


# What judges


def precision_recall_rows(scores, correct, objects) -> np.ndarray:
    """`precision_recall` as one array [2, D]."""
    return np.stack(precision_recall(scores, correct, objects))


def pooled_area(scores, correct, images, objects) -> float:
    """AP of all detections in one list; which image a detection is of plays no part."""
    return area_under_curve(*precision_recall(scores, correct, int(np.sum(objects))))


@functools.cache
def measured_rises() -> tuple[int, ...]:
    """What the five changes of 09.6 do to AP of the twelve detections: 1, 0 or -1 for each."""
    scores, correct = np.linspace(0.95, 0.4, 12), np.array(TWELVE_CORRECT, bool)
    exchanged = scores.copy()
    exchanged[[3, 4]] = scores[[4, 3]]
    changed = [
        (scores[scores >= 0.58], correct[scores >= 0.58]),
        (np.append(scores, np.full(10, 0.1)), np.append(correct, np.zeros(10, bool))),
        (scores / 2, correct),
        (exchanged, correct),
        (np.append(scores, 0.93), np.append(correct, False)),
    ]
    before = _twelve_area(scores, correct)
    return tuple(int(np.sign(round(_twelve_area(*one) - before, 9))) for one in changed)


def _twelve_area(scores, correct):
    return area_under_curve(*precision_recall(scores, correct, TWELVE_OBJECTS))
