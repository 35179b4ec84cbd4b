"""Pictures of anchors: those of one cell per level, their centres, those with the best scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from maskrcnn_explained.config import LEVELS, STRIDES, ceil_div
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import GROUND_STEP, few_shades, legend_beside


def anchors_at(
    y: int, x: int, image_size: Sequence[int], ratios: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """The anchors of the five cells, one per level, that contain one pixel.

    Args:
        y, x: the pixel, in the molded image.
        image_size: (H, W) of the molded image, multiples of 64.
        ratios: R, anchors per cell.

    Returns:
        indices [5 * R] int into the anchors, and their levels [5 * R] int, 0 for P2.
    """
    indices: list[int] = []
    start = 0
    for stride in STRIDES:
        height, width = (ceil_div(side, stride) for side in image_size)
        first = start + (y // stride * width + x // stride) * ratios
        indices += range(first, first + ratios)
        start += height * width * ratios
    return np.array(indices), np.repeat(np.arange(len(STRIDES)), ratios)


def show_cell_anchors(
    image: np.ndarray,
    anchors: np.ndarray,
    levels: np.ndarray,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw some anchors in the colours of their levels; their sizes are in the legend.

    A square below the legend shows the smallest ones enlarged.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors: [N, 4] pixels of the molded image, such as the three of one cell per level.
        levels: [N] integers, 0 for P2 .. 4 for P6.

    Returns the axes.
    """
    height, width = image.shape[:2]
    ax = style.new_axes(ax, 7.5, 6.0 * height / width + 0.3)
    style.show_image(few_shades(image, GROUND_STEP), ax, title)
    for i in np.argsort(-np.asarray(levels), kind="stable"):  # the largest first
        marks.draw_box(ax, anchors[i], style.LEVEL_COLOURS[LEVELS[levels[i]]])
    present = sorted({int(level) for level in levels})
    sides = [_side(np.asarray(anchors)[np.asarray(levels) == level][0]) for level in present]
    texts = [f"{LEVELS[i]}: {side:.0f} pixels" for i, side in zip(present, sides, strict=True)]
    _level_legend(ax, [LEVELS[i] for i in present], texts, high=len(present) > 1)
    if len(present) > 1:
        _inset(ax, image, np.asarray(anchors), np.asarray(levels), present)
    alt = f"An image with {len(anchors)} anchors around one place: {', '.join(texts)}."
    return style.with_alt(ax, alt)


def _inset(ax, image, anchors, levels, present):
    """The anchors of the two finest levels, enlarged, in axes below the legend."""
    fine = anchors[levels <= present[1]]
    low, high = fine[:, :2].min(0) - 4, fine[:, 2:].max(0) + 4
    inset = ax.inset_axes((1.04, 0.0, 0.42, 0.5))
    style.show_image(few_shades(image, GROUND_STEP), inset)
    for box, level in zip(anchors, levels, strict=True):
        marks.draw_box(inset, box, style.LEVEL_COLOURS[LEVELS[level]], width=2.0)
    inset.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]))
    inset.set_title("the middle, enlarged", fontsize=style.TEXT_SIZE)
    ax.indicate_inset_zoom(inset, edgecolor="white", alpha=1)


def _side(box):
    """Side of the square with the area of a box [4]."""
    y1, x1, y2, x2 = np.asarray(box, float)
    return np.sqrt((y2 - y1) * (x2 - x1))


def _level_legend(ax, names, texts, high=False):
    """A text for the colour of each level, to the right of the picture; or there at the top."""
    handles = [Patch(facecolor=style.LEVEL_COLOURS[name]) for name in names]
    legend_beside(ax, handles, texts)
    if high:
        ax.get_legend().set(loc="upper left")
        ax.get_legend().set_bbox_to_anchor((1.02, 1.03))
    return ax


def show_anchor_centres(
    half: np.ndarray, corner: np.ndarray, stride: int, ax: Axes | None = None
) -> Axes:
    """The centres of a few cells' anchors in both dialects, over the grid of cells.

    Args:
        half, corner: [N, 4] anchors of the same cells, in each dialect.
        stride: pixels per cell.

    Returns the axes.
    """
    ax = style.new_axes(ax, 5.5, 3.4)
    marks = (
        (half, "o", style.POSITIVE, '"half": (index + 1/2) * stride'),
        (corner, "s", style.NEGATIVE, '"corner": index * stride'),
    )
    end = np.array([stride, stride])  # (y, x) of the far corner of the grid
    for boxes, mark, colour, label in marks:
        centres = (np.asarray(boxes)[:, :2] + np.asarray(boxes)[:, 2:]) / 2
        ax.plot(centres[:, 1], centres[:, 0], mark, color=colour, markersize=9, label=label)
        end = np.maximum(end, np.ceil(centres.max(0) / stride) * stride)
    bottom, right = end
    ax.set(xlabel="x (pixels)", ylabel="y (pixels)", aspect="equal")
    ax.set(xticks=np.arange(0, right + 1, stride), yticks=np.arange(0, bottom + 1, stride))
    ax.set(xlim=(-stride / 2, right), ylim=(bottom, -stride / 2))
    ax.grid(color="#bbbbbb")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    alt = (
        f"A grid of cells of {stride} pixels: round marks in the middle of each cell, square marks "
        "on its top left corner."
    )
    return style.with_alt(ax, alt)


def show_best_anchors(
    image: np.ndarray,
    anchors: np.ndarray,
    scores: np.ndarray,
    levels: np.ndarray,
    number: int = 100,
    boxes: int = 30,
    ax: Axes | None = None,
) -> Axes:
    """The anchors with the best scores: a dot at each centre, and the box of the first few.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors: [A, 4]; scores: [A]; levels: [A] integers, 0 for P2.
        number: how many anchors get a dot; boxes: how many of them get a box, too.

    Returns the axes.
    """
    height, width = image.shape[:2]
    ax = style.new_axes(ax, 7.5, 6.0 * height / width + 0.3)
    title = f"the {number} best anchors; the first {boxes} as boxes"
    style.show_image(few_shades(image, GROUND_STEP), ax, title)
    best = np.argsort(-np.asarray(scores), kind="stable")[:number]
    colours = [style.LEVEL_COLOURS[LEVELS[level]] for level in np.asarray(levels)[best]]
    anchors = np.asarray(anchors)[best]
    marks.draw_boxes(ax, anchors[:boxes], colours[:boxes], line=style.BEFORE, width=1.8)
    centres = (anchors[:, :2] + anchors[:, 2:]) / 2
    ax.scatter(centres[:, 1], centres[:, 0], c=colours, s=26, edgecolors="#222222", zorder=3)
    counts = np.bincount(np.asarray(levels)[best], minlength=len(LEVELS))
    texts = [f"{name}: {count} anchors" for name, count in zip(LEVELS, counts, strict=True)]
    _level_legend(ax, LEVELS, texts)
    alt = f"An image with dots at the centres of the {number} best anchors ({', '.join(texts)}), "
    return style.with_alt(ax, f"{alt}and the first {boxes} of them as dotted boxes.")
