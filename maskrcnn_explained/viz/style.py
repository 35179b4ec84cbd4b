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
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

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


def with_alt(axes: Any, alt: str) -> Any:
    """Give a figure its text alternative, for `show`, and return what was given.

    Args:
        axes: a matplotlib figure, axes of it, or an array of its axes.
        alt: what the figure shows, in a sentence or two.
    """
    figure_of(axes).set_label(alt)
    return axes


def figure_of(axes: Any) -> Any:
    """The whole figure of axes, of an array of axes, or of a figure."""
    first = axes.flat[0] if isinstance(axes, np.ndarray) else axes
    return getattr(first, "figure", first)


def show(figure: Any, alt: str = "", colours: int = 0) -> None:
    """Show a figure in a notebook, with a text alternative, and close it.

    Every figure of the course is shown by this function, so every figure has its text: once as the
    image's `alt` metadata (for web pages), and once as the plain form of the same output.

    Args:
        figure: a matplotlib figure, axes of it, or an array of its axes.
        alt: what is to be said about this one picture, after what the figure's function says
            (see `with_alt`); colours: as for `to_png`.

    Raises `ValueError` for a figure without any text.
    """
    from IPython.display import display

    whole = figure_of(figure)
    alt = f"{whole.get_label()} {alt}".strip()
    if not alt:
        raise ValueError("This figure has no text: describe it by alt=..., or by `with_alt`.")
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
