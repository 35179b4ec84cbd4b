"""Pictures of detections, of the ground truth, and of the last stage step by step (notebook 06)."""

from __future__ import annotations

import collections
import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.tracing.candidates import refine
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import few_shades, visible_image, zoom

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections
    from maskrcnn_explained.tracing.trace import Trace

# Colours of the boxes that NMS drops. None is green: green is the winner.
LOSERS = ("#EE7733", "#0077BB", "#EE3377", "#33BBEE", "#AA4499", "#CCBB44", "#332288", "#999999")


def show_detections(
    image: np.ndarray,
    detections: Detections,
    ax: Axes | None = None,
    labels: bool = True,
    title: str = "",
) -> Axes:
    """Draw boxes, masks, names and scores.

    Args:
        image: [H, W, 3] uint8 or [H, W].
        detections: what `MaskRCNN.detect` returned for it.
        ax: axes to draw on; None makes a figure.
        labels: whether to write names and scores.

    Returns the axes.
    """
    height, width = image.shape[:2]
    alone = ax is None
    ax = style.new_axes(ax, style.PAGE_WIDTH, style.PAGE_WIDTH * height / width)
    style.show_image(image, ax, title)
    rows = zip(
        detections.boxes,
        detections.class_ids,
        detections.class_names,
        detections.scores,
        detections.masks,
        strict=True,
    )
    for box, class_id, name, score, mask in rows:
        colour = style.class_colour(class_id)
        marks.fill_mask(ax, mask, colour)
        marks.draw_box(ax, box, colour, label=f"{name} {score:.2f}" if labels else "")
    alt = f"An image with {len(detections)} detections: {_tally(detections.class_names)}."
    return style.with_alt(ax, alt) if alone else ax


def _tally(names: Sequence[str]) -> str:
    """How often each name is there, in words: "3 disk, 1 star"."""
    counts = collections.Counter(names)
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "none"


def show_sample(
    sample: Sample,
    class_names: Sequence[str],
    ax: Axes | None = None,
    title: str = "",
    labels: bool = True,
) -> Axes:
    """Draw the ground truth of a Sample: masks, boxes and names; crowd regions in grey, dotted.

    Returns the axes.
    """
    alone = ax is None
    ax = style.show_image(sample.image, ax, title)
    rows = zip(sample.boxes, sample.class_ids, sample.masks, sample.crowd, strict=True)
    for box, class_id, mask, crowd in rows:
        colour = style.IGNORED if crowd else style.class_colour(class_id)
        marks.fill_mask(ax, mask, colour, alpha=0.3)
        name = f"{class_names[class_id]} (crowd)" if crowd else class_names[class_id]
        line = style.BEFORE if crowd else style.AFTER
        marks.draw_box(ax, box, colour, line, width=1.2, label=name if labels else "")
    names = [class_names[class_id] for class_id in sample.class_ids]
    return style.with_alt(ax, f"An image with its true objects: {_tally(names)}.") if alone else ax


def show_samples(
    samples: Sequence[Sample], class_names: Sequence[str], columns: int = 6
) -> np.ndarray:
    """A sheet of samples with their masks. Returns the array of axes."""
    rows = math.ceil(len(samples) / columns)
    axes = style.axes_grid(rows, columns, style.PAGE_WIDTH * rows / columns)
    for ax in axes.flat:
        ax.axis("off")
    for ax, sample in zip(axes.flat, samples, strict=False):
        sample = dataclasses.replace(sample, image=few_shades(sample.image))
        show_sample(sample, class_names, ax, labels=False)
    return style.with_alt(axes, f"{len(samples)} images, the true masks tinted by class.")


def show_detection_steps(trace: Trace, labels: bool = False) -> np.ndarray:
    """The last stage in four panels: RoIs by class, refined, above the threshold, after NMS.

    Args:
        trace: a Trace. The pictures show its molded image.
    """
    image = visible_image(trace["molded_image"], trace.config.mean_pixel)
    axes = style.axes_grid(2, 2, 2 * (style.PAGE_WIDTH / 2) * image.shape[0] / image.shape[1] + 0.8)
    _show_rois(trace, image, axes[0, 0], axes[0, 1])
    _show_candidates(trace, image, axes[1, 0], axes[1, 1])
    titles = "; ".join(ax.get_title() for ax in axes.flat)
    return style.with_alt(axes, f"Four copies of an image with boxes: {titles}.")


def _show_rois(trace, image, left, right):
    """RoIs by their best class; those that are not background, moved by their deltas."""
    real = np.flatnonzero(trace["proposal_anchors"] >= 0)
    rois = trace["proposals"][real]
    best = trace["class_probs"][real].argmax(1)
    some = best > 0
    title = f"{len(rois)} RoIs: {some.sum()} called objects; the rest: dots"
    style.show_image(image, left, title)
    centres = (rois[~some, :2] + rois[~some, 2:]) / 2
    look: Any = dict(color="white", markersize=5, markeredgecolor="#222222", markeredgewidth=0.8)
    left.plot(centres[:, 1], centres[:, 0], ".", **look)
    colours = [style.class_colour(i) for i in best[some]]
    marks.draw_boxes(left, rois[some], colours, width=1.0)
    style.show_image(image, right, "refined (before: dotted)")
    marks.draw_boxes(right, rois[some], "white", style.BEFORE, 0.8)
    marks.draw_boxes(right, refine(trace, real[some], best[some]), colours, width=1.0)


def _show_candidates(trace, image, left, right):
    """What NMS is given, with the number of pairs that claim one object; and what it keeps."""
    candidates = trace.detection_candidates
    title = f"{len(candidates)} pairs of at least {trace.min_score:g} (numbers: per winner)"
    style.show_image(image, left, title)
    colours = [style.class_colour(i) for i in candidates.group]
    marks.draw_boxes(left, candidates.boxes, colours, width=1.0)
    won = np.flatnonzero(candidates.won >= 0)
    style.show_image(image, right, f"{len(won)} after NMS")
    marks.draw_boxes(right, candidates.boxes[won], [colours[i] for i in won], width=2.0)
    for winner in won:
        y1, x1, y2, x2 = candidates.boxes[winner]
        claims = f"{1 + len(candidates.dropped_by(winner))}"
        marks.write(left, (x1 + x2) / 2, (y1 + y2) / 2, claims, align="center")


def show_claims(trace: Trace, missed: np.ndarray) -> np.ndarray:
    """The two last panels of `show_detection_steps`, with names, scores, and what was missed.

    Args:
        trace: a Trace; missed: [n, 4], boxes of the objects that were not found, in pixels of the
            image; they are drawn dotted, in white.

    Returns the axes, [2].
    """
    image = visible_image(trace["molded_image"], trace.config.mean_pixel)
    axes = style.axes_grid(1, 2, (style.PAGE_WIDTH / 2) * image.shape[0] / image.shape[1] + 0.4)[0]
    _show_candidates(trace, image, *axes)
    found = trace.detections
    boxes = trace["window"].to_molded(found.boxes)
    taken: list[tuple[float, float]] = []
    for (y1, x1, y2, _), name, score in zip(boxes, found.class_names, found.scores, strict=True):
        places = [(y1, True), (y2, False), (y1 + 1, False), (y2 - 1, True)]
        free = [
            p for p in places if not any(abs(p[0] - y) < 9 and abs(x1 - x) < 45 for y, x in taken)
        ]
        y, above = [*free, places[0]][0]
        marks.write(axes[1], x1, y, f"{name} {score:.2f}", above=above)
        taken.append((y, x1))
    for box in trace["window"].to_molded(np.reshape(missed, (-1, 4))):
        marks.draw_box(axes[1], box, "white", style.BEFORE, "missed", width=2.2)
    alt = f"A scene; left all pairs above the threshold, many per object; right {len(found)} "
    return style.with_alt(axes, f"{alt}detections, and {len(missed)} missed objects, dotted.")


def show_suppression(
    image: np.ndarray, winner: np.ndarray, dropped: np.ndarray, lines: Sequence[str]
) -> tuple[Axes, Axes]:
    """One winner of NMS and the boxes that it dropped, and a line of text about each.

    Args:
        image: [H, W, 3] of the molded image; winner: [4]; dropped: [n, 4].
        lines: n + 1 texts, first about the winner, then about each box that it dropped.
    """
    left, right = style.axes_grid(1, 2, 3.8)[0]
    style.show_image(image, left)
    colours = [LOSERS[i % len(LOSERS)] for i in range(len(dropped))]
    marks.draw_box(left, winner, style.POSITIVE, width=3.0)
    marks.draw_boxes(left, dropped, colours, style.BEFORE, 1.8)
    zoom(left, np.concatenate([dropped, winner[None]]), 0.15)
    right.axis("off")
    _show_corner(image, winner, dropped, colours, right.inset_axes((0.05, 0, 0.9, 0.46)))
    for i, (text, colour) in enumerate(zip(lines, [style.POSITIVE, *colours], strict=True)):
        y, line = 0.97 - 0.09 * i, "-" if i == 0 else style.BEFORE
        right.plot([0.0, 0.07], [y, y], line, color=colour, linewidth=3)
        right.text(0.1, y, text, va="center", fontsize=11, weight="normal" if i else "bold")
    right.set(xlim=(0, 1), ylim=(0, 1))
    style.with_alt(left, f"Boxes on one place: {'; '.join(lines)}. Below, a corner is enlarged.")
    return left, right


def _show_corner(image, winner, dropped, colours, ax):
    """The lower right corner of the winner, enlarged, with what lies there of the others."""
    _, _, y, x = winner
    size = 0.15 * (winner[2:] - winner[:2]).max()
    style.show_image(image, ax, "its lower right corner, enlarged")
    marks.draw_box(ax, winner, style.POSITIVE, width=3.0)
    marks.draw_boxes(ax, dropped, colours, style.BEFORE, 2.4)
    ax.set(xlim=(x - 2.8 * size, x + 1.2 * size), ylim=(y + 0.4 * size, y - 1.4 * size))
