"""What the report says where nothing was found: the best proposals there, and why each was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained.boxes import exclusive, iou
from maskrcnn_explained.pages.report.instances import numbers
from maskrcnn_explained.tracing.why_not import FITS_IOU, REASONS

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace

SHOWN_MISSED = 60  # at most so many proposals
WORDS = {
    "said": "the box head says",
    "its_score": "with score",
    "score": "best score of an object's class",
    "by_detection": "by instance",
    "iou_before": "IoU with this box before",
    "iou_after": "after",
}
ROWS = ("by_detection", "detection")  # these are rows of the padded detections


def missed_proposals(trace: Trace, number: int = SHOWN_MISSED) -> list[dict]:
    """The best proposals that lie on no detection, each with the step at which it was lost.

    Args:
        trace: a Trace.
        number: at most so many, in descending order of objectness.

    Returns:
        A list of dicts, fit for JSON: box [4] in pixels of the photograph, objectness in 0..1, and
        why, a sentence.
    """
    boxes = exclusive(trace["proposals"], trace.config)
    boxes = np.asarray(trace["window"].to_image(boxes))
    height, width = trace.image.shape[:2]
    boxes = np.clip(boxes, 0, [height, width, height, width])
    real = (trace["proposal_anchors"] >= 0) & (boxes[:, 2:] > boxes[:, :2]).all(1)
    overlap = iou(boxes.astype(np.float32), trace.detections.boxes).numpy()
    free = real & (overlap.max(1, initial=0) < FITS_IOU)
    rows = np.flatnonzero(free)[:number]  # proposals are in descending order of objectness
    return [
        dict(
            box=numbers(boxes[row]),
            objectness=numbers(trace["proposal_scores"][row], 3),
            why=_sentence(trace, boxes[row]),
        )
        for row in rows
    ]


def _sentence(trace, box) -> str:
    """The reason and its numbers, as `why_not` tells them; the page counts instances from 1."""
    answer = trace.why_not(box)
    told = dict(answer.numbers)
    if told.get("its_score") == told.get("score"):  # the class that was said is the best one
        told.pop("score", None)
    facts = []
    for name, value in told.items():
        if name in ROWS:
            value = int(np.searchsorted(trace.rows, value)) + 1
        facts.append(f"{WORDS.get(name, name.replace('_', ' '))} {value}")
    return f"{REASONS[answer.reason]} ({', '.join(facts)})"
