"""Pictures of the backbone: feature maps, cells, a residual block, receptive fields."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import few_shades, frame

PHOTO_WIDTH = 7.0  # inches, of figures with photographs, whose files are large


def busiest_channels(feature_map: np.ndarray, count: int = 1) -> np.ndarray:
    """The channels whose values vary most over the map; figures show these.

    Args:
        feature_map: [h, w, C] float32.

    Returns:
        [count] integers, largest variance first.
    """
    return np.argsort(-feature_map.var((0, 1)), kind="stable")[:count]


def show_feature_maps(
    image: np.ndarray, maps: dict[str, np.ndarray], columns: int = 3
) -> np.ndarray:
    """The image and one channel (the busiest) of each map, all drawn to the same size.

    Args:
        image: [H, W, 3] uint8, the molded image made visible.
        maps: name -> [h, w, C] float32; a level (C2, P3) gets a frame in its colour.

    Returns the array of axes.
    """
    rows = math.ceil((len(maps) + 1) / columns)
    height, width = image.shape[:2]
    panel = PHOTO_WIDTH / columns * height / width + 0.4
    axes = style.axes_grid(rows, columns, rows * panel, PHOTO_WIDTH)
    style.show_image(few_shades(image), axes.flat[0], f"image {height} x {width}")
    for ax, (name, values) in zip(axes.flat[1:], maps.items(), strict=False):
        channel = busiest_channels(values)[0]
        title = f"{name}: {values.shape[0]} x {values.shape[1]}\nchannel {channel}"
        style.show_map(values[..., channel], ax, title, height / values.shape[0])
        frame(ax, style.LEVEL_COLOURS.get(name, "#555555"))
    for ax in axes.flat[len(maps) + 1 :]:
        ax.axis("off")
    return axes


def show_channels(
    feature_map: np.ndarray, name: str, stride: int, count: int = 8, columns: int = 4
) -> np.ndarray:
    """The busiest channels of one map [h, w, C]. Returns the array of axes."""
    rows = math.ceil(count / columns)
    height, width = feature_map.shape[:2]
    panel = style.PAGE_WIDTH / columns * height / width + 0.3
    axes = style.axes_grid(rows, columns, rows * panel)
    for ax, channel in zip(axes.flat, busiest_channels(feature_map, count), strict=False):
        style.show_map(feature_map[..., channel], ax, f"{name}, channel {channel}", stride)
        frame(ax, style.LEVEL_COLOURS.get(name, "#555555"))
    return axes


def show_cell_grids(
    image: np.ndarray, strides: dict, corner: Sequence[int], side: int = 96
) -> np.ndarray:
    """A crop of the image under the grid of cells, one panel per level.

    Args:
        image: [H, W, 3] uint8, molded and made visible.
        strides: name of the level -> pixels per cell.
        corner: (y, x) of the crop, pixels; multiples of `side` keep the grids whole.
        side: of the crop, pixels.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, len(strides), style.PAGE_WIDTH / len(strides) + 0.3)
    y, x = corner
    for ax, (name, stride) in zip(axes.flat, strides.items(), strict=True):
        cells = side // stride
        style.show_image(image, ax, f"{name}: {cells} x {cells} cells of {stride}")
        ax.set(xlim=(x, x + side), ylim=(y + side, y))
        for line in np.arange(0, side + 1, stride):
            ax.axhline(y + line, color=style.LEVEL_COLOURS[name], linewidth=1.1)
            ax.axvline(x + line, color=style.LEVEL_COLOURS[name], linewidth=1.1)
    return axes


def show_residual_block(
    shortcut: np.ndarray, branch: np.ndarray, output: np.ndarray, stride: int, channel: int
) -> np.ndarray:
    """One channel of a residual block: what comes in, what is added, what goes out.

    Args:
        shortcut, branch, output: [h, w, C] float32.
        channel: which one to draw.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, 3, 3.2)
    high = max(shortcut[..., channel].max(), output[..., channel].max())
    strongest = abs(branch[..., channel]).max()
    look = {"cmap": "RdBu_r", "vmin": -strongest, "vmax": strongest}
    same = {"vmin": 0, "vmax": high}
    for ax, values, title, kwargs in (
        (axes[0, 0], shortcut, "x, the shortcut", same),
        (axes[0, 1], branch, "F(x), the branch", look),
        (axes[0, 2], output, "relu(x + F(x))", same),
    ):
        style.show_map(values[..., channel], ax, title, stride, **kwargs)
        bar = ax.figure.colorbar(ax.images[0], ax=ax, orientation="horizontal", shrink=0.9)
        bar.set_label("activation (no unit)")
    return axes


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
    return ax


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
    """How strongly each pixel moves one cell, one panel per level.

    Dotted: the receptive field. Solid: the square that holds half of the gradient.

    Args:
        image: [H, W, 3] uint8, molded and made visible.
        gradients: name of the level -> [H, W] float32, not negative.
        fields, cells: as in `show_receptive_fields`.

    Returns the array of axes.
    """
    height, width = image.shape[:2]
    axes = style.axes_grid(2, 2, PHOTO_WIDTH * height / width + 0.6, PHOTO_WIDTH)
    for ax, (name, gradient) in zip(axes.flat, gradients.items(), strict=True):
        field = fields[name]
        row, column = cells[name]
        colour = style.LEVEL_COLOURS[name]
        centre = np.array([row, column]) * field[1] + field[2]
        side = half_mass_side(gradient, centre)
        grey = few_shades(image).mean(-1) / 255 * 0.55
        style.show_image(grey, ax, f"{name}: half within {side} pixels")
        ax.images[0].set_clim(0, 1)
        ax.imshow(_yellow(gradient), extent=(0, width, height, 0), interpolation="nearest")
        marks.draw_box(ax, field_box(field, row, column), colour, style.BEFORE, width=2.2)
        half = (side, field[1], field[2])
        marks.draw_box(ax, field_box(half, row, column), colour, width=2)
    return axes


def _yellow(gradient):
    """A gradient [H, W] as a layer [H / 2, W / 2, 4], more opaque where it is stronger."""
    height, width = gradient.shape
    blocks = gradient.reshape(height // 2, 2, width // 2, 2).mean((1, 3))  # less noise
    strength = np.sqrt(blocks / max(blocks.max(), 1e-12))  # the root shows weak ones too
    layer = np.ones((*strength.shape, 4))
    layer[..., 2] = 0.3
    layer[..., 3] = strength
    return layer


def show_batch_strays(strays: dict, ax: Axes | None = None) -> Axes:
    """How far the mean of a batch is from the moving mean, for batches of several sizes.

    Args:
        strays: batch size -> [n, C] distances in standard deviations, one row per batch.

    Returns the axes.
    """
    ax = style.new_axes(ax, style.PAGE_WIDTH * 0.75, 3.6)
    typical = {}
    for place, values in enumerate(strays.values()):
        each = np.sqrt((values**2).mean(1))  # one number per batch
        places = np.full(len(each), place)
        ax.scatter(places, each, s=22, color=style.IGNORED, alpha=0.7, zorder=3)
        typical[place] = np.sqrt((values**2).mean())
    ax.plot(list(typical), list(typical.values()), color="#4477AA", marker="o", linewidth=2)
    ax.set_xticks(range(len(strays)), [str(size) for size in strays])
    ax.set(xlabel="images in the batch", ylim=(0, None))
    ax.set_ylabel("distance to the moving mean\n(standard deviations)")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
