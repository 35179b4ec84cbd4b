"""Pictures of notebook 04: levels of RoIs, where each pooling operator reads, what it pools.

An operator is called by its name in `roi_align.OPERATORS`. `box` is [4], pixels of the molded
image; `stride` is pixels per cell, `size` bins per side; `ax=None` makes a figure; axes are
returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.roi_align_sampling import (
    HIGHLIGHT,
    OPERATOR_COLOURS,
    OPERATOR_NAMES,
    draw_cells,
)


def show_levels(
    image: np.ndarray,
    boxes: np.ndarray,
    levels: np.ndarray,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw RoIs [M, 4] in the colour of the level that each is pooled from.

    Args:
        image: [H, W, 3] uint8; `boxes` are in its pixels.
        levels: [M] integers 2..5, what `roi_levels` gave.
    """
    ax = style.show_image(image, ax, title)
    for box, level in zip(np.asarray(boxes), np.asarray(levels), strict=True):
        name = f"P{level}"
        style.draw_box(ax, box, style.LEVEL_COLOURS[name], label=name)
    return ax


def show_level_rules(sizes: Any, levels: dict, axes: Any = None) -> np.ndarray:
    """Two panels: the level of a square RoI by its side, and how many cells of that level it spans.

    Args:
        sizes: [n] sides, pixels, rising.
        levels: name of a rule -> [n] levels 2..5.
    """
    axes = style.axes_grid(1, 2, 3.4)[0] if axes is None else axes
    looks = ("#0072B2", "-"), ("#E69F00", "--")
    for (name, level), (colour, line) in zip(levels.items(), looks, strict=True):
        strides = np.take(STRIDES, np.asarray(level) - 2)
        axes[0].plot(sizes, level, line, color=colour, label=name, linewidth=2)
        axes[1].plot(sizes, sizes / strides, line, color=colour, label=name, linewidth=2)
    axes[0].set(yticks=[2, 3, 4, 5], yticklabels=["P2", "P3", "P4", "P5"], ylabel="level")
    axes[1].set(ylabel="cells per side")
    titles = ("Which level a RoI is pooled from", "How many of its cells a RoI spans")
    ticks = 2.0 ** np.arange(np.ceil(np.log2(sizes[0])), np.floor(np.log2(sizes[-1])) + 1)
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title, fontsize=11)
        ax.set_xscale("log", base=2)
        ax.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks])
        ax.set_xlabel("side of a square RoI, pixels")
        ax.grid(alpha=0.3)
        ax.legend(fontsize=9)
    return axes


def show_bilinear(values: np.ndarray, point: Sequence[float], ax: Axes | None = None) -> Axes:
    """Draw a small map with its numbers, and the four weights of one sampling point as areas.

    Each weight is the area of the rectangle between the point and the *opposite* neighbour.

    Args:
        values: [h, w], a map small enough to read.
        point: (y, x) in map indices, between four cell centres.
    """
    ax = style.new_axes(ax, 4.6, 4.6)
    style.show_map(np.asarray(values), ax, cmap="Blues", vmin=0, vmax=2 * np.max(values))
    y, x = (point[0] + 0.5, point[1] + 0.5)  # drawn: the centre of cell (0, 0) is (0.5, 0.5)
    top, left = np.floor(point[0]) + 0.5, np.floor(point[1]) + 0.5
    colours = ("#E69F00", "#009E73", "#CC79A7", "#D55E00")
    corners = [(top + dy, left + dx) for dy in (0, 1) for dx in (0, 1)]
    for (cy, cx), colour in zip(corners, colours, strict=True):
        oy, ox = 2 * top + 1 - cy, 2 * left + 1 - cx  # the opposite corner
        weight = abs(oy - y) * abs(ox - x)
        ax.add_patch(
            Rectangle((min(ox, x), min(oy, y)), abs(ox - x), abs(oy - y), color=colour, alpha=0.6)
        )
        ax.plot(cx, cy, "o", color=colour, markersize=30, markeredgecolor="#222222")
        away = -0.26 if cy < y else 0.32  # off the coloured rectangles
        ax.text(cx, cy + away, f"x {weight:.4g}", ha="center", fontsize=10, color="#222222")
    for (row, column), value in np.ndenumerate(np.asarray(values)):
        ax.text(column + 0.5, row + 0.5, f"{value:g}", ha="center", va="center", fontsize=12)
    ax.plot(x, y, "o", color="white", markersize=10, markeredgecolor="#222222", zorder=6)
    return ax


def show_operator_curves(
    positions: Any,
    curves: dict,
    ax: Axes | None = None,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
) -> Axes:
    """Draw one curve an operator: `curves` is operator name -> [n] values at [n] `positions`."""
    ax = style.new_axes(ax, 8.0, 3.4)
    for name, values in curves.items():
        thick = 3.2 if name == "roi_align" else 1.8
        ax.plot(
            positions,
            values,
            color=OPERATOR_COLOURS[name],
            label=OPERATOR_NAMES[name],
            linewidth=thick,
        )
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_title(title, fontsize=11)
    ax.grid(alpha=0.3)
    ax.legend(fontsize=9)
    return ax


def show_gradients(gradients: dict, box: Any, stride: int) -> np.ndarray:
    """Draw, for each operator, where the gradient of one bin lands on the feature map.

    Args:
        gradients: operator name -> [h, w], derivative of one pooled value by each cell; the view
            is all cells that any of them reaches, and two more around.
    """
    axes = style.axes_grid(1, len(gradients), 3.4)[0]
    reached = np.argwhere(sum(gradients.values()) > 0)
    low, high = (reached.min(0) - 2) * stride, (reached.max(0) + 3) * stride
    most = max(gradient.max() for gradient in gradients.values())
    for ax, (name, gradient) in zip(axes, gradients.items(), strict=True):
        style.show_map(gradient, ax, OPERATOR_NAMES[name], stride, vmin=0, vmax=most)
        draw_cells(ax, gradient.shape, stride)
        style.draw_box(ax, box, OPERATOR_COLOURS[name], width=2.2)
        for row, column in np.argwhere(gradient >= 0.005):
            colour = "#222222" if gradient[row, column] > most / 2 else "white"
            ax.text(
                (column + 0.5) * stride,
                (row + 0.5) * stride,
                f"{gradient[row, column]:.2f}",
                ha="center",
                va="center",
                fontsize=10,
                color=colour,
            )
        ax.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]))
    return axes


def show_pooled(crop: np.ndarray, region: Any, pooled: dict, channels: Any) -> np.ndarray:
    """Left: the photo inside a RoI with its bins. Right: the cells under it and what was pooled.

    Args:
        crop: [h, w, 3] uint8, the photo inside the RoI.
        region: [r, c, C], the cells under the RoI.
        pooled: bins per side -> [size, size, C], for two sizes.
        channels: which three channels to draw, one per column.
    """
    axes = style.axes_grid(3, 4, 6.9)
    rows = {"cells under it": region} | {f"{n} x {n} bins": values for n, values in pooled.items()}
    bins = (1, *pooled)
    for row, size, (title, values) in zip(axes, bins, rows.items(), strict=True):
        style.show_image(crop, row[0], f"photo, {title}" if size > 1 else "photo in the RoI")
        height, width = crop.shape[:2]
        row[0].hlines(np.linspace(0, height, size + 1), 0, width, colors=HIGHLIGHT, linewidth=0.8)
        row[0].vlines(np.linspace(0, width, size + 1), 0, height, colors=HIGHLIGHT, linewidth=0.8)
        for ax, channel in zip(row[1:], channels, strict=True):
            low, high = region[..., channel].min(), region[..., channel].max()
            name = f"channel {channel}: {title}"
            style.show_map(values[..., channel], ax, name, vmin=low, vmax=high)
    return axes
