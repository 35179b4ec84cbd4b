"""Why was this object not found? The step at which it was lost, and the numbers of that step.

The object's box is compared with the output of each step: anchors, moved anchors, the best of them,
proposals, refined RoIs, detections. The object was lost at the first step whose output has no box
that overlaps it enough.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.tracing.candidates import move_anchors, refine

FITS_IOU = 0.5  # a box with at least this IoU counts as the object's box
REASONS = {
    "no_anchor": "no anchor is near it",
    "low_objectness": "the RPN gives the anchors near it a low score",
    "rpn_refined_away": "the RPN moves the anchors near it elsewhere",
    "pre_nms_limit": "better-scored anchors fill the RPN's list before NMS",
    "rpn_suppressed": "the RPN's NMS drops its boxes for others that overlap them",
    "post_nms_limit": "better-scored proposals fill the list after NMS",
    "misclassified": "the box head takes it for another class",
    "below_threshold": "the score of its class is below the threshold",
    "refined_away": "the box head moves its RoIs elsewhere",
    "suppressed": "the last NMS drops its boxes for others of its class",
    "detection_limit": "better-scored detections fill the list",
    "poor_mask": "it was found, with a mask that fits badly",
    "found": "it was found",
}


@dataclasses.dataclass(frozen=True)
class Diagnosis:
    """The answer of `why_not`.

    reason: a key of `REASONS`.
    numbers: the facts of that step, by name.
    index: the nearest anchor, proposal or detection; -1 for none.
    """

    reason: str
    numbers: dict
    index: int = -1

    def __str__(self) -> str:
        facts = ", ".join(f"{_in_words(name)} {value}" for name, value in self.numbers.items())
        return f"{REASONS[self.reason]} ({facts})"


def _in_words(name):
    """The name of a number as a reader wants it."""
    known = {"its_score": "with a score of", "score": "own score"}
    return known.get(name, name.replace("_", " ").replace("iou", "IoU"))


def why_not(
    trace: Any, box: Any, class_id: int | None = None, mask: np.ndarray | None = None
) -> Diagnosis:
    """Find the step at which an object of a Trace's image was lost, if any.

    Args:
        trace: a Trace.
        box: [4], the box of the object, in pixels of the image.
        class_id: its class; None accepts any class.
        mask: [H, W] bool, its mask; None: masks are not compared.

    Returns:
        A Diagnosis; print it.

    Raises:
        ValueError: a box without area, an unknown class, or a mask of another size.
    """
    box = np.asarray(box, np.float32)
    if box.shape != (4,) or not (box[2:] > box[:2]).all():
        raise ValueError(f"A box is (y1, x1, y2, x2) with an area; got {box.tolist()}.")
    if class_id is not None and not 0 < class_id < trace.config.num_classes:
        raise ValueError(f"class_id must lie in 1..{trace.config.num_classes - 1}; got {class_id}.")
    if mask is not None and mask.shape != trace.image.shape[:2]:
        raise ValueError(f"The mask is {list(mask.shape)}, the image {trace.image.shape[:2]}.")
    target = trace["window"].to_molded(box)[None]  # [1, 4]
    return (
        _lost_by_the_rpn(trace, target)
        or _lost_by_the_box_head(trace, target, class_id)
        or _lost_at_last(trace, target, class_id)
        or _found(trace, box, class_id, mask)
    )


def _lost_by_the_rpn(trace, target):
    config = trace.config
    scores = trace["rpn_probs"][:, 1]
    near = iou(trace["anchors"], target).numpy()[:, 0]
    if near.max() < config.rpn_negative_iou:
        return Diagnosis("no_anchor", dict(best_iou=_rounded(near.max())), int(near.argmax()))
    window = trace["window"].box
    moved = move_anchors(trace["anchors"], trace["rpn_deltas"], trace.image_size, config, window)
    on_it = np.flatnonzero(iou(moved, target).numpy()[:, 0] >= FITS_IOU)
    if not len(on_it):
        best = int(near.argmax())
        reason = "low_objectness" if scores[best] < 0.5 else "rpn_refined_away"
        to = _rounded(iou(moved[[best]], target).numpy()[0, 0])
        numbers = dict(
            iou=_rounded(near[best]), objectness=_rounded(scores[best]), iou_after_moving=to
        )
        return Diagnosis(reason, numbers, best)
    candidates = trace.rpn_candidates
    best = int(on_it[scores[on_it].argmax()])
    entered = np.flatnonzero(np.isin(candidates.source, on_it))
    if not len(entered):
        reason = "low_objectness" if scores[best] < 0.5 else "pre_nms_limit"
        numbers = dict(objectness=_rounded(scores[best]), limit=config.proposals_pre_nms)
        return Diagnosis(reason, numbers, best)
    if (candidates.won[entered] >= 0).any():
        return None
    survivors = entered[candidates.suppressor[entered] < 0]
    if not len(survivors):
        top = int(entered[candidates.scores[entered].argmax()])
        by = int(candidates.suppressor[top])
        numbers = dict(
            objectness=_rounded(candidates.scores[top]),
            rank=int(candidates.rank[top]),
            by_anchor=int(candidates.source[by]),
            its_score=_rounded(candidates.scores[by]),
        )
        return Diagnosis("rpn_suppressed", numbers, int(candidates.source[top]))
    return _beyond_the_limit(
        candidates, survivors, config.proposals, "post_nms_limit", "objectness"
    )


def _beyond_the_limit(candidates, survivors, limit, reason, score_name):
    """The best of these candidates, which NMS kept, and its place among all that NMS kept."""
    top = int(survivors[candidates.scores[survivors].argmax()])
    score = candidates.scores[top]
    better = (candidates.scores > score) & (candidates.suppressor < 0)
    numbers = {score_name: _rounded(score), "rank": int(better.sum()), "limit": limit}
    return Diagnosis(reason, numbers, int(candidates.source[top]))


def _lost_by_the_box_head(trace, target, class_id):
    config = trace.config
    real = trace["proposal_anchors"] >= 0
    overlap = iou(trace["proposals"], target).numpy()[:, 0] * real
    rois = np.flatnonzero(overlap >= FITS_IOU)
    classes = np.arange(1, config.num_classes) if class_id is None else np.array([class_id])
    probs = trace["class_probs"][rois]  # [n, K]
    if not len(rois):  # the moved anchor just fitted, its proposal just does not
        return Diagnosis(
            "post_nms_limit", dict(best_iou=_rounded(overlap.max())), int(overlap.argmax())
        )
    enough = probs[:, classes] >= trace.min_score
    if config.detection_rule == "best_class":
        enough &= probs[:, classes] >= probs.max(1, keepdims=True)
    best = int(probs[:, classes].max(1).argmax())
    if not enough.any():
        said = int(probs[best].argmax())
        other = said != 0 and said not in classes
        numbers = dict(
            said=config.class_names[said],
            its_score=_rounded(probs[best, said]),
            score=_rounded(probs[best, classes].max()),
            threshold=_rounded(trace.min_score),
        )
        reason = "misclassified" if other else "below_threshold"
        return Diagnosis(reason, numbers, int(rois[best]))
    row, column = np.nonzero(enough)
    refined = refine(trace, rois[row], classes[column])
    fits = iou(refined, target).numpy()[:, 0]
    if fits.max() >= FITS_IOU:
        return None
    nearest = int(rois[row[fits.argmax()]])
    numbers = dict(iou_before=_rounded(overlap[nearest]), iou_after=_rounded(fits.max()))
    return Diagnosis("refined_away", numbers, nearest)


def _lost_at_last(trace, target, class_id):
    candidates = trace.detection_candidates
    fits = iou(candidates.boxes, target).numpy()[:, 0] >= FITS_IOU
    if class_id is not None:
        fits &= candidates.group == class_id
    own = np.flatnonzero(fits)
    if (candidates.won[own] >= 0).any():
        return None
    if not len(own):  # too many pairs passed the threshold; only the best enter NMS
        return Diagnosis("detection_limit", dict(candidates=len(candidates)))
    survivors = own[candidates.suppressor[own] < 0]
    if not len(survivors):
        top = int(own[candidates.scores[own].argmax()])
        by = int(candidates.suppressor[top])
        numbers = dict(
            score=_rounded(candidates.scores[top]),
            by_detection=int(candidates.won[by]),
            its_score=_rounded(candidates.scores[by]),
        )
        return Diagnosis("suppressed", numbers, int(candidates.source[top]))
    limit = trace.config.detections
    return _beyond_the_limit(candidates, survivors, limit, "detection_limit", "score")


def _found(trace, box, class_id, mask):
    found = trace.detections
    overlap = iou(found.boxes, box[None]).numpy()[:, 0]
    if class_id is not None:
        overlap = overlap * (found.class_ids == class_id)
    best = int(overlap.argmax())
    numbers = dict(
        detection=best, score=_rounded(found.scores[best]), box_iou=_rounded(overlap[best])
    )
    if mask is None:
        return Diagnosis("found", numbers, best)
    fit = mask_iou(found.masks[[best]], mask[None])[0, 0]
    reason = "found" if fit >= FITS_IOU else "poor_mask"
    return Diagnosis(reason, numbers | dict(mask_iou=_rounded(fit)), best)


def _rounded(value):
    """A plain Python float with three decimals."""
    return round(float(value), 3)
