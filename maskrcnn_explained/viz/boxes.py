"""Pictures of box arithmetic: deltas, boxes before and after they move, NMS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import GROUND_STEP, few_shades, legend_beside

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def show_boxes(
    image: np.ndarray,
    boxes: np.ndarray,
    colours: str | Sequence[str],
    ax: Axes | None = None,
    title: str = "",
    line: str = style.AFTER,
) -> Axes:
    """Boxes [N, 4] on an image; `colours` is one colour or N. Returns the axes."""
    height, width = image.shape[:2]
    ax = style.new_axes(ax, 6.0, 6.0 * height / width + 0.3)
    style.show_image(few_shades(image, GROUND_STEP), ax, title)
    return marks.draw_boxes(ax, boxes, colours, line)


def show_refinement(
    image: np.ndarray,
    anchors: np.ndarray,
    refined: Sequence[np.ndarray],
    axes: Any = None,
    titles: Sequence[str] = ("", ""),
) -> np.ndarray:
    """Anchors (dotted) and what their deltas made of them (solid), one colour per pair.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors: [N, 4] pixels.
        refined: list of [N, 4], one per panel (such as before and after clipping).
        axes: one axes per panel; None makes a row of them.

    Returns the axes.
    """
    height, width = image.shape[:2]
    number = len(refined)
    if axes is None:
        axes = style.axes_grid(1, number, style.PAGE_WIDTH / number * height / width + 0.5)[0]
    margin = 30  # pixels of white around the image, so that boxes beyond its edge can be seen
    for ax, boxes, title in zip(axes, refined, titles, strict=True):
        style.show_image(few_shades(image, GROUND_STEP), ax, title)
        colours = [style.class_colour(1 + i) for i in range(len(anchors))]
        marks.draw_boxes(ax, anchors, colours, line=style.BEFORE)
        marks.draw_boxes(ax, boxes, colours, line=style.AFTER, width=2.0)
        ax.set(xlim=(-margin, width + margin), ylim=(height + margin, -margin))
    return axes


def show_nms(
    boxes: np.ndarray,
    scores: np.ndarray,
    kept: np.ndarray,
    reasons: dict[int, tuple[int, float]] | None = None,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """A few boxes with letters: kept ones solid and green, dropped ones dotted and grey.

    Args:
        boxes: [N, 4]; scores: [N]; kept: indices of the kept boxes.
        reasons: {dropped index: (index of the box that dropped it, IoU)}, for the labels.

    Returns the axes.
    """
    ax = style.new_axes(ax, 8.0, 4.4)
    all_kept = {int(k) for k in kept}
    for i, (box, score) in enumerate(zip(boxes, scores, strict=True)):
        is_kept = i in all_kept
        colour = style.POSITIVE if is_kept else "#777777"
        text = f"{LETTERS[i]}  score {score:.2f}"
        if not is_kept and reasons and i in reasons:
            by, overlap = reasons[i]
            text += f", dropped: IoU {overlap:.2f} with {LETTERS[by]}"
        y1, x1, y2 = (float(v) for v in box[:3])
        marks.draw_box(ax, box, colour, style.AFTER if is_kept else style.BEFORE, width=2.2)
        y = y1 + (0.15 + 0.22 * (i % 3)) * (y2 - y1)
        ax.text(x1 + 0.9, y, LETTERS[i], color=colour, fontsize=13, va="top", weight="bold")
        ink = "#00664b" if is_kept else "#444444"
        y = 0.95 - 0.13 * i
        ax.text(1.02, y, text, transform=ax.transAxes, fontsize=11, va="top", color=ink)
    low = np.min(boxes, 0)
    high = np.max(boxes, 0)
    ax.set(xlim=(low[1] - 6, high[3] + 6), ylim=(high[2] + 6, low[0] - 6), aspect="equal")
    ax.set(xlabel="x (pixels)", ylabel="y (pixels)", title=title)
    return ax


def show_delta_histograms(deltas: np.ndarray, std: Sequence[float] | None = None) -> np.ndarray:
    """How the four deltas are distributed: one histogram per delta, with its std in the title.

    Args:
        deltas: [N, 4] (dy, dx, dh, dw).
        std: four numbers; lines mark each of them, and minus it; None draws no lines.

    Returns the axes.
    """
    axes = style.axes_grid(1, 4, 2.4)[0]
    for i, (ax, name) in enumerate(zip(axes, ("dy", "dx", "dh", "dw"), strict=True)):
        values = np.asarray(deltas)[:, i]
        ax.hist(values, bins=np.linspace(-0.8, 0.8, 41), color="#0072B2")
        ax.set_title(f"{name}: std {values.std():.2f}", fontsize=style.TEXT_SIZE + 1)
        ax.set(yticks=[], xlabel="log of a factor" if i > 1 else "in anchor sizes")
        if std is not None:
            for mark in (-std[i], std[i]):
                line = ax.axvline(mark, color=style.NEGATIVE, linestyle="--", linewidth=1.5)
    if std is not None:
        words = "divided by this: the std of the Config"
        axes[0].figure.legend([line], [words], loc="outside lower center", frameon=False)
    return axes


def show_chain(
    image: np.ndarray,
    boxes: np.ndarray,
    ax: Axes | None = None,
    names: Sequence[str] = ("anchor", "proposal", "detection"),
) -> Axes:
    """One instance on its way: its box after each step, on the part of the image around them.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        boxes: [3, 4] pixels: anchor (drawn dotted), proposal (dashed), detection (solid).

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.0, 3.8)
    style.show_image(few_shades(image, GROUND_STEP), ax)
    lines: Any = (style.BEFORE, "--", style.AFTER)
    handles = []
    for box, colour, line in zip(boxes, style.STEP_COLOURS.values(), lines, strict=True):
        patch = marks.draw_box(ax, box, colour, line, width=2.4).patches[-1]
        patch.set_zorder(2 if line == style.AFTER else 3)  # a solid line would hide the others
        handles.append(Line2D([], [], color=colour, linestyle=line, linewidth=2.4))
    low = np.min(boxes, 0)[:2] - 12
    high = np.max(boxes, 0)[2:] + 12
    ax.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]))
    return legend_beside(ax, handles, names, style.TEXT_SIZE + 2)
