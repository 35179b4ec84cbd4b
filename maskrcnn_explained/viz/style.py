"""The visual language of the course: one meaning, one look, in every figure.

A pyramid level has one colour; so has a class. Positive, negative and ignored have fixed colours.
Dotted is "before", solid is "after". Images are drawn in continuous coordinates: pixel (r, c)
covers [r, r+1) x [c, c+1), so a box's edge lies exactly where its numbers say.
"""

from __future__ import annotations

import base64
import io
import itertools
import os
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike
from PIL import Image

from maskrcnn_explained.masks import boxes_from_masks

# Paul Tol's "bright" colours: readers with any colour vision can tell them apart.
LEVEL_COLOURS = dict(P2="#4477AA", P3="#66CCEE", P4="#228833", P5="#CCBB44", P6="#EE6677")
LEVEL_COLOURS |= {f"C{i}": LEVEL_COLOURS[f"P{i}"] for i in (2, 3, 4, 5)}
# The colours of Okabe and Ito for classes 1, 2, 3, ...; class 0, the background, is grey.
_OKABE_ITO = "#E69F00 #0072B2 #009E73 #CC79A7 #D55E00 #F0E442 #56B4E9"
CLASS_COLOURS = ("#999999", *_OKABE_ITO.split())
POSITIVE, NEGATIVE, IGNORED = "#009E73", "#D55E00", "#999999"
BEFORE, AFTER = ":", "-"
# The boxes of one instance on its way through the model.
STEP_COLOURS = {"anchor": "#EE7733", "proposal": "#33BBEE", "detection": "#00CC88"}
TEXT_SIZE = 10
HEAT = "magma"  # scores and activations: dark is low
FIGURES = "MASKRCNN_EXPLAINED_FIGURES"  # environment variable: where `show` also saves figures
_numbers = itertools.count(1)
PAGE_WIDTH = 9.0  # inches; at 100 dots per inch as wide as a notebook page


def class_colour(class_id: int) -> str:
    """The colour of a class; colours repeat after the seventh."""
    if class_id == 0:
        return CLASS_COLOURS[0]
    return CLASS_COLOURS[1 + (class_id - 1) % (len(CLASS_COLOURS) - 1)]


def show(figure: Figure | Axes, alt: str, colours: int = 0) -> None:
    """Show a figure in a notebook, with a text alternative, and close it.

    Every figure of the course is shown by this function, so every figure has its text: once as the
    image's `alt` metadata (for web pages), and once as the plain form of the same output.

    Args:
        figure: a matplotlib figure, or axes of it.
        alt: what the figure shows, in a sentence or two; colours: as for `to_png`.
    """
    from IPython.display import display

    whole: Any = getattr(figure, "figure", figure)
    if os.environ.get(FIGURES):
        save_next(whole, os.environ[FIGURES])
    picture = base64.b64encode(to_png(whole, colours=colours)).decode()
    data = {"image/png": picture, "text/plain": f"Figure: {alt}"}
    display(data, metadata={"image/png": {"alt": alt}}, raw=True)


def save_next(figure: Figure, stem: str) -> None:
    """Save a figure for slides as <stem>_01.svg and .png, the next as _02: for `make figures`."""
    number = next(_numbers)
    figure.savefig(f"{stem}_{number:02}.svg", bbox_inches="tight", metadata={"Date": None})
    figure.savefig(f"{stem}_{number:02}.png", bbox_inches="tight", dpi=200, facecolor="white")


def to_png(figure: Any, dots_per_inch: int = 100, colours: int = 0) -> bytes:
    """A figure as PNG bytes, the same on every run; the figure is closed.

    colours: how many the file may have, at most 256; 0 for all. 256 halve a figure of photographs.
    """
    buffer = io.BytesIO()
    look: Any = dict(dpi=dots_per_inch, bbox_inches="tight", facecolor="white")
    figure.savefig(buffer, format="png", metadata={"Software": None}, **look)
    plt.close(figure)
    if colours:
        # Lines are thin and their colours mean something: the palette covers rare colours, too.
        look = dict(method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
        picture = Image.open(buffer).convert("RGB").quantize(colours, **look)
        buffer = io.BytesIO()
        picture.save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def axes_grid(rows: int, columns: int, height: float, width: float = PAGE_WIDTH) -> np.ndarray:
    """A figure of rows x columns axes, as an array [rows, columns]; sizes in inches."""
    with plt.rc_context({"font.size": TEXT_SIZE}):
        figure, axes = plt.subplots(
            rows, columns, figsize=(width, height), squeeze=False, layout="constrained"
        )
    return axes


def new_axes(ax: Axes | None = None, width: float = 5.0, height: float = 4.0) -> Axes:
    """The given axes, or those of a new figure."""
    return axes_grid(1, 1, height, width)[0, 0] if ax is None else ax


def show_image(image: np.ndarray, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw an image [H, W, 3] or [H, W] in continuous coordinates, without ticks."""
    ax = new_axes(ax)
    height, width = image.shape[:2]
    kwargs: dict[str, Any] = {"cmap": "gray"} if image.ndim == 2 else {}
    ax.imshow(image, extent=(0, width, height, 0), interpolation="nearest", **kwargs)
    ax.set(xticks=[], yticks=[], xlim=(0, width), ylim=(height, 0))
    ax.set_title(title, fontsize=TEXT_SIZE + 1)
    return ax


def show_map(
    values: np.ndarray,
    ax: Axes | None = None,
    title: str = "",
    stride: float = 1,
    bar: str = "",
    **kwargs: Any,
) -> Axes:
    """Draw one map [h, w] as colours, in pixels of the image (a cell covers `stride` pixels).

    bar: what the colour bar measures; empty for none. kwargs go to `imshow` (vmin, vmax, cmap).
    """
    ax = new_axes(ax)
    height, width = values.shape[0] * stride, values.shape[1] * stride
    kwargs = {"cmap": HEAT, "interpolation": "nearest"} | kwargs
    drawn = ax.imshow(values, extent=(0, width, height, 0), **kwargs)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=TEXT_SIZE + 1)
    if bar:
        ax.figure.colorbar(drawn, ax=ax, shrink=0.8).set_label(bar)
    return ax


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
        _label_box(ax, y1, x1, x2, label, colour)
    return ax


def _label_box(ax, y1, x1, x2, label, colour):
    """Write the label of a box where it is inside the picture."""
    right = max(ax.get_xlim())
    bottom, top = ax.get_ylim()
    above = y1 - top >= 0.05 * (bottom - top)
    if x1 > 0.8 * right:
        write(ax, min(x2, right) - 1, max(y1, top), label, colour, align="right", above=above)
    else:
        write(ax, x1 + 1, max(y1, top), label, colour, above=above)


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
    layer[inside] = (*plt.matplotlib.colors.to_rgb(colour), alpha)
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
