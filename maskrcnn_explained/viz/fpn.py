"""Pictures of the pyramid: its levels side by side, as activity or as colours, and its cells."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import GROUND_STEP, few_shades, frame, legend_beside

COLOURED = LEVELS[:4]  # P2..P5; P6 repeats cells of P5


def activity(feature_map: np.ndarray) -> np.ndarray:
    """One number per cell: the mean of |activation| over the channels, [h, w, C] -> [h, w]."""
    return np.abs(np.asarray(feature_map)).mean(-1)


def show_level(feature_map: np.ndarray, name: str, ax: Axes | None = None, title: str = "") -> Axes:
    """The `activity` of one level, in a frame of the level's colour. Returns the axes.

    The colours go from the 1st to the 99th percentile of this map alone. Levels differ in scale;
    the picture shows where a map is active, not how large its numbers are.
    """
    values = activity(feature_map)
    low, high = np.percentile(values, (1, 99))
    size = " x ".join(str(side) for side in np.asarray(feature_map).shape)
    stride = STRIDES[int(name[1]) - 2]
    title = title or f"{name}: {size}"
    ax = style.show_map(values, ax, title, stride=stride, vmin=low, vmax=high)
    return frame(ax, style.LEVEL_COLOURS[name], 4)


def colour_axes(tensors: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and first three principal components of the vectors of P2..P5, all levels together.

    Each vector is brought to length 1: colours tell of its direction, not of its size. Each level
    counts the same, however many cells it has: else P2 alone would choose.

    Args:
        tensors: dict with P2..P5, each [h, w, C] (what `MaskRCNN.tensors` returns).

    Returns mean [C] and components [C, 3].
    """
    parts = [_directions(tensors[name]).reshape(-1, tensors[name].shape[-1]) for name in COLOURED]
    mean = np.mean([part.mean(0) for part in parts], 0)
    covariance = np.mean([(part - mean).T @ (part - mean) / len(part) for part in parts], 0)
    _, vectors = np.linalg.eigh(covariance)  # the largest is the last
    axes = vectors[:, :-4:-1]
    largest = np.abs(axes).argmax(0)
    return mean, axes * np.sign(axes[largest, range(3)])  # else each sign would be luck


def _directions(feature_map):
    """Each cell's vector [C], divided by its length."""
    values = np.asarray(feature_map, np.float64)
    return values / (np.linalg.norm(values, axis=-1, keepdims=True) + 1e-6)


def pyramid_colours(
    tensors: dict[str, Any], fitted_to: dict[str, Any] | None = None
) -> dict[str, np.ndarray]:
    """P2..P6 as colours: three principal components are red, green and blue, on every level alike.

    Args:
        tensors: dict with P2..P6, each [h, w, C] (what `MaskRCNN.tensors` returns).
        fitted_to: the tensors whose `colour_axes` are taken; None for these tensors. One image's
            colours can be compared with another's only if both have the same axes.

    Returns {"P2": [h, w, 3] float64 in 0..1, ...}. 0 and 1 are the 2nd and 98th percentile of a
    component, each the mean of the percentiles of P2..P5.
    """
    mean, axes = colour_axes(tensors if fitted_to is None else fitted_to)
    seen = {name: (_directions(tensors[name]) - mean) @ axes for name in LEVELS}
    limits = [np.percentile(seen[name], (2, 98), axis=(0, 1)) for name in COLOURED]
    low, high = np.mean(limits, 0)
    return {name: np.clip((values - low) / (high - low), 0, 1) for name, values in seen.items()}


def show_pyramid_colours(
    tensors: dict[str, Any], image: np.ndarray, fitted_to: dict[str, Any] | None = None
) -> np.ndarray:
    """The image, and P2..P6 as `pyramid_colours`: cells of like colour have like vectors.

    Args:
        tensors, fitted_to: as for `pyramid_colours`.
        image: [H, W, 3] uint8 of the molded image.

    Returns the axes, [2, 3].
    """
    height, width = image.shape[:2]
    axes = style.axes_grid(2, 3, 2 * (style.PAGE_WIDTH / 3 * height / width + 0.3))
    style.show_image(few_shades(image, GROUND_STEP), axes[0, 0], "molded image")
    for ax, (name, colours) in zip(
        axes.flat[1:], pyramid_colours(tensors, fitted_to).items(), strict=True
    ):
        rows, columns = colours.shape[:2]
        style.show_image(colours, ax, f"{name}: {rows} x {columns} cells")
        frame(ax, style.LEVEL_COLOURS[name], 4)
    alt = (
        "The image, and P2 to P6 as maps of coloured cells: the first three principal components "
        "of all cells' vectors are red, green and blue, on every level the same."
    )
    return style.with_alt(axes, alt)


def show_cells(
    image: np.ndarray, row: int, column: int, ax: Axes | None = None, title: str = ""
) -> Axes:
    """The cell of each level that contains one pixel of the (molded) image: five nested squares.

    Args:
        image: [H, W, 3] uint8, with the same top left corner as the maps.
        row, column: the pixel.

    Returns the axes.
    """
    ax = style.show_image(few_shades(image, GROUND_STEP), style.new_axes(ax, 8, 4.4), title)
    for name, stride in reversed(list(zip(LEVELS, STRIDES, strict=True))):
        y = row // stride * stride
        x = column // stride * stride
        colour = style.LEVEL_COLOURS[name]
        ax.add_patch(Rectangle((x, y), stride, stride, facecolor=colour, alpha=0.35))
        marks.draw_box(ax, (y, x, y + stride, x + stride), colour, width=2.0)
    handles = [Patch(facecolor=style.LEVEL_COLOURS[name]) for name in LEVELS]
    labels = [
        f"{name}: one cell is {stride} x {stride} pixels"
        for name, stride in zip(LEVELS, STRIDES, strict=True)
    ]
    legend_beside(ax, handles, labels)
    alt = f"Nested squares on an image, the cells that hold one pixel: {'; '.join(labels)}."
    return style.with_alt(ax, alt)
