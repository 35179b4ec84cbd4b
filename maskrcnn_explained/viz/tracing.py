"""The biography of a detection as a picture: one panel per step, from the cell to the mask.

Axes are returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import few_shades, visible_image, zoom
from maskrcnn_explained.viz.fpn import activity

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.biography import Biography
    from maskrcnn_explained.tracing.trace import Trace


def show_biography(trace: Trace, story: Biography) -> np.ndarray:
    """Eight panels: receptive field, cell, anchor, moved, NMS, RoI on its map, refined, mask.

    Args:
        trace: a Trace; story: a Biography of it.

    Raises `ValueError` if the Biography is of another trace.
    """
    if not story.belongs_to(trace):
        raise ValueError(
            f"Detection {story.index} of this trace is another than the story tells: take both "
            "from one trace, story = trace.follow(index)."
        )
    image = few_shades(visible_image(trace["molded_image"], trace.config.mean_pixel))
    axes = style.axes_grid(2, 4, 5.2)
    a, p = story.anchor, story.proposal
    _show_cell(trace, image, a, axes[0, 0], axes[0, 1])
    around = np.stack([a.box, a.moved, story.molded_box])
    steps = (
        (
            axes[0, 2],
            f"3 anchor: objectness {a.objectness:.2f}",
            [(a.box, style.BEFORE, "#EE7733")],
        ),
        (
            axes[0, 3],
            "4 moved: the proposal",
            [(a.box, style.BEFORE, "#EE7733"), (p.box, style.AFTER, "#33BBEE")],
        ),
        (
            axes[1, 2],
            "7 refined: the detection",
            [(story.molded_box, style.AFTER, "#00CC88"), (p.box, style.BEFORE, "#33BBEE")],
        ),
    )
    for ax, title, boxes in steps:
        style.show_image(image, ax, title)
        for box, line, colour in boxes:
            style.draw_box(ax, box, colour, line, width=2.4)
        zoom(ax, around, 0.35)
    _show_dropped(trace, image, p, axes[1, 0], around)
    _show_roi(trace, p, axes[1, 1])
    style.show_image(trace.image, axes[1, 3], f"8 {story.class_name}, {story.score:.2f}")
    style.fill_mask(axes[1, 3], story.mask, style.class_colour(story.class_id))
    style.draw_box(axes[1, 3], story.box, style.class_colour(story.class_id))
    zoom(axes[1, 3], story.box[None], 0.35)
    return axes


def _show_cell(trace, image, anchor, left, right):
    """What the backbone sees from there, on the image; the cell, on the map of its level."""
    style.show_image(image, left, "1 what the backbone sees")
    if anchor.receptive_field is not None:
        style.draw_box(left, anchor.receptive_field, "white", width=1.4)
    stride, colour = STRIDES[LEVELS.index(anchor.level)], style.LEVEL_COLOURS[anchor.level]
    row, column = anchor.cell
    place = (column * stride, row * stride)
    left.add_patch(Rectangle(place, stride, stride, facecolor=colour, edgecolor="white"))
    style.show_map(
        activity(trace[anchor.level]), right, f"2 the cell of {anchor.level}", stride=stride
    )
    right.add_patch(Rectangle(place, stride, stride, fill=False, edgecolor="white", linewidth=2))


def _show_dropped(trace, image, proposal, ax, around):
    """The anchors that NMS dropped for this one, as their deltas moved them."""
    candidates = trace.rpn_candidates
    rows = np.flatnonzero(np.isin(candidates.source, proposal.suppressed))
    style.show_image(image, ax, f"5 NMS: {len(rows)} dropped for it")
    style.draw_boxes(ax, candidates.boxes[rows], "white", style.BEFORE, 1.0)
    style.draw_box(ax, proposal.box, "#33BBEE", width=2.4)
    zoom(ax, around, 0.35)


def _show_roi(trace, proposal, ax):
    """The proposal as a RoI on the map that its features are pooled from."""
    stride = STRIDES[LEVELS.index(proposal.level)]
    title = f"6 pooled from {proposal.level}"
    style.show_map(activity(trace[proposal.level]), ax, title, stride=stride)
    style.draw_box(ax, proposal.box, "#33BBEE", width=2.4)
    zoom(ax, proposal.box[None], 0.6)
