"""The candidates of both rounds of NMS: which boxes won, and which box dropped each other one.

The graph keeps only the winners. Here the same steps run again on the numbers of the graph, and
record every box.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from maskrcnn_explained.anchors import anchor_levels, level_sizes
from maskrcnn_explained.boxes import clip_boxes, decode_deltas, inclusive, iou, nms
from maskrcnn_explained.config import Config
from maskrcnn_explained.detection import MAX_CANDIDATES, nms_per_class
from maskrcnn_explained.rpn import image_window


@dataclasses.dataclass(frozen=True)
class Candidates:
    """n boxes that entered NMS. Boxes of one group compete, in descending order of score.

    source: [n] int, the anchor (of RPN candidates) or the RoI (of detection candidates).
    group: [n] int, level index 0..4 (0 for all, if levels are joined), or class id.
    boxes: [n, 4] float32, pixels of the molded image; scores: [n].
    rank: [n] int, place within the group, from 0.
    suppressor: [n] int, the candidate that dropped this one; -1 for winners, and for boxes that
        were dropped only by a limit.
    won: [n] int, the proposal or detection that the candidate became; -1 for none.
    """

    source: np.ndarray
    group: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray
    rank: np.ndarray
    suppressor: np.ndarray
    won: np.ndarray

    def __len__(self) -> int:
        return len(self.source)

    def winner(self, won: int) -> int:
        """The candidate that became this proposal or detection."""
        return int(np.flatnonzero(self.won == won)[0])

    def dropped_by(self, candidate: int) -> np.ndarray:
        """The candidates that this one suppressed."""
        return np.flatnonzero(self.suppressor == candidate)


def move_anchors(
    anchors: np.ndarray,
    deltas: np.ndarray,
    image_size: tuple[int, int],
    config: Config,
    window: np.ndarray | None = None,
) -> np.ndarray:
    """Anchors [n, 4] moved by the RPN's deltas [n, 4] and clipped: [n, 4].

    To the molded image of `image_size`; or, with `proposal_window="image"`, to the `window` [4].
    """
    boxes = decode_deltas(
        inclusive(anchors, config), deltas, config.rpn_delta_std, config.max_log_size
    )
    clip_to = image_window(image_size, config)
    if window is not None and config.proposal_window == "image":
        clip_to = inclusive(window, config)
    return clip_boxes(boxes, clip_to).numpy()


def large_boxes(boxes: np.ndarray, least: float) -> np.ndarray:
    """Which boxes [n, 4] are at least so high and wide, pixels: [n] bool (`rpn.large_enough`)."""
    return (boxes[:, 2:] - boxes[:, :2] >= least).all(1) | (least == 0)


def refine(trace: Any, rois: np.ndarray, class_ids: np.ndarray) -> np.ndarray:
    """RoIs (rows of `proposals`, [n]) moved by the deltas of classes [n] and clipped: [n, 4]."""
    config = trace.config
    deltas = trace["box_deltas"][rois, class_ids]
    boxes = decode_deltas(trace["proposals"][rois], deltas, config.delta_std, config.max_log_size)
    return clip_boxes(boxes, inclusive(trace["window"].box, config)).numpy()


def rpn_candidates(
    anchors: np.ndarray,
    probs: np.ndarray,
    deltas: np.ndarray,
    proposal_anchors: np.ndarray,
    image_size: tuple[int, int],
    config: Config,
    window: np.ndarray | None = None,
) -> Candidates:
    """The anchors that entered the RPN's NMS, moved by their deltas.

    Args:
        anchors: [A, 4]; probs: [A, 2]; deltas: [A, 4]; proposal_anchors: [N], padded with -1: the
            model's tensors of one image.
        image_size: (H, W) of the molded image.
        config: of the model.
        window: [4], where the image lies in it, pixels; None: all of it.
    """
    scores = probs[:, 1]
    sizes = level_sizes(image_size, config)
    per_level = config.proposal_rule == "per_level"
    group_of = anchor_levels(image_size, config) if per_level else np.zeros(sum(sizes), int)
    proposal_of = {anchor: i for i, anchor in enumerate(proposal_anchors) if anchor >= 0}
    groups = []
    for group in np.unique(group_of):
        members = np.flatnonzero(group_of == group)
        best = members[np.argsort(-scores[members], kind="stable")[: config.proposals_pre_nms]]
        boxes = move_anchors(anchors[best], deltas[best], image_size, config, window)
        large = large_boxes(boxes, config.proposal_min_side)
        best, boxes = best[large], boxes[large]
        kept = nms(boxes, scores[best], config.proposal_nms_iou, config.proposals).numpy()
        dropper = suppressors(boxes, kept, config.proposal_nms_iou)
        candidates = Candidates(
            source=best,
            group=np.full(len(best), group),
            boxes=boxes,
            scores=scores[best],
            rank=np.arange(len(best)),
            suppressor=dropper,
            won=np.array([proposal_of.get(anchor, -1) for anchor in best], int),
        )
        groups.append(candidates)
    return _concatenate(groups)


def detection_candidates(trace: Any) -> Candidates:
    """The (RoI, class) pairs that entered the NMS of their class.

    Args:
        trace: a Trace, or any mapping with `window` and the model's tensors of one image, and with
            the attributes `config` and `min_score`.
    """
    config = trace.config
    probs = trace["class_probs"][:, 1:]  # [N, K - 1]
    if config.detection_rule == "best_class":
        probs = np.where(probs >= trace["class_probs"].max(1, keepdims=True), probs, 0)
    probs = np.where(trace["proposal_scores"][:, None] >= 0, probs, 0)
    flat = probs.ravel()
    order = np.argsort(-flat, kind="stable")
    above = int(((flat >= trace.min_score) & (flat > 0)).sum())
    pairs = order[: min(above, MAX_CANDIDATES)]
    rois = pairs // probs.shape[1]
    class_ids = pairs % probs.shape[1] + 1
    boxes = refine(trace, rois, class_ids)
    large = large_boxes(boxes, config.detection_min_side)
    pairs, rois, class_ids, boxes = pairs[large], rois[large], class_ids[large], boxes[large]
    kept = nms_per_class(boxes, flat[pairs], class_ids, config).numpy()
    dropper = suppressors(boxes, kept, config.detection_nms_iou, class_ids)
    rank = np.zeros(len(pairs), int)
    for class_id in np.unique(class_ids):
        own = class_ids == class_id
        rank[own] = np.arange(own.sum())
    won = np.full(len(pairs), -1)
    won[kept] = np.arange(len(kept))
    return Candidates(
        source=rois,
        group=class_ids,
        boxes=boxes,
        scores=flat[pairs],
        rank=rank,
        suppressor=dropper,
        won=won,
    )


def suppressors(
    boxes: np.ndarray, kept: np.ndarray, threshold: float, groups: np.ndarray | None = None
) -> np.ndarray:
    """The box that dropped each box in NMS.

    Args:
        boxes: [n, 4] in descending order of score; kept: [m] int, the winners, in the same order.
        threshold: a box is dropped if its IoU with an earlier winner is above this.
        groups: [n], only boxes of one group compete; None: all boxes compete.

    Returns:
        [n] int, the first winner that drops the box; -1 for none.
    """
    dropper = np.full(len(boxes), -1)
    if not len(boxes) or not len(kept):
        return dropper
    drops = np.asarray(iou(boxes[kept], boxes)) > threshold  # [m, n]
    drops &= kept[:, None] < np.arange(len(boxes))[None]
    if groups is not None:
        drops &= groups[kept][:, None] == groups[None]
    first = drops.argmax(0)
    dropper = np.where(drops.any(0), kept[first], -1)
    dropper[kept] = -1
    return dropper


def _concatenate(groups: list[Candidates]) -> Candidates:
    """Join the candidates of all groups. A suppressor becomes a place among all candidates."""
    start = 0
    suppressor = []
    for candidates in groups:
        dropped = candidates.suppressor >= 0
        suppressor.append(np.where(dropped, candidates.suppressor + start, -1))
        start += len(candidates)
    return Candidates(
        source=np.concatenate([candidates.source for candidates in groups]),
        group=np.concatenate([candidates.group for candidates in groups]),
        boxes=np.concatenate([candidates.boxes for candidates in groups]),
        scores=np.concatenate([candidates.scores for candidates in groups]),
        rank=np.concatenate([candidates.rank for candidates in groups]),
        suppressor=np.concatenate(suppressor),
        won=np.concatenate([candidates.won for candidates in groups]),
    )
