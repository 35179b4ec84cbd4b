"""What kind of mistake was it? Every false detection gets one reason, every missed object counts.

AP is one number; this says what to work on. A detection that is no hit either has the right place
and the wrong class, the right class and a bad place, both wrong, is the second on its object, or
lies on nothing at all. (Regions that `iscrowd` are not known here.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from maskrcnn_explained.evaluation.precision_recall import match

HIT, CLASS, LOCALISATION, BOTH, DUPLICATE, BACKGROUND, MISSED = (
    "hit",
    "class",
    "localisation",
    "both",
    "duplicate",
    "background",
    "missed",
)
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

    * hit: found an object of its class, by `precision_recall.match`;
    * duplicate: would have, but a better-scored one had taken it;
    * class: IoU of at least `min_iou`, but only with objects of other classes;
    * localisation: IoU between the two limits with an object of its class;
    * both: the same with an object of another class only;
    * background: less than `background_iou` with every object;
    * missed (objects): found by no hit, and no detection of type class or localisation lies on it.

    Args:
        overlap: [D, G] IoU; scores [D]; found_ids [D]; true_ids [G].
        min_iou, background_iou: the two limits, in 0..1.

    Returns:
        types: a list of D strings; missed: [G] bool.

    Source: Bolya et al. 2020 (TIDE), section 2.2.
    """
    found_ids = np.asarray(found_ids)
    true_ids = np.asarray(true_ids)
    overlap = np.asarray(overlap, float).reshape(len(found_ids), len(true_ids))
    same = found_ids[:, None] == true_ids[None]
    own, other = np.where(same, overlap, 0.0), np.where(same, 0.0, overlap)
    hits = match(own, scores, min_iou)
    types, covered = [], np.zeros(len(true_ids), bool)
    covered[hits[hits >= 0]] = True
    for d in range(len(found_ids)):
        kind = HIT if hits[d] >= 0 else _kind(own[d], other[d], min_iou, background_iou)
        types.append(kind)
        if kind in (CLASS, LOCALISATION):
            covered[int(np.argmax(other[d] if kind == CLASS else own[d]))] = True
    return types, ~covered


def _kind(own, other, min_iou, background_iou):
    """The type of one detection that is no hit; own, other [G]: IoU with its class and others."""
    own, other = own.max(initial=0.0), other.max(initial=0.0)
    if own >= min_iou:
        return DUPLICATE
    if other >= min_iou:
        return CLASS
    if own >= background_iou:
        return LOCALISATION
    return BOTH if other >= background_iou else BACKGROUND


def count_types(images: Sequence[tuple], min_score: float = 0.5, **limits) -> dict[str, int]:
    """How often each type occurs over images.

    Args:
        images: tuples as in `precision_recall.average_precision`.
        min_score: detections below it are left out.
        limits: passed on to `error_types`.

    Returns:
        type -> number, in the order of `TYPES`.
    """
    counts = dict.fromkeys(TYPES, 0)
    for overlap, scores, found_ids, true_ids in images:
        kept = np.asarray(scores) >= min_score
        part = np.asarray(overlap, float).reshape(len(kept), len(true_ids))[kept]
        rows = np.asarray(scores)[kept], np.asarray(found_ids)[kept]
        types, missed = error_types(part, *rows, true_ids, **limits)
        for kind in types:
            counts[kind] += 1
        counts[MISSED] += int(missed.sum())
    return counts
