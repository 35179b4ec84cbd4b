"""Who was taken for whom: pairs of an object and what was found on it, sorted into a matrix.

Error types (`error_types.py`) say that a class was wrong; this says which one was taken for which.
Classes play no part in the matching here, so an object keeps its place in the matrix whatever name
it was given. (COCO's crowd regions are not handled here.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maskrcnn_explained._arguments import check_number
from maskrcnn_explained.evaluation.precision_recall import (
    ImageFacts,
    check_image,
    match,
    overlap_of,
)

NO_CLASS = 0  # the class of what is not there: of an object not found, of a detection on no object
Cells = dict[tuple[int, int], list[tuple[int, int, int]]]


def confusion_cells(
    images: Sequence[ImageFacts],
    min_score: float = 0.5,
    min_iou: float = 0.5,
) -> Cells:
    """The cells of the confusion matrix, each with the places where it happened.

    In descending order of score, each detection takes the free object with which its IoU is
    highest, of whatever class. What takes none is found on nothing; what is not taken is missed.

    Args:
        images: one tuple per image, as for `precision_recall.average_precision_by_hand`.
        min_score: in 0..1; detections with a lower score are left out.
        min_iou: in 0..1.

    Returns:
        (true class, found class) -> list of (image, detection, object), the best scores first. The
        class 0 (`NO_CLASS`) stands for no object or no detection, whose index is then -1.
    """
    check_number("min_score", min_score, 0, 1)
    found: list[tuple[float, tuple[int, int], tuple[int, int, int]]] = []
    for i, (overlap, scores, found_ids, true_ids) in enumerate(images):
        check_image(overlap, scores, found_ids, true_ids)
        scores, found_ids, true_ids = (np.asarray(x) for x in (scores, found_ids, true_ids))
        kept = np.flatnonzero(scores >= min_score)
        overlap = overlap_of(overlap, found_ids, true_ids)[kept]
        took = match(overlap, scores[kept], min_iou).tolist()
        for d, g in zip(kept.tolist(), took, strict=True):
            true = int(true_ids[g]) if g >= 0 else NO_CLASS
            found.append((float(scores[d]), (true, int(found_ids[d])), (i, d, g)))
        for g in sorted(set(range(len(true_ids))) - set(took)):
            found.append((0.0, (int(true_ids[g]), NO_CLASS), (i, -1, g)))
    cells: Cells = {}
    for _, cell, place in sorted(found, key=lambda one: -one[0]):
        cells.setdefault(cell, []).append(place)
    return cells


def confusion_matrix(cells: Cells, classes: int) -> np.ndarray:
    """The numbers of the cells, [K, K] int: row = true class, column = found class, 0 = nothing.

    Args:
        cells: of `confusion_cells`; classes: K, with the background, class 0, which has the place
            of "nothing" here.
    """
    check_number("classes", classes, 1, whole=True)
    counts = np.zeros((classes, classes), int)
    for (true, found), places in cells.items():
        if max(true, found) >= classes:
            raise ValueError(
                f"classes must be over {max(true, found)}, a class here; got {classes}."
            )
        counts[true, found] = len(places)
    return counts
