"""What a channel answers to: the patches of an image that excite it most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import frame


def strongest_cells(values: np.ndarray, count: int, apart: int) -> np.ndarray:
    """The cells of a map with the largest values, none of them near another.

    Args:
        values: [h, w] float32.
        count: how many.
        apart: two cells are at least so many rows or columns apart.

    Returns:
        [n, 2] integers (row, column), strongest first; n < count where the map has no room.
    """
    left = values.astype(float).copy()
    found: list[tuple] = []
    while len(found) < count and np.isfinite(left).any():
        row, column = np.unravel_index(np.nanargmax(left), left.shape)
        found.append((row, column))
        rows = slice(max(row - apart + 1, 0), row + apart)
        columns = slice(max(column - apart + 1, 0), column + apart)
        left[rows, columns] = -np.inf
    return np.array(found, int).reshape(-1, 2)


def show_channel_patches(
    image: np.ndarray,
    feature_map: np.ndarray,
    name: str,
    field: tuple[int, int, float],
    channels: Sequence[int],
    count: int = 6,
) -> np.ndarray:
    """Some channels of a map, each with the patches of the image that excite it most.

    A patch is what the cell can see: its receptive field. A square marks its middle, which has a
    third of the field's side; the number is the cell's value. White is beyond the image.

    Args:
        image: [H, W, 3] uint8, the molded image made visible.
        feature_map: [h, w, C] float32 of this image; name: its level, such as "C3".
        field: (size, stride, first) of the level, from `backbone.receptive_fields`.
        channels: which to draw, one row each.
        count: patches per channel.

    Returns the array of axes, [channels, count + 1].
    """
    size, stride, _ = field
    axes = style.axes_grid(len(channels), count + 1, len(channels) * 1.45)
    grey = np.pad(image.mean(-1) / 255, size, constant_values=1)
    for row, channel in zip(axes, channels, strict=True):
        values = feature_map[..., channel]
        style.show_map(values, row[0], f"channel {channel}", stride)
        frame(row[0], style.LEVEL_COLOURS.get(name, "#555555"))
        cells = strongest_cells(values, count, size // stride // 2)
        for ax, cell in zip(row[1:], cells, strict=False):
            _show_patch(ax, grey, cell, field, f"{values[tuple(cell)]:.1f}")
            third = np.array([1, 1, 2, 2]) * size / 3
            marks.draw_box(ax, third, style.LEVEL_COLOURS.get(name, "white"), width=1.2)
        for ax in row[len(cells) + 1 :]:
            ax.axis("off")
    return style.with_alt(
        axes,
        f"One row per channel of {name}: its map, and the {count} patches of {size} x {size} "
        "pixels of the image whose cells have the largest values in it. A square marks the middle "
        "of each patch.",
    )


def _show_patch(ax, grey, cell, field, title):
    """The receptive field of one cell, cut out of a grey image that is padded by its size."""
    size, stride, first = field
    top, left = (int(first + stride * index - size / 2) + size for index in cell)
    style.show_image(grey[top : top + size, left : left + size], ax, title)
    ax.images[0].set_clim(0, 1)
