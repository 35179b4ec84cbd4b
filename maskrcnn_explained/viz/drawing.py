"""What pictures of several stages share: fewer shades, pairs of masks, zoom, legends, bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from maskrcnn_explained.viz import style

GROUND_STEP = 12  # grey levels that become one, in a photograph under boxes


def visible_image(molded_image: np.ndarray, mean_pixel: Sequence[float]) -> np.ndarray:
    """A molded image as people can look at it: with the mean added again.

    Args:
        molded_image: [Hm, Wm, 3] float32, mean subtracted.
        mean_pixel: three numbers, RGB.

    Returns:
        [Hm, Wm, 3] uint8.
    """
    return np.clip(np.round(molded_image + np.asarray(mean_pixel)), 0, 255).astype(np.uint8)


def few_shades(image: np.ndarray, step: int = 8) -> np.ndarray:
    """The same picture in fewer shades: it looks almost the same, and its file is half as large.

    Args:
        image: [H, W, 3] uint8.
        step: grey levels that become one.

    Returns:
        [H, W, 3] uint8.
    """
    darkest = np.minimum(image // step * step, 255 - step // 2)  # never beyond white
    return darkest + np.uint8(step // 2)


def compare_masks(mask: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two masks [H, W] bool in one picture [H, W, 3].

    Pixels of both are white, those of the first alone orange (lost), those of the other alone
    blue (added).
    """
    colours = np.repeat(other[..., None].astype(float), 3, -1)
    colours[mask & ~other] = (0.84, 0.37, 0.0)
    colours[other & ~mask] = (0.34, 0.71, 0.91)
    return colours


def compare_legend(axes: np.ndarray, words: Sequence[str] = ("kept", "lost", "added")) -> None:
    """Say below a figure what the three colours of `compare_masks` mean."""
    handles = [Patch(facecolor=c, edgecolor="#222222") for c in ("#ffffff", "#d65e00", "#56b4e9")]
    figure = axes.flat[0].figure
    figure.legend(handles, words, loc="outside lower center", ncols=3, frameon=False)


def frame(ax: Axes, colour: str, width: float = 3.0) -> Axes:
    """Give axes a coloured frame, such as the colour of a level."""
    ax.spines[:].set(color=colour, linewidth=width)
    return ax


def zoom(ax: Axes, boxes: np.ndarray, margin: float = 0.2) -> Axes:
    """Show only the part of the image around some boxes [N, 4]; never beyond the image.

    margin: room around the boxes, as a share of their size.
    """
    low, high = _around(np.asarray(boxes, float))
    edge = (high - low) * margin
    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    y1, x1 = np.maximum(low - edge, [top, left])
    y2, x2 = np.minimum(high + edge, [bottom, right])
    ax.set(xlim=(x1, x2), ylim=(y2, y1))
    return ax


def zoom_square(ax: Axes, boxes: np.ndarray) -> Axes:
    """Show the square around some boxes [N, 4], with some room; grey where there is no image."""
    ax.set_facecolor("#777777")
    low, high = _around(np.asarray(boxes))
    centre = (low + high) / 2
    half = (high - low).max() * 0.8
    ax.set(xlim=(centre[1] - half, centre[1] + half), ylim=(centre[0] + half, centre[0] - half))
    return ax


def zoom_inside(ax: Axes, boxes: np.ndarray, image_size: Sequence[int]) -> Axes:
    """Show a square part of the image around some boxes [N, 4], never beyond its edges.

    image_size: (height, width) of the image.
    """
    low, high = _around(np.asarray(boxes, float))
    size = np.asarray(image_size[:2])
    side = min((high - low).max() * 1.5 + 8, size.min())
    top, left = np.clip((low + high - side) / 2, 0, size - side)
    ax.set(xlim=(left, left + side), ylim=(top + side, top))
    return ax


def _around(boxes):
    """The corners (y, x) and (y, x) of the smallest box around boxes [N, 4]."""
    return boxes[:, :2].min(0), boxes[:, 2:].max(0)


def legend_beside(
    ax: Axes, handles: Sequence[Any], texts: Sequence[str], size: float = style.TEXT_SIZE + 1
) -> Axes:
    """A legend to the right of a picture."""
    ax.legend(
        handles,
        texts,
        loc="center left",
        bbox_to_anchor=(1.02, 0.5),
        frameon=False,
        fontsize=size,
    )
    return ax


def level_legend(ax: Axes, names: Sequence[str]) -> Axes:
    """A legend below a picture: the colour of each level that is named."""
    handles = [Patch(color=style.LEVEL_COLOURS[name]) for name in names]
    look: Any = dict(loc="upper center", bbox_to_anchor=(0.5, 0.01), frameon=False, fontsize=9)
    space: Any = dict(handlelength=1.0, columnspacing=1.0, handletextpad=0.4, borderaxespad=0.2)
    ax.legend(handles, names, ncols=len(names), **look, **space)
    return ax


def count_bars(ax: Axes, counts: dict[str, int], good: str, names: Sequence[str]) -> Axes:
    """Horizontal bars of counts, the first on top, with the number at the end of each.

    Args:
        counts: what is counted -> how often.
        good: which of them is good, and green; the others are orange.
        names: what to write beside the bars.
    """
    numbers = list(counts.values())
    colours = [style.POSITIVE if key == good else style.NEGATIVE for key in counts]
    ax.barh(names, numbers, color=colours)
    for i, number in enumerate(numbers):
        ax.text(number, i, f" {number}", va="center", fontsize=10)
    ax.invert_yaxis()
    return ax


def text_bars(
    ax: Axes, names: Sequence[str], values: Any, colours: Sequence[str], texts: Sequence[str]
) -> Axes:
    """Horizontal bars in colours of their own, the first on top, with a text at the end of each."""
    bars = ax.barh(names, values, color=colours)
    ax.bar_label(bars, texts, padding=3)
    ax.invert_yaxis()
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def log2_axis(ax: Axes, sizes: np.ndarray) -> Axes:
    """A logarithmic x axis with a tick at every power of two within sizes [n], which rise."""
    ticks = 2.0 ** np.arange(np.ceil(np.log2(sizes[0])), np.floor(np.log2(sizes[-1])) + 1)
    ax.set_xscale("log", base=2)
    ax.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks])
    return ax


def filter_picture(kernel: np.ndarray) -> np.ndarray:
    """One filter [k, k, 3] as a picture: grey is zero, the largest number has full colour."""
    peak = max(np.abs(kernel).max(), 1e-12)  # a dead filter is grey
    return 0.5 + 0.5 * kernel / peak
