"""Non-maximum suppression with a threshold to drag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained._arguments import check_number
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.pages.widgets.widget import Widget, picture_of, slider, svg
from maskrcnn_explained.viz import style

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace


def nms_widget(trace: Trace, level: str = "P3", number: int = 60) -> Widget:
    """NMS with a threshold to drag, on the best moved anchors of one level.

    Args:
        trace: a Trace; the more objects overlap in its image, the more the threshold does.
        level: "P2".."P6"; number: how many boxes, best first.

    Raises `ValueError` for another level, and for a model without an NMS per level.
    """
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(LEVELS)}; got {level!r}.")
    check_number("number", number, 1, whole=True)
    candidates = trace.rpn_candidates
    if trace.config.proposal_rule != "per_level":
        raise ValueError("Here all levels compete in one NMS; this widget shows that of one level.")
    rows = np.flatnonzero(candidates.group == LEVELS.index(level))[:number]
    start = trace.config.proposal_nms_iou
    about = "Boxes on the image: winners in the level's colour, others white and dotted"
    body = (
        '<div class="row"><div>'
        f"<label>IoU above which a box is dropped: {slider('threshold', 0, 1, 0.01, start)} "
        '<output id="value" for="threshold"></output></label>'
        '<p><b id="count" aria-live="polite"></b>.</p>'
        '<p id="story" aria-live="polite">Point at a box, or focus the picture and use the arrow '
        f"keys.</p></div>{svg('picture', trace.image_size, about, True, 1.5)}</div>"
    )
    data = dict(
        image=picture_of(trace),
        size=list(trace.image_size),
        boxes=np.round(candidates.boxes[rows], 1).tolist(),
        scores=np.round(candidates.scores[rows], 3).tolist(),
        colour=style.LEVEL_COLOURS[level],
    )
    height = round(1.5 * trace.image_size[0]) + 30
    alt = "boxes on an image and a slider; a lower threshold drops more of them"
    return Widget(
        "nms",
        "Non-maximum suppression",
        body,
        data,
        height=height,
        alt=alt,
        core=("candidates",),
        shared=("dom", "pointing", "rivals_view"),
    )
