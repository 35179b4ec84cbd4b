"""Pictures of notebook 04: the levels of RoIs, bilinear reading, and what is pooled from a RoI.

`ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import log2_axis
from maskrcnn_explained.viz.roi_align_sampling import HIGHLIGHT


def show_levels(
    image: np.ndarray,
    boxes: np.ndarray,
    levels: np.ndarray,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw RoIs [M, 4], each in the colour of the level from which it is pooled.

    Args:
        image: [H, W, 3] uint8; `boxes` are in its pixels.
        levels: [M] integers 2..5, as `roi_levels` returns them.
    """
    ax = style.show_image(image, ax, title)
    for box, level in zip(np.asarray(boxes), np.asarray(levels), strict=True):
        name = f"P{level}"
        marks.draw_box(ax, box, style.LEVEL_COLOURS[name], label=name)
    alt = "Boxes on photos, each with the pyramid level that it is pooled from, and in its colour."
    return style.with_alt(ax, alt)


def show_level_rules(sizes: np.ndarray, levels: dict, axes: Any = None) -> np.ndarray:
    """Two panels: the level of a square RoI by its side; how many cells of that level it spans.

    Args:
        sizes: [n] sides, pixels, in ascending order.
        levels: name of a rule -> [n] levels 2..5.
    """
    axes = style.axes_grid(1, 2, 3.4)[0] if axes is None else axes
    looks = (("#0072B2", "-"), ("#E69F00", "--"))
    for (name, level), (colour, line) in zip(levels.items(), looks, strict=True):
        strides = np.take(STRIDES, np.asarray(level) - 2)
        axes[0].plot(sizes, level, line, color=colour, label=name, linewidth=2)
        axes[1].plot(sizes, sizes / strides, line, color=colour, label=name, linewidth=2)
    axes[0].set(yticks=[2, 3, 4, 5], yticklabels=["P2", "P3", "P4", "P5"], ylabel="level")
    axes[1].set(ylabel="cells per side")
    titles = ("Which level a RoI is pooled from", "How many of its cells a RoI spans")
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title, fontsize=11)
        log2_axis(ax, sizes)
        ax.set_xlabel("side of a square RoI, pixels")
        ax.grid(alpha=0.3)
        ax.legend(fontsize=9)
    alt = (
        "Left: level against RoI size, one staircase per rule; with rounding the steps come "
        "earlier, by a factor of 1.4. Right: how many cells a RoI spans, one sawtooth per rule."
    )
    return style.with_alt(axes, alt)


def show_bilinear(values: np.ndarray, point: Sequence[float], ax: Axes | None = None) -> Axes:
    """Draw a small map with its numbers, and the four weights of one sampling point as areas.

    The weight of a cell is the area of the rectangle between the point and the *opposite* cell.

    Args:
        values: [h, w], a map small enough to read.
        point: (y, x) in map indices, between the centres of four cells.
    """
    ax = style.new_axes(ax, 4.6, 4.6)
    style.show_map(np.asarray(values), ax, cmap="Blues", vmin=0, vmax=2 * np.max(values))
    # In the picture the centre of cell (0, 0) is at (0.5, 0.5).
    y, x = np.asarray(point) + 0.5
    top, left = np.floor(point) + 0.5
    colours = ("#E69F00", "#009E73", "#CC79A7", "#D55E00")
    corners = [(top + dy, left + dx) for dy in (0, 1) for dx in (0, 1)]
    for (cy, cx), colour in zip(corners, colours, strict=True):
        far_y = 2 * top + 1 - cy  # of the opposite corner
        far_x = 2 * left + 1 - cx
        height = abs(far_y - y)
        width = abs(far_x - x)
        weight = height * width
        corner = (min(far_x, x), min(far_y, y))
        ax.add_patch(Rectangle(corner, width, height, color=colour, alpha=0.6))
        ax.plot(cx, cy, "o", color=colour, markersize=30, markeredgecolor="#222222")
        away = -0.26 if cy < y else 0.32  # off the coloured rectangles
        ax.text(cx, cy + away, f"x {weight:.4g}", ha="center", fontsize=10, color="#222222")
    for (row, column), value in np.ndenumerate(np.asarray(values)):
        ax.text(column + 0.5, row + 0.5, f"{value:g}", ha="center", va="center", fontsize=12)
    ax.plot(x, y, "o", color="white", markersize=10, markeredgecolor="#222222", zorder=6)
    alt = (
        "A small map with its numbers. A white point between four cell centres cuts the square "
        "between them into four rectangles, whose areas are the weights of the opposite cells."
    )
    return style.with_alt(ax, alt)


def show_pooled(
    crop: np.ndarray, region: np.ndarray, pooled: dict[int, np.ndarray], channels: Sequence[int]
) -> np.ndarray:
    """Left: the photo inside a RoI with its bins. Right: the cells under it and the pooled values.

    Args:
        crop: [h, w, 3] uint8, the photo inside the RoI.
        region: [r, c, C], the cells under the RoI.
        pooled: bins per side -> [size, size, C], for two sizes.
        channels: the three channels to draw, one per column.
    """
    axes = style.axes_grid(3, 4, 6.9)
    height, width = crop.shape[:2]
    for row, (size, values) in zip(axes, ({1: region} | pooled).items(), strict=True):
        title = f"{size} x {size} bins" if size > 1 else "cells under it"
        style.show_image(crop, row[0], f"photo, {title}" if size > 1 else "photo in the RoI")
        row[0].hlines(np.linspace(0, height, size + 1), 0, width, colors=HIGHLIGHT, linewidth=0.8)
        row[0].vlines(np.linspace(0, width, size + 1), 0, height, colors=HIGHLIGHT, linewidth=0.8)
        for ax, channel in zip(row[1:], channels, strict=True):
            own = region[..., channel]
            name = f"channel {channel}: {title}"
            style.show_map(values[..., channel], ax, name, vmin=own.min(), vmax=own.max())
    alt = (
        "The photo of one object, and three channels of its features, one per column: the cells "
        "under the box, and below them the bins of two grids as RoIAlign pools them."
    )
    return style.with_alt(axes, alt)
