"""A detection's way as a picture, one panel per step; and where objects were lost on the way.

Functions return the axes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import (
    count_bars,
    few_shades,
    legend_beside,
    visible_image,
    zoom,
)
from maskrcnn_explained.viz.fpn import activity

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.biography import Biography
    from maskrcnn_explained.tracing.trace import Trace

ANCHOR = style.STEP_COLOURS["anchor"]
PROPOSAL = style.STEP_COLOURS["proposal"]
DETECTION = style.STEP_COLOURS["detection"]
# One colour per step that lost something. None is green: green is found.
LOST_COLOURS = ("#EE7733", "#33BBEE", "#EE3377", "#CCBB44", "#AA88FF", "#FFFFFF", "#FF99BB")


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
    _show_cell(trace, image, story.anchor, axes[0, 0], axes[0, 1])
    _show_steps(image, story, (axes[0, 2], axes[0, 3], axes[1, 2]))
    _show_dropped(trace, image, story, axes[1, 0])
    _show_roi(trace, story, axes[1, 1])
    _show_mask(trace, story, axes[1, 3])
    anchor, proposal = story.anchor, story.proposal
    alt = f"Eight panels for one {story.class_name}: a square of the image, a cell of "
    alt += f"{anchor.level}, an anchor, a proposal, {len(proposal.suppressed)} boxes dropped for "
    return style.with_alt(axes, f"{alt}it, the RoI on {proposal.level}, the refined box, the mask.")


def _show_cell(trace, image, anchor, left, right):
    """The receptive field of the anchor's cell, on the image; the cell, on the map of its level."""
    style.show_image(image, left, "1 what the backbone sees")
    if anchor.receptive_field is not None:
        marks.draw_box(left, anchor.receptive_field, "white", width=1.4)
    stride = STRIDES[LEVELS.index(anchor.level)]
    colour = style.LEVEL_COLOURS[anchor.level]
    row, column = anchor.cell
    place = (column * stride, row * stride)
    left.add_patch(
        Rectangle(place, stride, stride, facecolor=colour, edgecolor=colour, linewidth=2)
    )
    title = f"2 the cell of {anchor.level}"
    style.show_map(activity(trace[anchor.level]), right, title, stride)
    right.add_patch(Rectangle(place, stride, stride, fill=False, edgecolor="white", linewidth=2))


def _show_steps(image, story, axes):
    """Three panels: the anchor, the proposal, the detection; the step before is dotted."""
    first, second, third = axes
    style.show_image(image, first, f"3 anchor: objectness {story.anchor.objectness:.2f}")
    marks.draw_box(first, story.anchor.box, ANCHOR, style.BEFORE, width=2.4)
    style.show_image(image, second, "4 moved: the proposal")
    marks.draw_box(second, story.anchor.box, ANCHOR, style.BEFORE, width=2.4)
    marks.draw_box(second, story.proposal.box, PROPOSAL, width=2.4)
    style.show_image(image, third, "7 refined: the detection")
    marks.draw_box(third, story.molded_box, DETECTION, width=2.4)
    marks.draw_box(third, story.proposal.box, PROPOSAL, style.BEFORE, width=2.4)
    for ax in axes:
        zoom(ax, _boxes_of(story), 0.35)


def _boxes_of(story):
    """The boxes [3, 4] that the panels should show."""
    return np.stack([story.anchor.box, story.anchor.moved, story.molded_box])


def _show_dropped(trace, image, story, ax):
    """The anchors that NMS dropped for this one, as their deltas moved them."""
    candidates = trace.rpn_candidates
    rows = np.flatnonzero(np.isin(candidates.source, story.proposal.suppressed))
    style.show_image(image, ax, f"5 NMS: {len(rows)} dropped for it")
    marks.draw_boxes(ax, candidates.boxes[rows], "white", style.BEFORE, 1.0)
    marks.draw_box(ax, story.proposal.box, PROPOSAL, width=2.4)
    zoom(ax, _boxes_of(story), 0.35)


def _show_roi(trace, story, ax):
    """The proposal as a RoI, on the map from which its features are pooled."""
    proposal = story.proposal
    stride = STRIDES[LEVELS.index(proposal.level)]
    title = f"6 pooled from {proposal.level}"
    style.show_map(activity(trace[proposal.level]), ax, title, stride=stride)
    marks.draw_box(ax, proposal.box, PROPOSAL, width=2.4)
    zoom(ax, _boxes_of(story), 0.35)


def _show_mask(trace, story, ax):
    """The detection on the photograph, with its mask."""
    colour = style.class_colour(story.class_id)
    style.show_image(trace.image, ax, f"8 {story.class_name}, {story.score:.2f}")
    marks.fill_mask(ax, story.mask, colour)
    marks.draw_box(ax, story.box, colour)
    zoom(ax, trace["window"].to_image(_boxes_of(story)), 0.35)


def show_reasons(counts: dict[str, int], words: dict[str, str], ax: Axes | None = None) -> Axes:
    """How many objects were lost, one bar per reason.

    Args:
        counts: reason -> number; words: reason -> what it means.
    """
    ax = style.new_axes(ax, style.PAGE_WIDTH, 0.34 * len(counts) + 0.7)
    count_bars(ax, counts, "found", [words[name] for name in counts])
    ax.set(xlabel="objects", xlim=(0, max(counts.values()) * 1.1))
    rows = "; ".join(f"{words[name]} {number}" for name, number in counts.items())
    return style.with_alt(ax, f"Bars, how many objects: {rows}.")


def show_lost(
    image: np.ndarray,
    boxes: np.ndarray,
    reasons: Sequence[str],
    words: dict[str, str],
    ax: Axes | None = None,
) -> Axes:
    """Objects on an image, each with the step that lost it; one colour per step.

    Args:
        image: [H, W, 3] uint8; boxes: [G, 4], pixels of the image.
        reasons: G keys of `words`: reason -> what it means.
    """
    ax = style.show_image(image, style.new_axes(ax, style.PAGE_WIDTH, 4.6))
    order = [reason for reason in words if reason in set(reasons)]
    handles: list[Line2D] = []
    for number, reason in enumerate(order, start=1):
        here = [i for i, name in enumerate(reasons) if name == reason]
        found = reason == "found"
        colour = style.POSITIVE if found else LOST_COLOURS[(number - 1) % len(LOST_COLOURS)]
        marks.draw_boxes(ax, boxes[here], colour, width=1.8)
        for y1, x1, _, _ in () if found else boxes[here]:
            marks.write(ax, x1, y1, str(number), colour, style.TEXT_SIZE + 1)
        text = textwrap.fill(f"{len(here)} x {words[reason]}", 36)
        handles.append(Line2D([], [], color=colour, linewidth=3, label=f"{number}  {text}"))
    legend_beside(ax, handles, [str(handle.get_label()) for handle in handles])
    rows = "; ".join(f"{reasons.count(name)} x {words[name]}" for name in order)
    return style.with_alt(ax, f"An image with boxes around its objects: {rows}.")
