"""What differs between the pooling operators: curves of what they read, and where gradients go.

Operators have their names of `roi_align.OPERATORS`. `box` is [4], pixels of the molded image;
`stride` is pixels per cell; `ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.roi_align_sampling import (
    HIGHLIGHT,
    OPERATOR_COLOURS,
    OPERATOR_NAMES,
    draw_bin,
    draw_cells,
    points_of_bin,
    sampling_points,
    scatter,
)


def show_operator_curves(
    positions: ArrayLike,
    curves: dict,
    ax: Axes | None = None,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
) -> Axes:
    """Draw one curve per operator: `curves` is operator name -> [n] values at [n] `positions`."""
    ax = style.new_axes(ax, 8.0, 3.4)
    for name, values in curves.items():
        thick = 3.2 if name == "roi_align" else 1.8
        look: Any = dict(color=OPERATOR_COLOURS[name], linewidth=thick)
        ax.plot(positions, values, label=OPERATOR_NAMES[name], **look)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_title(title, fontsize=11)
    ax.grid(alpha=0.3)
    ax.legend(fontsize=9)
    return style.with_alt(ax, "One curve per pooling operator.")


def show_moved_box(shifts: ArrayLike, on_ramp: dict, on_photo: dict, titles: Sequence[str]) -> Any:
    """What each operator's centre bin reads while the box moves to the right, on two maps.

    Args:
        shifts: [n], how far the box has moved, pixels.
        on_ramp: operator -> [n], where the bin reads, pixels from the box's middle at the start.
        on_photo: operator -> [n] pooled values.
        titles: of the two panels.
    """
    axes = style.axes_grid(2, 1, 5.6)[:, 0]
    ramp_label = "centre bin reads at: pixels\nright of where the\nbox's middle began"
    ylabels = (ramp_label, "pooled value\nof the centre bin")
    for ax, curves, title, ylabel in zip(axes, (on_ramp, on_photo), titles, ylabels, strict=True):
        show_operator_curves(shifts, curves, ax, title, ylabel=ylabel)
    axes[1].set_xlabel("box moved to the right by, pixels")
    alt = (
        "Two panels: pooled value against the position of the box. The curves of both RoIAligns and"
        " of crop_and_resize are smooth; RoIPool's is flat and then jumps."
    )
    return style.with_alt(axes, alt)


def show_border(positions: ArrayLike, curves: dict, cells: ArrayLike, stride: int) -> Axes:
    """What each operator reads at one place, from outside a column of cells to outside of it.

    Args:
        positions: [n], pixels; curves: operator -> [n] values.
        cells: [h], the values of the cells; black dots at their centres.
    """
    cells = np.asarray(cells)
    end = len(cells) * stride
    words = f"row position y in the image, pixels (the map covers 0 to {end})"
    title = "What each operator reads at one place"
    ax = show_operator_curves(positions, curves, None, title, words, "value")
    look: Any = dict(color="#222222", markersize=8, zorder=5)
    ax.plot((np.arange(len(cells)) + 0.5) * stride, cells, "o", **look)
    for edge in range(0, end + 1, stride):
        ax.axvline(edge, color="#888888", linewidth=0.8)
    alt = (
        "Value read against the row position. RoIAlign runs straight between the cell centres, is "
        "flat from there to half a cell outside the map, and zero farther out. Unaligned it is a "
        "flatter curve, nearly a cell further left; crop_and_resize runs through shifted places; "
        "RoIPool is a staircase shifted by half a cell."
    )
    return style.with_alt(ax, alt)


def show_squeezed(pixels: ArrayLike, offsets: dict[int, ArrayLike]) -> Axes:
    """How far from the place that it means crop_and_resize reads, along an image.

    Args:
        pixels: [n]; offsets: level -> [n], pixels too far right.
    """
    ax = style.new_axes(None, 8.0, 3.2)
    for level, values in offsets.items():
        name = f"P{level}"
        ax.plot(pixels, values, color=style.LEVEL_COLOURS[name], label=name, linewidth=2)
    ax.set(xlabel="pixel in the image", ylabel="reads too far right by,\npixels")
    ax.set_title("crop_and_resize does not read the place that it means", fontsize=11)
    ax.legend(fontsize=9)
    ax.grid(alpha=0.3)
    most = max(np.max(values) for values in offsets.values())
    alt = (
        "One straight line per level, which falls from half a stride at the first pixel to minus "
        "half a stride at the last; all cross zero in the middle of the image. The steepest runs "
        f"from {most:.1f} to minus {most:.1f} pixels."
    )
    return style.with_alt(ax, alt)


def show_gradients(
    gradients: dict,
    image: np.ndarray,
    box: np.ndarray,
    stride: int,
    size: int,
    chosen: tuple[int, int],
) -> np.ndarray:
    """Where the gradient of one bin lands: the cells and their shares, drawn on the photo.

    Args:
        gradients: operator name -> [h, w], the derivative of the pooled value of the bin by each
            cell, for four operators.
        image: [H, W, 3] uint8, the molded image.
        size: bins per side.
        chosen: (row, column) of the bin.

    Returns:
        Five axes: the whole box, and one per operator, zoomed in.
    """
    grid = style.axes_grid(2, 3, 6.0)
    spec = grid[0, 0].get_gridspec()
    grid[1, 0].remove()
    grid[0, 0].set_subplotspec(spec[:, 0])
    axes = np.array([grid[0, 0], *grid[0, 1:], *grid[1, 1:]])
    reached = np.argwhere(sum(gradients.values()) > 0)
    view = np.concatenate([reached.min(0) - 1.5, reached.max(0) + 2.5]) * stride
    _whole_box(axes[0], image, box, size, chosen, view)
    for ax, (name, gradient) in zip(axes[1:], gradients.items(), strict=True):
        style.show_image(image, ax, OPERATOR_NAMES[name])
        draw_cells(ax, gradient.shape, stride)
        points = sampling_points(name, box, size, stride, gradient.shape)
        draw_bin(ax, name, points, box, size, stride, chosen)
        scatter(ax, points_of_bin(name, points, size, chosen), "white", 26)
        _write_shares(ax, gradient, stride)
        ax.set(xlim=(view[1], view[3]), ylim=(view[2], view[0]))
    alt = (
        "Left a coin with its box cut into bins, one of them yellow. Right, four close views of "
        "this bin with its sampling points and the share that each cell gets of its gradient: a "
        "block of cells with both RoIAligns, at most four with crop_and_resize, one with RoIPool."
    )
    return style.with_alt(axes, alt)


def _whole_box(ax, image, box, size, chosen, view):
    """The box with its bins; a dotted frame around what the other panels show."""
    style.show_image(image, ax, f"{size} x {size} bins; dotted: the close view")
    y1, x1, y2, x2 = np.asarray(box, float)
    ax.hlines(np.linspace(y1, y2, size + 1), x1, x2, colors="white", linewidth=0.8)
    ax.vlines(np.linspace(x1, x2, size + 1), y1, y2, colors="white", linewidth=0.8)
    points = sampling_points("roi_align", box, size, 1, image.shape[:2])
    draw_bin(ax, "roi_align", points, box, size, 1, chosen)
    marks.draw_box(ax, view, HIGHLIGHT, style.BEFORE, width=1.8)
    edge = 0.15 * max(y2 - y1, x2 - x1)
    ax.set(xlim=(x1 - edge, x2 + edge), ylim=(y2 + edge, y1 - edge))


def _write_shares(ax, gradient, stride):
    """Tint the cells that get a share of the gradient, and write the share into them."""
    for row, column in np.argwhere(gradient >= 0.005):
        top, left = row * stride, column * stride
        cell = (top, left, top + stride, left + stride)
        marks.draw_box(ax, cell, HIGHLIGHT, width=1.2)
        share = f"{gradient[row, column]:.2f}"
        marks.write(ax, left + stride * 0.97, top + stride, share, align="right")
