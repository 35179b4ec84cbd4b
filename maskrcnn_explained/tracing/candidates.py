"""Which boxes competed in NMS, which won, and which was dropped for which: both rounds in full.

The graph keeps only the winners. Here the same steps run once more on the graph's own numbers, and
keep a record.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from maskrcnn_explained.anchors import anchor_levels, level_sizes
from maskrcnn_explained.boxes import clip_boxes, decode_deltas, inclusive, iou, nms
from maskrcnn_explained.config import Config
from maskrcnn_explained.detection import MAX_CANDIDATES
from maskrcnn_explained.rpn import image_window


@dataclasses.dataclass(frozen=True)
class Candidates:
    """n boxes that entered NMS; those of one group compete, and stand in descending order of score.

    source: [n] int, the anchor (of RPN candidates) or the RoI (of detection candidates).
    group: [n] int, level index 0..4 (0 for all, if levels are joined), or class id.
    boxes: [n, 4] float32, pixels of the molded image; scores: [n].
    rank: [n] int, place within the group, from 0.
    suppressor: [n] int, the candidate that dropped this one; -1 for winners and for those that
        only a limit dropped.
    won: [n] int, the proposal or detection that it became, -1 for none.
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
    anchors: np.ndarray, deltas: np.ndarray, image_size: tuple[int, int], config: Config
) -> np.ndarray:
    """Anchors [n, 4] moved by the RPN's deltas [n, 4] and clipped to the image: [n, 4]."""
    boxes = decode_deltas(
        inclusive(anchors, config), deltas, config.rpn_delta_std, config.max_log_size
    )
    return clip_boxes(boxes, image_window(image_size, config)).numpy()


def refine(trace: Any, rois: np.ndarray, class_ids: np.ndarray) -> np.ndarray:
    """RoIs (rows of `proposals`, [n]) moved by the deltas of classes [n] and clipped: [n, 4]."""
    config, deltas = trace.config, trace["box_deltas"][rois, class_ids]
    boxes = decode_deltas(trace["proposals"][rois], deltas, config.delta_std, config.max_log_size)
    return clip_boxes(boxes, inclusive(trace["window"].box, config)).numpy()


def rpn_candidates(
    anchors: np.ndarray,
    probs: np.ndarray,
    deltas: np.ndarray,
    proposal_anchors: np.ndarray,
    image_size: tuple[int, int],
    config: Config,
) -> Candidates:
    """The anchors that entered the RPN's NMS, moved by their deltas.

    Args:
        anchors: [A, 4]; probs: [A, 2]; deltas: [A, 4]; proposal_anchors: [N], padded with -1: of
            one image, as the model gives them.
        image_size: (H, W) of the molded image; config: the model's.
    """
    scores = probs[:, 1]
    sizes = level_sizes(image_size, config)
    per_level = config.proposal_rule == "per_level"
    group_of = anchor_levels(image_size, config) if per_level else np.zeros(sum(sizes), int)
    parts = []
    for group in np.unique(group_of):
        members = np.flatnonzero(group_of == group)
        best = members[np.argsort(-scores[members], kind="stable")[: config.proposals_pre_nms]]
        boxes = move_anchors(anchors[best], deltas[best], image_size, config)
        kept = nms(boxes, scores[best], config.proposal_nms_iou, config.proposals).numpy()
        dropper = suppressors(boxes, kept, config.proposal_nms_iou)
        parts.append((best, group, boxes, dropper))
    place = {anchor: i for i, anchor in enumerate(proposal_anchors) if anchor >= 0}
    return _concatenate(parts, scores, lambda anchor: place.get(anchor, -1))


def detection_candidates(trace: Any) -> Candidates:
    """The (RoI, class) pairs that entered the NMS of their class.

    Args:
        trace: a Trace, or any mapping with the model's tensors of one image, `window`, and the
            attributes `config` and `min_score`.
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
    rois, class_ids = pairs // probs.shape[1], pairs % probs.shape[1] + 1
    boxes = refine(trace, rois, class_ids)
    same = tf.cast(class_ids[:, None] == class_ids[None], tf.float32)
    kept = tf.image.non_max_suppression_overlaps(
        iou(boxes, boxes) * same, flat[pairs], config.detections, config.detection_nms_iou
    ).numpy()
    place = {int(candidate): i for i, candidate in enumerate(kept)}
    threshold = config.detection_nms_iou
    dropper = suppressors(boxes, kept, threshold, class_ids)
    rank = np.zeros(len(pairs), int)
    for class_id in np.unique(class_ids):
        rank[class_ids == class_id] = np.arange((class_ids == class_id).sum())
    won = np.array([place.get(i, -1) for i in range(len(pairs))], int)
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
    """What dropped each box in NMS.

    Args:
        boxes: [n, 4] in descending order of score; kept: [m] int, the winners, in that order.
        threshold: a box that overlaps a winner before it by more than this is dropped.
        groups: [n], only boxes of one group compete; None: all do.

    Returns:
        [n] int, the first winner that drops the box; -1 if none does.
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


def _concatenate(parts, scores, proposal_of):
    """Candidates from (anchors, group, boxes, suppressors) of each group."""
    sources = [best for best, *_ in parts]
    start, droppers = 0, []
    for best, _, _, dropper in parts:
        # A place within the group becomes a place among all.
        droppers.append(np.where(dropper >= 0, dropper + start, -1))
        start += len(best)
    source = np.concatenate(sources)
    return Candidates(
        source=source,
        group=np.concatenate([np.full(len(best), group) for best, group, *_ in parts]),
        boxes=np.concatenate([boxes for _, _, boxes, _ in parts]),
        scores=scores[source],
        rank=np.concatenate([np.arange(len(best)) for best in sources]),
        suppressor=np.concatenate(droppers),
        won=np.array([proposal_of(anchor) for anchor in source], int),
    )
