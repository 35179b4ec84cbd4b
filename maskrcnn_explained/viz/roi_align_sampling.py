"""Where each pooling operator reads the map: sampling points and bins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from maskrcnn_explained.viz import marks, style

OPERATOR_NAMES = {
    "roi_align": "RoIAlign",
    "roi_align_unaligned": "RoIAlign, unaligned",
    "crop_and_resize": "crop_and_resize",
    "roi_pool": "RoIPool",
}
OPERATOR_COLOURS = {
    "roi_align": "#0072B2",
    "roi_align_unaligned": "#009E73",
    "crop_and_resize": "#E69F00",
    "roi_pool": "#CC79A7",
}
ALIGNS = ("roi_align", "roi_align_unaligned")

HIGHLIGHT = "#F0E442"
FEW_CELLS = 25  # of a map whose values are written


def sampling_points(
    name: str, box: ArrayLike, size: int, stride: int, map_size: Sequence[int]
) -> np.ndarray:
    """Where a pooling operator reads a feature map for one box. RoIPool reads the centres of cells.

    Args:
        map_size: (h, w) of the map, cells.

    Returns:
        [n, m, 2] float64 (y, x), pixels of the molded image. n = m = 2 * size for both RoIAligns,
        and size for crop_and_resize; for RoIPool n and m are the cells of the rounded box.

    Raises `ValueError` for an unknown name.
    """
    if name not in OPERATOR_NAMES:
        raise ValueError(f"No operator is called {name!r}; there are: {', '.join(OPERATOR_NAMES)}.")
    y1, x1, y2, x2 = np.asarray(box, float)
    y = _axis_points(name, y1, y2, size, stride, map_size[0])
    x = _axis_points(name, x1, x2, size, stride, map_size[1])
    return np.stack(np.meshgrid(y, x, indexing="ij"), -1)


def _axis_points(name, low, high, size, stride, cells):
    """`sampling_points` of one axis: [n] pixels."""
    if name in ALIGNS:
        late = 0 if name == "roi_align" else stride / 2  # unaligned: half a cell further
        high = high if name == "roi_align" else max(high, low + stride)
        return low + late + (np.arange(2 * size) + 0.5) * (high - low) / (2 * size)
    if name == "crop_and_resize":
        last = high - 1  # the last pixel inside the box
        pixels = np.linspace(low, last, size) if size > 1 else np.array([(low + last) / 2])
        return (pixels * (cells - 1) / (cells * stride - 1) + 0.5) * stride
    first = np.floor(low / stride + 0.5)
    count = max(np.floor(high / stride + 0.5) - first, 1)
    return (first + np.arange(count) + 0.5) * stride


def bin_slice(name: str, index: int, size: int, count: int) -> slice:
    """Which of the `count` rows (or columns) of `sampling_points` belong to bin `index`."""
    if name in ALIGNS:
        return slice(2 * index, 2 * index + 2)
    if name == "crop_and_resize":
        return slice(index, index + 1)
    return slice(index * count // size, math.ceil((index + 1) * count / size))


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
    """Draw where one operator reads: the cells, the box, one of its bins, every sampling point.

    Args:
        values: [h, w], one channel of the feature map; at most 5 x 5 values are also written.
        chosen: (row, column) of a bin to draw in yellow, or None.
    """
    ax = style.new_axes(ax)
    style.show_map(values, ax, title or OPERATOR_NAMES[name], stride, cmap="gray")
    draw_cells(ax, values.shape, stride)
    points = sampling_points(name, box, size, stride, values.shape)
    if chosen is not None:
        draw_bin(ax, name, points, box, size, stride, chosen)
    marks.draw_box(ax, box, OPERATOR_COLOURS[name], width=2.2)
    scatter(ax, points, "white", 11)
    if chosen is not None:
        scatter(ax, points_of_bin(name, points, size, chosen), HIGHLIGHT, 30)
    if values.size <= FEW_CELLS:
        _write_values(ax, values, stride)
    _look_at(ax, points, box, stride, values.shape)
    return style.with_alt(ax, f"Where {OPERATOR_NAMES[name]} reads a feature map for one box.")


def show_operators(
    values: np.ndarray,
    box: np.ndarray,
    size: int,
    stride: int,
    chosen: tuple[int, int],
    columns: int = 2,
) -> np.ndarray:
    """`show_sampling` for all four operators, the oldest first.

    Args:
        columns: panels per row, 2 or 4. The others as in `show_sampling`.
    """
    rows = len(OPERATOR_NAMES) // columns
    axes = style.axes_grid(rows, columns, style.PAGE_WIDTH / columns * rows + 0.3 * rows)
    for ax, name in zip(axes.flat, reversed(OPERATOR_NAMES), strict=True):
        show_sampling(name, values, box, size, stride, chosen, ax)
    alt = (
        "Four panels with one box on the same feature map. RoIPool reads whole cells of a rounded "
        "box; crop_and_resize reads one point per bin on a grid from corner to corner; RoIAlign "
        "reads 2 x 2 points in every bin, unaligned the same half a cell further right and below. "
        f"What belongs to bin {chosen} is yellow."
    )
    return style.with_alt(axes, alt)


def _look_at(ax, points, box, stride, map_size):
    """Show the box and all points, with a cell around them; never more than the map."""
    y1, x1, y2, x2 = np.asarray(box, float)
    low = np.minimum(points.min((0, 1)), [y1, x1]) - stride
    high = np.maximum(points.max((0, 1)), [y2, x2]) + stride
    low = np.maximum(low, 0)
    high = np.minimum(high, np.multiply(map_size, stride))
    ax.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]))


def _write_values(ax, values, stride):
    """Write each value into the upper left corner of its cell."""
    for (row, column), value in np.ndenumerate(values):
        y, x = row * stride, column * stride
        marks.write(ax, x + stride / 16, y + stride / 16, f"{value:g}", size=11, above=False)


def draw_cells(ax: Axes, map_size: Sequence[int], stride: float) -> None:
    """Draw the edges between cells."""
    height = map_size[0] * stride
    width = map_size[1] * stride
    ax.hlines(np.arange(0, height + 1, stride), 0, width, colors="#888888", linewidth=0.6)
    ax.vlines(np.arange(0, width + 1, stride), 0, height, colors="#888888", linewidth=0.6)


def points_of_bin(name: str, points: np.ndarray, size: int, chosen: tuple[int, int]) -> np.ndarray:
    """The sampling points of one bin, of those that `sampling_points` gave: [k, k', 2]."""
    rows = bin_slice(name, chosen[0], size, points.shape[0])
    return points[rows, bin_slice(name, chosen[1], size, points.shape[1])]


def draw_bin(
    ax: Axes,
    name: str,
    points: np.ndarray,
    box: ArrayLike,
    size: int,
    stride: int,
    chosen: tuple[int, int],
) -> None:
    """Fill the area of a bin; a bin of crop_and_resize has no area, only its point."""
    if name == "crop_and_resize":
        return
    if name in ALIGNS:
        y1, x1, y2, x2 = np.asarray(box, float)
        sides = np.array([y2 - y1, x2 - x1]) / size
        low = np.array([y1, x1]) + np.array(chosen) * sides
    else:
        cells = points_of_bin(name, points, size, chosen)
        low = cells[0, 0] - stride / 2
        sides = cells[-1, -1] + stride / 2 - low
    (top, left), (height, width) = low.tolist(), sides.tolist()
    look: Any = dict(facecolor=HIGHLIGHT, alpha=0.35, linewidth=0)
    ax.add_patch(Rectangle((left, top), width, height, **look))


def scatter(ax: Axes, points: np.ndarray, colour: str, area: float) -> None:
    """Draw sampling points [..., 2] as dots with a dark edge."""
    flat = points.reshape(-1, 2)
    look: Any = dict(edgecolors="#222222", linewidths=0.7, zorder=5)
    ax.scatter(flat[:, 1], flat[:, 0], s=area, c=colour, **look)
