"""Pictures of notebook 04: levels of RoIs, where each pooling operator reads, what it pools.

An operator is called by its name in `roi_align.OPERATORS`. `box` is [4], pixels of the molded
image; `stride` is pixels a cell, `size` bins a side; `ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.viz import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OPERATOR_NAMES = {
    "roi_align": "RoIAlign",
    "crop_and_resize": "crop_and_resize",
    "roi_pool": "RoIPool",
}
OPERATOR_COLOURS = {"roi_align": "#0072B2", "crop_and_resize": "#E69F00", "roi_pool": "#CC79A7"}
HIGHLIGHT = "#F0E442"


def sampling_points(
    name: str, box: Any, size: int, stride: int, map_size: Sequence[int]
) -> np.ndarray:
    """Where a pooling operator reads a feature map for one box (of RoIPool's cells, the centres).

    Args:
        map_size: (h, w) of the map, cells.

    Returns:
        [n, m, 2] float64 (y, x), pixels of the molded image: n = m = 2 * size for RoIAlign and
        size for crop_and_resize; for RoIPool as many as the rounded box has cells.

    Raises `ValueError` for an unknown name.
    """
    if name not in OPERATOR_NAMES:
        raise ValueError(f"No operator is called {name!r}; there are: {', '.join(OPERATOR_NAMES)}.")
    low, high = np.asarray(box, float)[:2], np.asarray(box, float)[2:]
    y, x = (_axis_points(name, low[a], high[a], size, stride, map_size[a]) for a in (0, 1))
    return np.stack(np.meshgrid(y, x, indexing="ij"), -1)


def _axis_points(name, low, high, size, stride, cells):
    """`sampling_points` of one axis: [n] pixels."""
    if name == "roi_align":
        return low + (np.arange(2 * size) + 0.5) * (high - low) / (2 * size)
    if name == "crop_and_resize":
        last = high - 1  # the last pixel inside the box
        pixels = np.linspace(low, last, size) if size > 1 else np.array([(low + last) / 2])
        return (pixels * (cells - 1) / (cells * stride - 1) + 0.5) * stride
    first = np.floor(low / stride + 0.5)
    count = max(np.floor(high / stride + 0.5) - first, 1)
    return (first + np.arange(count) + 0.5) * stride


def bin_slice(name: str, index: int, size: int, count: int) -> slice:
    """Which of the `count` rows (or columns) of `sampling_points` belong to bin `index`."""
    if name == "roi_align":
        return slice(2 * index, 2 * index + 2)
    if name == "crop_and_resize":
        return slice(index, index + 1)
    return slice(index * count // size, -(-(index + 1) * count // size))


def show_sampling(
    name: str,
    values: np.ndarray,
    box: np.ndarray,
    size: int,
    stride: int,
    chosen: tuple[int, int] | None = None,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw where one operator reads: cells, the box, its bins, and every sampling point.

    Args:
        values: [h, w], one channel of the feature map.
        chosen: (row, column) of a bin to draw in yellow, or None.
    """
    ax = style.new_axes(ax)
    style.show_map(values, ax, title or OPERATOR_NAMES[name], stride, cmap="gray")
    _draw_cells(ax, values.shape, stride)
    points = sampling_points(name, box, size, stride, values.shape)
    if chosen is not None:
        _draw_bin(ax, name, points, box, size, stride, chosen)
    style.draw_box(ax, box, OPERATOR_COLOURS[name], width=2.2)
    _scatter(ax, points, "white", 11)
    if chosen is not None:
        _scatter(ax, _of_bin(name, points, size, chosen), HIGHLIGHT, 30)
    y1, x1, y2, x2 = np.asarray(box, float)
    low, high = (np.minimum(points.min((0, 1)), [y1, x1]), np.maximum(points.max((0, 1)), [y2, x2]))
    ax.set(xlim=(low[1] - stride, high[1] + stride), ylim=(high[0] + stride, low[0] - stride))
    return ax


def _draw_cells(ax, map_size, stride):
    """The edges between cells."""
    height, width = map_size[0] * stride, map_size[1] * stride
    ax.hlines(np.arange(0, height + 1, stride), 0, width, colors="#888888", linewidth=0.6)
    ax.vlines(np.arange(0, width + 1, stride), 0, height, colors="#888888", linewidth=0.6)


def _of_bin(name, points, size, chosen):
    """The sampling points of one bin: [k, k', 2]."""
    rows = bin_slice(name, chosen[0], size, points.shape[0])
    return points[rows, bin_slice(name, chosen[1], size, points.shape[1])]


def _draw_bin(ax, name, points, box, size, stride, chosen):
    """The area that a bin stands for; crop_and_resize has none, only its point."""
    if name == "crop_and_resize":
        return
    if name == "roi_align":
        y1, x1, y2, x2 = np.asarray(box, float)
        sides = np.array([y2 - y1, x2 - x1]) / size
        low = np.array([y1, x1]) + np.array(chosen) * sides
    else:
        cells = _of_bin(name, points, size, chosen)
        low = cells[0, 0] - stride / 2
        sides = cells[-1, -1] + stride / 2 - low
    ax.add_patch(Rectangle(low[::-1], *sides[::-1], facecolor=HIGHLIGHT, alpha=0.35, linewidth=0))


def _scatter(ax, points, colour, area):
    flat = points.reshape(-1, 2)
    ax.scatter(flat[:, 1], flat[:, 0], area, colour, edgecolors="#222222", linewidths=0.7, zorder=5)


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
    axes[1].set(ylabel="cells a side")
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
        _draw_cells(ax, gradient.shape, stride)
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
        pooled: bins a side -> [size, size, C], for two sizes.
        channels: which three channels to draw, one a column.
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
