"""The biography of a detection: from its mask back to the anchor that it started from.

Every detection started as one of thousands of anchors. A Biography collects the numbers of each
step: what the box was, how it moved, which boxes it suppressed.
`Claims` start from a point: the anchors, proposals and detections there.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from maskrcnn_explained.anchors import anchor_levels, level_sizes, map_size
from maskrcnn_explained.backbone import receptive_fields
from maskrcnn_explained.boxes import exclusive
from maskrcnn_explained.config import BACKBONES, LEVELS, STRIDES
from maskrcnn_explained.roi_align import roi_levels
from maskrcnn_explained.tracing.candidates import move_anchors


@dataclasses.dataclass(frozen=True)
class Anchor:
    """An anchor and the output of the RPN for it. Boxes are in pixels of the molded image.

    index: row of `anchors`; level: "P2".."P6"; cell: (row, column) of the level's map;
    ratio: width / height; box [4]; objectness in 0..1; deltas [4] as predicted; moved [4], the
    anchor after the deltas, clipped; rank: its place by score before NMS, from 0 (among the anchors
    that compete with it), -1 if it did not enter NMS; receptive_field: [4] or None, of its cell.
    """

    index: int
    level: str
    cell: tuple[int, int]
    ratio: float
    box: np.ndarray
    objectness: float
    deltas: np.ndarray
    moved: np.ndarray
    rank: int
    receptive_field: np.ndarray | None


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A proposal. index: its place after NMS, from 0; box [4] of the molded image; score;
    level: "P2".."P5", the map that its features are pooled from; suppressed: anchors that NMS
    dropped for it; probs [K]: the class probabilities of the box head."""

    index: int
    box: np.ndarray
    score: float
    level: str
    suppressed: np.ndarray
    probs: np.ndarray


@dataclasses.dataclass(frozen=True)
class Biography:
    """The history of one detection, last step first.

    index: in `detections`; class_id, class_name, score; box [4] of the image; molded_box [4];
    mask_probs [28, 28]; mask [H, W] bool; deltas [4], of its class, that refined the proposal;
    suppressed: [m, 2] (proposal, class id) pairs that the last NMS dropped; proposal; anchor.
    """

    index: int
    class_id: int
    class_name: str
    score: float
    box: np.ndarray
    molded_box: np.ndarray
    mask_probs: np.ndarray
    mask: np.ndarray
    deltas: np.ndarray
    suppressed: np.ndarray
    proposal: Proposal
    anchor: Anchor

    def belongs_to(self, trace: Any) -> bool:
        """Whether this is the biography of a detection of that trace."""
        boxes = trace.detections.boxes
        known = self.index < len(boxes) and np.array_equal(boxes[self.index], self.box)
        return known and np.array_equal(trace.detections.mask_probs[self.index], self.mask_probs)

    def __str__(self) -> str:
        a = self.anchor
        p = self.proposal

        def numbers(values, digits=1):
            return "(" + ", ".join(f"{value:.{digits}f}" for value in values) + ")"

        field = ""
        if a.receptive_field is not None:
            field = f"; the backbone sees {numbers(a.receptive_field, 0)} from there"
        inside = (self.mask_probs >= 0.5).mean()
        return "\n".join(
            [
                f"detection {self.index}: {self.class_name}, score {self.score:.3f}, "
                f"{int(self.mask.sum())} pixels, box {numbers(self.box)} of the image",
                f"  mask: 28 x 28 values, {inside:.0%} of them at least 0.5",
                f"  last NMS: {len(self.suppressed)} (RoI, class) pairs dropped for it",
                f"  box head: moved by {numbers(self.deltas, 2)} to {numbers(self.molded_box)}",
                f"  RoI: proposal {p.index}, {numbers(p.box)}, pooled from {p.level}",
                f"  NMS of the RPN: place {a.rank} before, {p.index} after; "
                f"{len(p.suppressed)} anchors dropped for it",
                f"  RPN: objectness {a.objectness:.3f}, deltas {numbers(a.deltas, 2)}",
                f"  anchor {a.index}: {a.level}, cell {a.cell}, width / height {a.ratio:g}, "
                f"{numbers(a.box)}{field}",
            ]
        )


def follow(trace: Any, index: int) -> Biography:
    """The Biography of detection `index` of a Trace. Raises `IndexError` if there is none."""
    found = trace.detections
    if not -len(found) <= index < len(found):
        raise IndexError(f"There are {len(found)} detections, from 0 on; got {index}.")
    index %= len(found)
    row = int(trace.rows[index])
    roi = int(trace["detection_rois"][row])
    class_id = int(found.class_ids[index])
    candidates = trace.detection_candidates
    dropped = candidates.dropped_by(candidates.winner(row))
    return Biography(
        index=index,
        class_id=class_id,
        class_name=found.class_names[index],
        score=float(found.scores[index]),
        box=found.boxes[index],
        molded_box=trace["detection_boxes"][row],
        mask_probs=found.mask_probs[index],
        mask=found.masks[index],
        deltas=trace["box_deltas"][roi, class_id],
        suppressed=np.stack([candidates.source[dropped], candidates.group[dropped]], 1),
        proposal=proposal_facts(trace, roi),
        anchor=anchor_facts(trace, int(trace["proposal_anchors"][roi])),
    )


def proposal_facts(trace: Any, index: int) -> Proposal:
    """The facts of a proposal. Raises `IndexError` if there is none."""
    number = int((trace["proposal_anchors"] >= 0).sum())
    if not 0 <= index < number:
        raise IndexError(f"There are {number} proposals, from 0 on; got {index}.")
    candidates = trace.rpn_candidates
    dropped = candidates.dropped_by(candidates.winner(index))
    box = trace["proposals"][index]
    pooled_box = exclusive(box, trace.config)[None]
    level = roi_levels(pooled_box, trace.image_size, trace.config).numpy()[0]
    return Proposal(
        index=index,
        box=box,
        score=float(trace["proposal_scores"][index]),
        level=f"P{level}",
        suppressed=candidates.source[dropped],
        probs=trace["class_probs"][index],
    )


def anchor_facts(trace: Any, index: int) -> Anchor:
    """The facts of an anchor. Raises `IndexError` if there is none."""
    anchors = trace["anchors"]
    config = trace.config
    if not 0 <= index < len(anchors):
        raise IndexError(f"There are {len(anchors)} anchors, from 0 on; got {index}.")
    levels = anchor_levels(trace.image_size, config)
    level = int(levels[index])
    ratios = len(config.anchor_ratios)
    place = index - int(np.searchsorted(levels, level))
    cell = divmod(place // ratios, map_size(trace.image_size, STRIDES[level])[1])
    deltas = trace["rpn_deltas"][index]
    window = trace["window"].box
    moved = move_anchors(anchors[[index]], deltas[None], trace.image_size, config, window)[0]
    rank = np.flatnonzero(trace.rpn_candidates.source == index)
    return Anchor(
        index=index,
        level=LEVELS[level],
        cell=cell,
        ratio=float(config.anchor_ratios[place % ratios]),
        box=anchors[index],
        objectness=float(trace["rpn_probs"][index, 1]),
        deltas=deltas,
        moved=moved,
        rank=int(trace.rpn_candidates.rank[rank[0]]) if len(rank) else -1,
        receptive_field=_receptive_field(config, level, cell),
    )


def _receptive_field(config, level, cell):
    """The receptive field of a cell of the backbone; P6 is a coarser P5."""
    if config.backbone not in BACKBONES:
        return None
    size, stride, first = receptive_fields(config)[f"C{min(level + 2, 5)}"]
    scale = 2 if level == 4 else 1
    centre = first + scale * stride * np.array(cell)
    return np.concatenate([centre - size / 2, centre + size / 2]).astype(np.float32)


@dataclasses.dataclass(frozen=True)
class Claims:
    """The boxes and masks at a point: y, x of the image; molded (y, x) of the molded image.

    anchors: [n] rows of `anchors`, one cell per level; proposals: [m], whose box holds the point,
    best first; detections: [d], whose mask does; boxes_only: [e], whose box does, but not the mask.
    """

    y: float
    x: float
    molded: tuple[float, float]
    anchors: np.ndarray
    proposals: np.ndarray
    detections: np.ndarray
    boxes_only: np.ndarray


def claims_at(trace: Any, y: float, x: float) -> Claims:
    """The anchors, proposals and detections at (y, x), in continuous pixels of the image.

    Raises `ValueError` if the point lies outside the image.
    """
    height, width = trace.image.shape[:2]
    if not (0 <= y < height and 0 <= x < width):
        raise ValueError(f"({y}, {x}) lies outside the image of {height} x {width} pixels.")
    my, mx = (float(v) for v in trace["window"].to_molded([y, x, y, x])[:2])
    ratios = len(trace.config.anchor_ratios)
    start = 0
    anchors = []
    for stride, size in zip(STRIDES, level_sizes(trace.image_size, trace.config), strict=True):
        rows, columns = map_size(trace.image_size, stride)
        # Just inside the far edge, 32 bits may round to the edge itself.
        row, column = min(int(my // stride), rows - 1), min(int(mx // stride), columns - 1)
        anchors.append(start + (row * columns + column) * ratios + np.arange(ratios))
        start += size
    boxes = trace["proposals"][trace["proposal_anchors"] >= 0]
    in_mask = trace.detections.masks[:, int(y), int(x)]
    return Claims(
        y=y,
        x=x,
        molded=(my, mx),
        anchors=np.concatenate(anchors),
        proposals=np.flatnonzero(_holds(boxes, my, mx)),
        detections=np.flatnonzero(in_mask),
        boxes_only=np.flatnonzero(_holds(trace.detections.boxes, y, x) & ~in_mask),
    )


def _holds(boxes, y, x):
    return (boxes[:, 0] <= y) & (y < boxes[:, 2]) & (boxes[:, 1] <= x) & (x < boxes[:, 3])
