"""Pictures of receptive fields: what a cell can see, and which pixels move it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.backbone import PHOTO_WIDTH
from maskrcnn_explained.viz.drawing import few_shades

GRADIENT = (1.0, 0.35, 0.9)  # magenta: the colour of no level


def field_box(field: tuple, row: int, column: int) -> np.ndarray:
    """The receptive field of a cell as a box (y1, x1, y2, x2), pixels of the molded image.

    field: (size, stride, first) of the level, from `backbone.receptive_fields`.
    """
    size, stride, first = field
    centre = first + stride * np.array([row, column], np.float32)
    return np.concatenate([centre - size / 2, centre + size / 2])


def show_receptive_fields(
    image: np.ndarray, fields: dict, cells: dict, ax: Axes | None = None
) -> Axes:
    """The theoretical receptive field of one cell per level on the image, with the cell filled.

    Args:
        image: [H, W, 3] uint8, molded and made visible.
        fields: name of the level -> (size, stride, first).
        cells: name of the level -> (row, column).

    Returns the axes.
    """
    ax = style.new_axes(ax, 6.0, 5.3)
    style.show_image(few_shades(image), ax, "receptive fields: sides in pixels")
    for name, field in reversed(fields.items()):
        colour = style.LEVEL_COLOURS[name]
        row, column = cells[name]
        stride = field[1]
        box = field_box(field, row, column)
        marks.draw_box(ax, box, colour, width=2)
        marks.write(ax, box[1] + 1, box[0] - 1, f"{name} sees {field[0]}", size=10)
        corner = (column * stride, row * stride)
        ax.add_patch(Rectangle(corner, stride, stride, facecolor=colour, edgecolor="#222222"))
    sides = ", ".join(f"{name} {field[0]}" for name, field in fields.items())
    return style.with_alt(
        ax,
        "An image with one filled cell per level, and around them squares of what these cells can "
        f"see; their sides in pixels: {sides}.",
    )


def half_mass_side(gradient: np.ndarray, centre: Sequence[float]) -> int:
    """Side of the smallest centred square that holds half of all gradient.

    Args:
        gradient: [H, W] float32, not negative.
        centre: (y, x), pixels.
    """
    rows = np.abs(np.arange(gradient.shape[0]) + 0.5 - centre[0])[:, None]
    columns = np.abs(np.arange(gradient.shape[1]) + 0.5 - centre[1])[None]
    distance = np.maximum(rows, columns)  # [H, W], Chebyshev: squares are its circles
    order = np.argsort(distance, axis=None)
    mass = np.cumsum(gradient.ravel()[order])
    reached = np.searchsorted(mass, mass[-1] / 2)
    return int(2 * distance.ravel()[order[reached]] + 1)


def show_pixel_gradients(
    image: np.ndarray, gradients: dict, fields: dict, cells: dict
) -> np.ndarray:
    """How strongly each pixel moves one cell, in magenta, one panel per level.

    Dotted: the receptive field. Solid: the square that holds half of the gradient.

    Args:
        image: [H, W, 3] uint8, molded and made visible.
        gradients: name of the level -> [H, W] float32, not negative.
        fields, cells: as in `show_receptive_fields`.

    Returns the array of axes.
    """
    height, width = image.shape[:2]
    sides = {}
    axes = style.axes_grid(2, 2, PHOTO_WIDTH * height / width + 0.6, PHOTO_WIDTH)
    for ax, (name, gradient) in zip(axes.flat, gradients.items(), strict=True):
        field = fields[name]
        row, column = cells[name]
        colour = style.LEVEL_COLOURS[name]
        centre = np.array([row, column]) * field[1] + field[2]
        sides[name] = side = half_mass_side(gradient, centre)
        grey = few_shades(image).mean(-1) / 255 * 0.5
        style.show_image(grey, ax, f"{name}: half within {side} of {field[0]} pixels")
        ax.images[0].set_clim(0, 1)
        ax.imshow(_magenta(gradient), extent=(0, width, height, 0), interpolation="nearest")
        marks.draw_box(ax, field_box(field, row, column), colour, style.BEFORE, width=2.2)
        half = (side, field[1], field[2])
        marks.draw_box(ax, field_box(half, row, column), colour, width=2)
    halves = ", ".join(f"{name} {side} of {fields[name][0]}" for name, side in sides.items())
    return style.with_alt(
        axes,
        "How strongly each pixel moves one cell of each level, in magenta over the darkened image. "
        "A dotted square is what the cell can see; a solid one holds half of all gradient. Their "
        f"sides in pixels: {halves}.",
    )


def _magenta(gradient):
    """A gradient [H, W] as a layer [H / 2, W / 2, 4], more opaque where it is stronger."""
    height, width = gradient.shape
    blocks = gradient.reshape(height // 2, 2, width // 2, 2).mean((1, 3))  # less noise
    strength = np.sqrt(blocks / max(blocks.max(), 1e-12))  # the root shows weak ones too
    layer = np.ones((*strength.shape, 4))
    layer[..., :3] = GRADIENT
    layer[..., 3] = strength
    return layer
