"""Kinds of mistakes: each false detection gets one type, and missed objects are counted.

AP is one number; the types show what to improve. A detection that is not a hit has the right place
and the wrong class, the right class and a bad place, or both wrong; or it is the second one on its
object, or there is no object at all. (COCO's crowd regions are not handled here.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_number
from maskrcnn_explained.evaluation.precision_recall import check_image, match, overlap_of

HIT = "hit"
CLASS = "class"
LOCALISATION = "localisation"
BOTH = "both"
DUPLICATE = "duplicate"
BACKGROUND = "background"
MISSED = "missed"
TYPES = (HIT, CLASS, LOCALISATION, BOTH, DUPLICATE, BACKGROUND, MISSED)


def error_types(
    overlap: ArrayLike,
    scores: ArrayLike,
    found_ids: ArrayLike,
    true_ids: ArrayLike,
    min_iou: float = 0.5,
    background_iou: float = 0.1,
) -> tuple[list[str], np.ndarray]:
    """The type of each detection of one image, and which objects were missed.

    The types of a detection:

    * hit: it found an object of its class, by `precision_recall.match`;
    * duplicate: its IoU is high enough, but a detection with a higher score took the object;
    * class: IoU of at least `min_iou`, but only with objects of other classes;
    * localisation: IoU between the two limits with an object of its class;
    * both: IoU between the two limits, but only with objects of other classes;
    * background: IoU below `background_iou` with all objects.

    An object is missed if no hit found it and no detection of type class or localisation has its
    highest IoU with it.

    Args:
        overlap: [D, G] float in 0..1, IoU.
        scores: [D] float.
        found_ids: [D] int, class ids of the detections.
        true_ids: [G] int, class ids of the objects.
        min_iou, background_iou: the two limits, in 0..1.

    Returns:
        The types, a list of D strings, and which objects were missed, [G] bool.

    Source: Bolya et al. 2020 (TIDE), section 2.2.
    """
    check_image(overlap, scores, found_ids, true_ids)
    check_number("min_iou", min_iou, 0, 1)
    check_number("background_iou", background_iou, 0, 1)
    found_ids = np.asarray(found_ids)
    true_ids = np.asarray(true_ids)
    overlap = overlap_of(overlap, found_ids, true_ids)
    same = found_ids[:, None] == true_ids[None]
    own = np.where(same, overlap, 0.0)  # IoU with objects of the detection's class
    other = np.where(same, 0.0, overlap)  # IoU with objects of other classes
    hits = match(own, scores, min_iou)
    types = []
    covered = np.zeros(len(true_ids), bool)
    covered[hits[hits >= 0]] = True
    for d in range(len(found_ids)):
        kind = HIT if hits[d] >= 0 else _kind(own[d], other[d], min_iou, background_iou)
        types.append(kind)
        if kind == CLASS:
            covered[np.argmax(other[d])] = True
        elif kind == LOCALISATION:
            covered[np.argmax(own[d])] = True
    return types, ~covered


def _kind(own, other, min_iou, background_iou):
    """The type of a detection that is not a hit; own, other [G]: as in `error_types`."""
    own = own.max(initial=0.0)
    other = other.max(initial=0.0)
    if own >= min_iou:
        return DUPLICATE
    if other >= min_iou:
        return CLASS
    if own >= background_iou:
        return LOCALISATION
    return BOTH if other >= background_iou else BACKGROUND


def count_types(
    images: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]],
    min_score: float = 0.5,
    **limits: float,
) -> dict[str, int]:
    """How often each type occurs in a set of images.

    Args:
        images: one tuple per image, as for `precision_recall.average_precision_by_hand`.
        min_score: in 0..1; detections with a lower score are left out.
        limits: `min_iou` and `background_iou` of `error_types`.

    Returns:
        type -> number, in the order of `TYPES`.
    """
    counts = dict.fromkeys(TYPES, 0)
    for overlap, scores, found_ids, true_ids in images:
        kept = np.asarray(scores) >= min_score
        true_ids = np.asarray(true_ids)
        overlap = overlap_of(overlap, kept, true_ids)
        types, missed = error_types(
            overlap[kept],
            np.asarray(scores)[kept],
            np.asarray(found_ids)[kept],
            true_ids,
            **limits,
        )
        for kind in types:
            counts[kind] += 1
        counts[MISSED] += int(missed.sum())
    return counts
