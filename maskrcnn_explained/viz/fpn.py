"""Pictures of the pyramid: its levels side by side, its cells, and one top-down step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import GROUND_STEP, few_shades


def activity(feature_map: np.ndarray) -> np.ndarray:
    """One number per cell: the mean of |activation| over the channels, [h, w, C] -> [h, w]."""
    return np.abs(np.asarray(feature_map)).mean(-1)


def show_pyramid(tensors: dict[str, Any], image: np.ndarray | None = None) -> np.ndarray:
    """C2..C5 in the upper row, P2..P6 in the lower one, each as `activity`.

    Args:
        tensors: dict with C2..C5 and P2..P6, each [h, w, C] (what `MaskRCNN.tensors` returns).
        image: [H, W, 3] uint8 for the free place above P6; None leaves it empty.

    Returns the axes, [2, 5].
    """
    height, width = np.asarray(tensors["C2"]).shape[:2]
    axes = style.axes_grid(2, 5, 2 * (style.PAGE_WIDTH / 5 * height / width + 0.3))
    for row, names in zip(axes, (("C2", "C3", "C4", "C5"), LEVELS), strict=True):
        for ax, name in zip(row, names, strict=False):
            show_level(tensors[name], name, ax)
    if image is None:
        axes[0, 4].axis("off")
    else:
        style.show_image(few_shades(image, GROUND_STEP), axes[0, 4], "the image")
    return axes


def show_level(feature_map: np.ndarray, name: str, ax: Axes | None = None, title: str = "") -> Axes:
    """One level as `activity`, framed in the colour of the level. Returns the axes.

    The colours run from the map's own 1st to its 99th percentile: levels differ in their scale,
    and what matters here is where a map is active, not how large its numbers are.
    """
    values = activity(feature_map)
    low, high = np.percentile(values, (1, 99))
    size = " x ".join(str(side) for side in np.asarray(feature_map).shape)
    stride = STRIDES[int(name[1]) - 2]
    title = title or f"{name}: {size}"
    ax = style.show_map(values, ax, title, stride=stride, vmin=low, vmax=high)
    for spine in ax.spines.values():
        spine.set(edgecolor=style.LEVEL_COLOURS[name], linewidth=4)
    return ax


def show_cells(
    image: np.ndarray, row: int, column: int, ax: Axes | None = None, title: str = ""
) -> Axes:
    """The cell of each level that holds one pixel of the (molded) image: five nested squares.

    Args:
        image: [H, W, 3] uint8 whose top left corner is the corner of the maps.
        row, column: the pixel.

    Returns the axes.
    """
    ax = style.show_image(few_shades(image, GROUND_STEP), style.new_axes(ax, 8, 4.4), title)
    for name, stride in reversed(list(zip(LEVELS, STRIDES, strict=True))):
        y, x = row // stride * stride, column // stride * stride
        colour = style.LEVEL_COLOURS[name]
        ax.add_patch(Rectangle((x, y), stride, stride, facecolor=colour, alpha=0.35))
        style.draw_box(ax, (y, x, y + stride, x + stride), colour, width=2.0)
    handles = [Patch(facecolor=style.LEVEL_COLOURS[name]) for name in LEVELS]
    labels = [
        f"{name}: one cell is {stride} x {stride} pixels"
        for name, stride in zip(LEVELS, STRIDES, strict=True)
    ]
    ax.legend(
        handles,
        labels,
        loc="center left",
        bbox_to_anchor=(1.02, 0.5),
        frameon=False,
        fontsize=style.TEXT_SIZE + 1,
    )
    return ax


def show_maps(
    maps: Any, titles: Sequence[str], stride: float, bar: str = "value", shared: bool = True
) -> np.ndarray:
    """Maps [h, w] of one stride in a row, in colours around zero (blue below, red above).

    Args:
        maps: list of [h, w].
        titles: one per map.
        stride: pixels per cell.
        bar: what the colour bar measures.
        shared: one colour scale for all maps, or one for each.

    Returns the axes of the row.
    """
    height, width = np.asarray(maps[0]).shape
    panel = style.PAGE_WIDTH / len(maps) * height / width
    axes = style.axes_grid(1, len(maps), panel + 1.0)[0]
    limits = [np.percentile(np.abs(values), 99.5) for values in maps]
    for ax, values, title, limit in zip(axes, maps, titles, limits, strict=True):
        limit = max(limits) if shared else limit
        style.show_map(values, ax, title, stride, vmin=-limit, vmax=limit, cmap="RdBu_r")
        if not shared:
            _bar_below(ax, ax, bar)
    if shared:
        _bar_below(axes[0], list(axes), bar)
    return axes


def _bar_below(drawn, axes, label):
    """A flat colour bar below one or several axes, so that the maps keep the page's width."""
    figure = drawn.figure
    bar = figure.colorbar(
        drawn.images[0], ax=axes, location="bottom", shrink=0.6, aspect=30, pad=0.03
    )
    bar.set_label(label)


def show_staircase(
    signal: np.ndarray, upsampled: np.ndarray, smoothed: np.ndarray, ax: Axes | None = None
) -> Axes:
    """A coarse signal, its nearest upsampling and what a small filter makes of it, on one line.

    Args:
        signal: [n]; upsampled, smoothed: [2 * n].

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.5, 3.2)
    fine = np.arange(len(upsampled)) + 0.5
    coarse = (np.arange(len(signal)) + 0.5) * 2
    ax.step(
        np.arange(len(upsampled) + 1),
        [*upsampled, upsampled[-1]],
        where="post",
        color="#999999",
        linewidth=2,
        label="after nearest upsampling",
    )
    ax.plot(
        coarse,
        signal,
        "o",
        color=style.LEVEL_COLOURS["P5"],
        markersize=9,
        label="coarse cells, at their centres",
    )
    ax.plot(
        fine,
        smoothed,
        ".-",
        color=style.LEVEL_COLOURS["P4"],
        linewidth=1.6,
        markersize=9,
        label="after the filter 1/4, 1/2, 1/4",
    )
    ax.set(xlabel="position (fine cells)", ylabel="value")
    ax.legend(frameon=False, fontsize=style.TEXT_SIZE)
    return ax
