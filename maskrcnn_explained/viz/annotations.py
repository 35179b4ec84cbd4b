"""Pictures of annotations: what a polygon, an RLE and a label map say of the same pixels.

`ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from maskrcnn_explained.viz import style

FORM_COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7")  # of objects 1, 2, 3, 4
NUMBER_SIZE = 9  # points, of a number in a pixel
PEN = "#222222"


def show_annotation_forms(masks: np.ndarray, polygon: ArrayLike, counts: Sequence[int]) -> Any:
    """The same objects three times: as a polygon, as run lengths, and as a label map.

    Args:
        masks: [G, H, W] bool, up to four objects on a grid of at most about 12 x 16 pixels. The
            polygon and the run lengths are those of the first.
        polygon: [n, 2] float, its corners (x, y) in pixels, in order.
        counts: its run lengths, down the columns: outside, inside, outside, and so on.

    Returns the array of three axes.

    Raises `ValueError` if the counts do not add up to the pixels of a mask.
    """
    if sum(counts) != masks[0].size:
        raise ValueError(f"counts must add up to {masks[0].size} pixels; got {sum(counts)}.")
    height, width = masks.shape[1:]
    axes = style.axes_grid(1, 3, style.PAGE_WIDTH / 3 * height / width + 0.7)[0]
    corners = np.asarray(polygon, float)
    _draw_polygon(axes[0], masks[0], corners)
    _draw_runs(axes[1], masks[0], counts)
    _draw_labels(axes[2], masks)
    text = (
        f"One grid of {height} x {width} pixels three times. As a polygon: {len(corners)} numbered "
        f"corners, and the pixels inside. As run lengths: {len(counts)} numbers, each on the run "
        "of pixels that it counts, down the columns. As a label map: a number in every pixel."
    )
    return style.with_alt(axes, text)


def _grid(ax, shape, title):
    """An empty picture of [H, W] pixels with lines between them."""
    height, width = shape
    ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal", xticks=[], yticks=[])
    ax.hlines(np.arange(height + 1), 0, width, colors="#cccccc", linewidth=0.7)
    ax.vlines(np.arange(width + 1), 0, height, colors="#cccccc", linewidth=0.7)
    ax.set_title(title, fontsize=style.TEXT_SIZE + 1)


def _tint(ax, mask, colour, alpha=0.45):
    """Colour the pixels of a mask."""
    for row, column in np.argwhere(mask):
        ax.fill_between([column, column + 1], row, row + 1, color=colour, alpha=alpha, linewidth=0)


def _draw_polygon(ax: Axes, mask: np.ndarray, corners: np.ndarray) -> None:
    """The corners with their numbers, the outline, and the pixels that it encloses."""
    _grid(ax, mask.shape, f"polygon: {2 * len(corners)} numbers x, y")
    _tint(ax, mask, FORM_COLOURS[0], 0.3)
    closed = np.concatenate([corners, corners[:1]])
    ax.plot(closed[:, 0], closed[:, 1], "-o", color=PEN, linewidth=1.5, markersize=4)
    middle = corners.mean(0)
    for number, (x, y) in enumerate(corners, start=1):
        away = np.array([x, y]) - middle
        at = np.array([x, y]) + 0.7 * away / np.hypot(*away)
        look: Any = dict(ha="center", va="center", fontsize=NUMBER_SIZE, color=PEN)
        ax.text(at[0], at[1], str(number), **look)


def _draw_runs(ax: Axes, mask: np.ndarray, counts: Sequence[int]) -> None:
    """Each count in the middle of its run; an arrow shows the way, down each column."""
    height = mask.shape[0]
    _grid(ax, mask.shape, f"RLE: {len(counts)} counts, down the columns")
    _tint(ax, mask, FORM_COLOURS[0], 0.55)
    for column in range(mask.shape[1]):
        way: Any = dict(arrowstyle="->", color="#999999", linewidth=0.8)
        ends: Any = dict(xy=(column + 0.12, height - 0.1), xytext=(column + 0.12, 0.1))
        ax.annotate("", arrowprops=way, **ends)
    first = 0
    for number, count in enumerate(counts):
        column, row = divmod(first + (count - 1) // 2, height)
        look: Any = dict(ha="center", va="center", fontsize=NUMBER_SIZE + number % 2, color=PEN)
        look |= dict(weight="bold") if number % 2 else {}
        ax.text(column + 0.55, row + 0.52, str(count), **look)
        first += count


def _draw_labels(ax: Axes, masks: np.ndarray) -> None:
    """The number of its object in every pixel, 0 for none."""
    _grid(ax, masks.shape[1:], "label map: one number per pixel")
    labels = (masks * np.arange(1, len(masks) + 1)[:, None, None]).max(0)
    for mask, colour in zip(masks, FORM_COLOURS, strict=False):
        _tint(ax, mask, colour)
    for (row, column), label in np.ndenumerate(labels):
        colour = PEN if label else "#757575"
        look: Any = dict(ha="center", va="center", fontsize=NUMBER_SIZE, color=colour)
        ax.text(column + 0.5, row + 0.52, str(label), **look)
