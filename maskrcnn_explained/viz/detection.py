"""Pictures of detections, of the ground truth, and of the last stage step by step (notebook 06)."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from skimage import color

from maskrcnn_explained.tracing.candidates import refine
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import count_bars, few_shades, visible_image, zoom

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
    return ax


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
    ax = style.show_image(sample.image, ax, title)
    rows = zip(sample.boxes, sample.class_ids, sample.masks, sample.crowd, strict=True)
    for box, class_id, mask, crowd in rows:
        colour = style.IGNORED if crowd else style.class_colour(class_id)
        marks.fill_mask(ax, mask, colour, alpha=0.3)
        name = f"{class_names[class_id]} (crowd)" if crowd else class_names[class_id]
        line = style.BEFORE if crowd else style.AFTER
        marks.draw_box(ax, box, colour, line, width=1.2, label=name if labels else "")
    return ax


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
    return axes


def show_detection_steps(trace: Trace, labels: bool = False) -> np.ndarray:
    """The last stage in four panels: RoIs by class, refined, above the threshold, after NMS.

    Args:
        trace: a Trace. The pictures show its molded image.
    """
    image = few_shades(visible_image(trace["molded_image"], trace.config.mean_pixel), 16)
    axes = style.axes_grid(2, 2, 2 * (style.PAGE_WIDTH / 2) * image.shape[0] / image.shape[1] + 0.8)
    _show_rois(trace, image, axes[0, 0], axes[0, 1])
    _show_candidates(trace, image, axes[1, 0], axes[1, 1])
    return axes


def _show_rois(trace, image, left, right):
    """RoIs by their best class; those that are not background, moved by their deltas."""
    real = np.flatnonzero(trace["proposal_anchors"] >= 0)
    rois = trace["proposals"][real]
    best = trace["class_probs"][real].argmax(1)
    some = best > 0
    title = f"{len(rois)} RoIs: {some.sum()} objects, the rest background (dots: centres)"
    style.show_image(image, left, title)
    centres = (rois[~some, :2] + rois[~some, 2:]) / 2
    look: Any = dict(color=style.CLASS_COLOURS[0], markersize=4, markeredgecolor="#222222")
    left.plot(centres[:, 1], centres[:, 0], ".", **look)
    colours = [style.class_colour(i) for i in best[some]]
    marks.draw_boxes(left, rois[some], colours, width=1.0)
    style.show_image(image, right, "refined (before: dotted)")
    marks.draw_boxes(right, rois[some], "white", style.BEFORE, 0.8)
    marks.draw_boxes(right, refine(trace, real[some], best[some]), colours, width=1.0)


def _show_candidates(trace, image, left, right):
    """What NMS is given, and what it keeps."""
    candidates = trace.detection_candidates
    title = f"{len(candidates)} (RoI, class) pairs of at least {trace.min_score:g}"
    style.show_image(image, left, title)
    colours = [style.class_colour(i) for i in candidates.group]
    marks.draw_boxes(left, candidates.boxes, colours, width=1.0)
    won = np.flatnonzero(candidates.won >= 0)
    style.show_image(image, right, f"{len(won)} after NMS")
    marks.draw_boxes(right, candidates.boxes[won], [colours[i] for i in won], width=2.0)


def show_suppression(
    image: np.ndarray, winner: np.ndarray, dropped: np.ndarray, lines: Sequence[str]
) -> tuple[Axes, Axes]:
    """One winner of NMS and the boxes that it dropped; beside them a line of text about each.

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
    for i, (text, colour) in enumerate(zip(lines, [style.POSITIVE, *colours], strict=True)):
        look: Any = dict(color=colour, fontsize=11, weight="bold" if i == 0 else "normal")
        right.text(0, 0.97 - 0.085 * i, text, va="top", transform=right.transAxes, **look)
    return left, right


def show_sampled_pixel(
    small: np.ndarray,
    position: Sequence[float],
    weights: dict[tuple[int, int], float],
    value: float,
) -> Axes:
    """How the value of one pixel is read from the small mask: four neighbours and their weights.

    Args:
        small: [28, 28]; position: (row, column) in its cells; the centre of cell i is i + 1/2.
        weights: {(row, column): weight}; value: the sum.
    """
    ax = style.new_axes(None, 5.4, 4.6)
    ax.imshow(small, extent=(0, small.shape[1], small.shape[0], 0), cmap="gray", vmin=0, vmax=1)
    for (row, column), weight in weights.items():
        ax.text(
            column + 0.5,
            row + 0.78,
            f"{small[row, column]:.3f} x {weight:.3f}",
            ha="center",
            va="center",
            color="white",
            fontsize=9,
            bbox=dict(facecolor="#222222", linewidth=0),
        )
        ax.plot(column + 0.5, row + 0.5, "o", color="#66CCEE", markersize=7, markeredgecolor="k")
    ax.plot(position[1], position[0], "P", color=style.NEGATIVE, markersize=12, markeredgecolor="w")
    ax.set_title(f"the pixel's centre (cross) reads {value:.3f}", fontsize=style.TEXT_SIZE + 1)
    y, x = position
    ax.set(
        xlim=(x - 1.7, x + 1.7),
        ylim=(y + 1.7, y - 1.7),
        xlabel="column of the small mask",
        ylabel="row",
    )
    return ax


def show_reasons(counts: dict[str, int], words: dict[str, str], ax: Axes | None = None) -> Axes:
    """How many objects were lost, one bar per reason.

    Args:
        counts: reason -> number; words: reason -> what it means.
    """
    ax = style.new_axes(ax, style.PAGE_WIDTH, 0.34 * len(counts) + 0.7)
    count_bars(ax, counts, "found", [words[name] for name in counts])
    ax.set(xlabel="objects", xlim=(0, max(counts.values()) * 1.1))
    return ax


def show_splash(
    image: np.ndarray, masks: np.ndarray, ax: Axes | None = None, title: str = ""
) -> Axes:
    """Colour splash: pixels in a mask keep their colours, all others turn grey.

    Args:
        image: [H, W, 3] uint8; masks: [D, H, W] bool.
    """
    grey = np.repeat(np.round(color.rgb2gray(image) * 255).astype(np.uint8)[..., None], 3, -1)
    inside = np.asarray(masks.any(0))[..., None]
    height, width = image.shape[:2]
    ax = style.new_axes(ax, 4.0, 4.0 * height / width + 0.3)
    return style.show_image(np.where(inside, image, grey), ax, title)
