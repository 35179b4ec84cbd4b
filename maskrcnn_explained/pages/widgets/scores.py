"""A score threshold to drag: what stays, and where that is on the precision-recall curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_arrays, check_number
from maskrcnn_explained.evaluation.precision_recall import (
    area_under_curve,
    envelope,
    precision_recall,
)
from maskrcnn_explained.pages.page import jpeg, mask_outline, numbers
from maskrcnn_explained.pages.widgets.widget import Widget, slider, svg
from maskrcnn_explained.viz import style

if TYPE_CHECKING:
    from maskrcnn_explained.detection import Detections

PLOT = (270, 360)  # height and width of the drawing of the curve
PICTURE = 440  # how wide the image is shown, in pixels


def scores_widget(
    image: np.ndarray,
    found: Detections,
    hits: np.ndarray,
    objects: np.ndarray,
    curve: tuple[ArrayLike, ArrayLike, int],
    ap50: float | None = None,
) -> Widget:
    """A score threshold to drag: the detections follow, and a point on a precision-recall curve.

    Beside the curve stands the area under it. That is no AP of COCO: the curve is of all classes
    together, and COCO takes the mean over classes of one area each.

    Args:
        image: [H, W, 3] uint8; found: Detections in it; hits: [D] bool; objects: [G, 4] boxes.
        curve: (scores [n], hits [n] bool, number of objects) of many images.
        ap50: COCO's AP50 of the same images in 0..1, to be named beside the area; None: unknown.

    Raises `ValueError` if the arrays do not fit together.
    """
    check_arrays(hits=(hits, "D"), scores=(found.scores, "D"), objects=(objects, "G 4"))
    if ap50 is not None:
        check_number("ap50", ap50, 0, 1)
    height, width = image.shape[:2]
    scale = PICTURE / width
    known = "" if ap50 is None else f" COCO's AP50 of these images: <b>{ap50:.3f}</b>."
    body = (
        f"<label>score of at least: {slider('threshold', 0, 1, 0.01, 0.5)} "
        '<output id="value" for="threshold"></output></label><div class="row">'
        f"{svg('picture', (height, width), 'The detections with such a score', scale=scale)}"
        f"<div>{svg('plot', PLOT, 'Precision against recall, with the point of the threshold')}"
        '<p id="numbers" aria-live="polite"></p>'
        '<p>Area under the curve, all classes in one list: <b id="area"></b>. '
        f"COCO computes one area per class, and its AP50 is their mean.{known}</p></div></div>"
        '<p id="legend"></p>'
    )
    data = dict(
        image=jpeg(image),
        size=[height, width],
        objects=np.round(objects, 1).tolist(),
        curve=_sorted_curve(*curve),
        **_found_facts(found, hits),
    )
    alt = "detections on an image, a slider for the score, and a point on a precision-recall curve"
    tall = max(int(scale * height), 420) + 80
    return Widget("scores", "Score threshold", body, data, height=tall, alt=alt, shared=("dom",))


def _found_facts(found, hits) -> dict:
    """What the script needs of the detections of the image."""
    return dict(
        boxes=np.round(found.boxes, 1).tolist(),
        scores=np.round(found.scores, 3).tolist(),
        hits=np.asarray(hits, int).tolist(),
        names=list(found.class_names),
        colours=[style.class_colour(int(i)) for i in found.class_ids],
        outlines=[mask_outline(mask) for mask in found.masks],
    )


def _sorted_curve(scores, hits, number) -> dict:
    """What the script needs of a precision-recall curve, in descending order of score."""
    scores, hits = np.asarray(scores), np.asarray(hits, bool)
    precision, recall = precision_recall(scores, hits, number)
    order = np.argsort(-scores, kind="stable")
    return dict(
        scores=np.round(scores[order], 3).tolist(),
        hits=hits[order].astype(int).tolist(),
        objects=int(number),
        envelope=numbers(envelope(precision), 4),
        area=numbers(area_under_curve(precision, recall), 4),
    )
