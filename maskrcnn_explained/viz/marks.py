"""Marks on pictures: boxes, masks and words, drawn the same way in every figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colors, patheffects
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from maskrcnn_explained.masks import boxes_from_masks
from maskrcnn_explained.viz.style import AFTER, BEFORE, TEXT_SIZE


def outlined(width: float = 2.6) -> list:
    """A dark edge under a light line or text, so that it shows on any background."""
    return [patheffects.withStroke(linewidth=width, foreground="#222222")]


def draw_box(
    ax: Axes,
    box: ArrayLike,
    colour: str,
    line: str = AFTER,
    label: str = "",
    width: float = 1.6,
    alpha: float = 1.0,
) -> Axes:
    """Draw one box (y1, x1, y2, x2), and its label, if given, above its top left corner.

    Where the label would leave the picture, it is at the right corner, or below the edge.
    """
    y1, x1, y2, x2 = np.asarray(box, float).tolist()
    patch = Rectangle(
        (x1, y1),
        x2 - x1,
        y2 - y1,
        fill=False,
        edgecolor=colour,
        linestyle=line,
        linewidth=width,
        alpha=alpha,
        path_effects=outlined(width + 1.4),
    )
    ax.add_patch(patch)
    if label:
        _label_box(ax, y1, x1, x2, label)
    return ax


def _label_box(ax, y1, x1, x2, label):
    """Write the label of a box where it is inside the picture; white, for a clear contrast."""
    right = max(ax.get_xlim())
    bottom, top = ax.get_ylim()
    above = y1 - top >= 0.05 * (bottom - top)
    if x1 > 0.8 * right:
        write(ax, min(x2, right) - 1, max(y1, top), label, align="right", above=above)
    else:
        write(ax, x1 + 1, max(y1, top), label, above=above)


def draw_boxes(
    ax: Axes,
    boxes: ArrayLike,
    colours: str | Sequence[str],
    line: str = AFTER,
    width: float = 1.6,
    alpha: float = 1.0,
) -> Axes:
    """Draw boxes [N, 4]; `colours` is one colour or N of them."""
    boxes = np.asarray(boxes)
    colours = [colours] * len(boxes) if isinstance(colours, str) else colours
    for box, colour in zip(boxes, colours, strict=True):
        draw_box(ax, box, colour, line, width=width, alpha=alpha)
    return ax


def write(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    colour: str = "white",
    size: float = TEXT_SIZE - 1,
    align: str = "left",
    above: bool = True,
) -> Axes:
    """Small text on a picture, on a dark ground.

    x is the left or right end of the text, as `align` says; the text is above y, or below it.
    """
    ground = {"facecolor": "#222222", "alpha": 0.75, "pad": 1.0, "linewidth": 0}
    look: Any = dict(color=colour, fontsize=size, ha=align, va="bottom" if above else "top")
    ax.text(x, y, text, bbox=ground, clip_on=True, **look)
    return ax


def fill_mask(
    ax: Axes, mask: np.ndarray, colour: str, alpha: float = 0.45, line: str = AFTER
) -> Axes:
    """Tint the pixels of a mask [H, W] bool and trace its edge."""
    # Only the mask and a pixel around it: a layer of a whole photograph fills half a gigabyte.
    box = boxes_from_masks(mask[None])[0] + (-1, -1, 1, 1)
    top, left, bottom, right = np.maximum(box, 0).astype(int)
    inside = mask[top:bottom, left:right]
    bottom, right = top + inside.shape[0], left + inside.shape[1]
    layer = np.zeros((*inside.shape, 4))
    layer[inside] = (*colors.to_rgb(colour), alpha)
    shown = bool(ax.images)
    view = (ax.get_xlim(), ax.get_ylim()) if shown else ((0, mask.shape[1]), (mask.shape[0], 0))
    ax.imshow(layer, extent=(left, right, bottom, top), interpolation="nearest")
    ax.set_xlim(*view[0], auto=None)
    ax.set_ylim(*view[1], auto=None)
    if mask.any() and not mask.all():
        x, y = np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5  # centres of pixels
        look: Any = dict(colors=[colour], linewidths=1.2, linestyles=[line])
        edge = ax.contour(x, y, inside.astype(float), [0.5], **look)
        if line == BEFORE:
            edge.set(path_effects=outlined(), linewidths=1.8)
    return ax
