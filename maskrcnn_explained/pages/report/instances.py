"""What the report knows of one detection: its Biography, fit for JSON."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from skimage.measure import approximate_polygon, find_contours

from maskrcnn_explained.boxes import exclusive
from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.pages.page import heat_png
from maskrcnn_explained.tracing.candidates import refine
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.roi_align_sampling import sampling_points

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace

DROPPED = 40  # at most this many dropped boxes per step
CLASSES = 6  # at most this many class scores


def instance_facts(trace: Trace, index: int) -> dict:
    """Where detection `index` of a Trace came from.

    Boxes are in pixels of the molded image. `own_box` and `outline`, a list of polygons
    [(x, y), ..], are in pixels of the photograph.
    """
    story = trace.follow(index)
    config = trace.config
    siblings = numbers(_siblings(trace, story.anchor))
    anchor = {}
    for name, value in dataclasses.asdict(story.anchor).items():
        anchor[name] = numbers(value, 3 if name == "objectness" else 2)
    # As NMS saw them: moved by the deltas of their class, no longer the proposals themselves.
    lost = refine(trace, *story.suppressed[:DROPPED].T)
    return dict(
        name=story.class_name,
        score=numbers(story.score, 3),
        colour=style.class_colour(story.class_id),
        outline=mask_outline(story.mask),
        pixels=int(story.mask.sum()),
        box=numbers(exclusive(story.molded_box, config)),
        own_box=numbers(story.box),
        deltas=numbers(story.deltas, 2),
        dropped=numbers(exclusive(lost, config)),
        drops=len(story.suppressed),
        mask=heat_png(story.mask_probs, 1),
        sure=numbers((story.mask_probs >= 0.5).mean(), 2),
        anchor=anchor | dict(siblings=siblings, colour=_level_colour(story.anchor.level)),
        proposal=_proposal_facts(trace, story.proposal),
    )


def _proposal_facts(trace, proposal) -> dict:
    """The proposal as a RoI: the boxes it dropped, where it is pooled, its class scores."""
    config = trace.config
    box = exclusive(proposal.box, config)
    candidates = trace.rpn_candidates
    lost = np.flatnonzero(np.isin(candidates.source, proposal.suppressed))
    order = np.argsort(-proposal.probs)[:CLASSES]
    stride = STRIDES[LEVELS.index(proposal.level)]
    map_size = trace[proposal.level].shape[:2]
    points = sampling_points(config.roi_pooling, box, config.box_pool_size, stride, map_size)
    return dict(
        index=proposal.index,
        box=numbers(box),
        score=numbers(proposal.score, 3),
        level=proposal.level,
        colour=_level_colour(proposal.level),
        lost=len(lost),
        losers=numbers(exclusive(candidates.boxes[lost[:DROPPED]], config)),
        probs=[[config.class_names[i], numbers(proposal.probs[i], 4)] for i in order],
        points=numbers(points.reshape(-1, 2)),
        pooled=heat_png(np.abs(trace["box_features"][proposal.index]).mean(-1)),
    )


def _siblings(trace, anchor):
    """All anchors of the cell of an anchor."""
    ratios = len(trace.config.anchor_ratios)
    place = list(trace.config.anchor_ratios).index(anchor.ratio)
    return trace["anchors"][anchor.index - place :][:ratios]


def _level_colour(level) -> str:
    return style.LEVEL_COLOURS[level]


def mask_outline(mask: np.ndarray) -> list:
    """The edges of a mask [H, W] bool as polygons [(x, y), ..], to half a pixel."""
    padded = np.pad(mask, 1).astype(np.float32)
    paths = [approximate_polygon(path, 0.4) - 0.5 for path in find_contours(padded, 0.5)]
    return [numbers(path[:, ::-1]) for path in paths if len(path) > 2]


def numbers(values: ArrayLike, digits: int = 1) -> Any:
    """NumPy values as plain ones, rounded; text and None stay as they are."""
    if values is None or isinstance(values, str):
        return values
    return np.round(np.asarray(values, float), digits).tolist()
