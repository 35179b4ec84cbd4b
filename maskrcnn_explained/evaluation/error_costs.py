"""What each kind of mistake costs: the AP that is gained if only that kind is mended.

Ten mistakes of one kind may cost less than one of another: a false alarm with a low score stands
behind all hits and takes away next to nothing. So each kind is mended alone, and AP is measured
again. The gains do not add up to all that is lost: mistakes hide one another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maskrcnn_explained._arguments import check_number
from maskrcnn_explained.evaluation.error_types import (
    CLASS,
    HIT,
    LOCALISATION,
    MISSED,
    TYPES,
    error_types,
)
from maskrcnn_explained.evaluation.precision_recall import (
    ImageFacts,
    average_precision_by_hand,
    check_image,
    match,
    overlap_of,
)

MISTAKES = tuple(kind for kind in TYPES if kind != HIT)


def mend(image: ImageFacts, kind: str, min_iou: float = 0.5) -> ImageFacts:
    """One image as it would be without one kind of mistake.

    * class: the detection gets the class of its object;
    * localisation: the detection gets the place of its object;
    * both, duplicate, background: the detection is taken away;
    * missed: the object is taken away, so that nobody has to find it.

    Where the object of a class or localisation mistake is found already, the mistake is taken away.

    Args:
        image: (overlap [D, G], scores [D], class ids [D] of the detections, class ids [G] of the
            objects), as for `precision_recall.average_precision_by_hand`.
        kind: one of `MISTAKES`.
        min_iou: in 0..1; an IoU of at least this counts as found.

    Returns a tuple of the same form.

    Source: Bolya et al. 2020 (TIDE), section 2.3.
    """
    if kind not in MISTAKES:
        raise ValueError(f"kind must be one of {', '.join(MISTAKES)}; got {kind!r}.")
    overlap, scores, found_ids, true_ids = _arrays(image)
    types, missed = error_types(overlap, scores, found_ids, true_ids, min_iou)
    if kind == MISSED:
        return overlap[:, ~missed], scores, found_ids, true_ids[~missed]
    wrong = np.array([name == kind for name in types], bool)
    if kind not in (CLASS, LOCALISATION):
        return overlap[~wrong], scores[~wrong], found_ids[~wrong], true_ids
    same = found_ids[:, None] == true_ids[None]
    taken = set(match(np.where(same, overlap, 0.0), scores, min_iou).tolist())
    about = np.where(same == (kind == LOCALISATION), overlap, 0.0)  # the IoU that the mistake is of
    overlap, found_ids, gone = overlap.copy(), found_ids.copy(), wrong.copy()
    best_first = np.argsort(-scores, kind="stable")
    for d in best_first[wrong[best_first]]:
        g = int(about[d].argmax())
        if g not in taken:
            taken.add(g)
            overlap[d] = np.arange(len(true_ids)) == g  # an IoU of 1 with its object
            found_ids[d] = true_ids[g]
            gone[d] = False
    return overlap[~gone], scores[~gone], found_ids[~gone], true_ids


def _arrays(image: ImageFacts) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The four parts of an image as arrays, checked."""
    check_image(*image)
    scores, found_ids, true_ids = (np.asarray(part) for part in image[1:])
    return overlap_of(image[0], found_ids, true_ids), scores, found_ids, true_ids


def at_least(image: ImageFacts, min_score: float) -> ImageFacts:
    """The same image with the detections of at least this score, 0..1, alone."""
    check_number("min_score", min_score, 0, 1)
    overlap, scores, found_ids, true_ids = _arrays(image)
    kept = scores >= min_score
    return overlap[kept], scores[kept], found_ids[kept], true_ids


def ap_gains(
    images: Sequence[ImageFacts], min_score: float = 0.05, min_iou: float = 0.5
) -> dict[str, float]:
    """How much AP rises if one kind of mistake is mended in all images.

    Args:
        images: one tuple per image, as for `mend`.
        min_score: in 0..1; detections with a lower score are left out before anything is measured.
        min_iou: in 0..1, the one IoU threshold of this AP; 0.5 means AP50.

    Returns:
        kind -> gain, 0 or more as a rule, in the order of `MISTAKES`.

    Raises `ValueError` if there is no object: then there is no AP.
    """
    check_number("min_iou", min_iou, 0, 1)
    kept = [at_least(image, min_score) for image in images]
    before = average_precision_by_hand(kept, [min_iou])
    if before < 0:
        raise ValueError("Without an object there is no AP to gain: give images with objects.")
    gains = {}
    for kind in MISTAKES:
        mended = [mend(image, kind, min_iou) for image in kept]
        gains[kind] = average_precision_by_hand(mended, [min_iou]) - before
    return gains
