"""Pictures of the backbone: feature maps, channels, cells, a residual block, batch norm."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import style
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
    return style.with_alt(
        axes,
        f"An image, and of each of {', '.join(maps)} the channel whose values vary most over it. "
        "Each map has fewer and larger cells than the one before.",
    )


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
    return style.with_alt(
        axes,
        f"The {count} channels of {name} whose values vary most over the image, as maps of "
        f"{height} x {width} cells.",
    )


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
    grids = ", ".join(
        f"{side // stride} x {side // stride} of {n}" for n, stride in strides.items()
    )
    return style.with_alt(
        axes, f"The same {side} x {side} pixels several times, under grids of cells: {grids}."
    )


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
    return style.with_alt(
        axes,
        f"Channel {channel} of a residual block: the input, which is the shortcut; the output of "
        "the branch, blue where it is negative and red where it is positive; and the ReLU of "
        "their sum.",
    )


def show_block_shares(errors: dict[str, tuple[float, float]], ax: Axes | None = None) -> Axes:
    """How far a residual block's output is from what its branch, or its shortcut, gives alone.

    Args:
        errors: name of the block -> (error of the branch alone, error of the shortcut alone), each
            a mean distance divided by the mean of the true output.

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.0, 3.2)
    places = np.arange(len(errors))
    looks = (("branch alone: relu(F(x))", "#4477AA"), ("shortcut alone: relu(x)", "#CC6677"))
    for i, (label, colour) in enumerate(looks):
        values = [pair[i] for pair in errors.values()]
        bars = ax.bar(places + (i - 0.5) * 0.38, values, 0.36, color=colour, label=label)
        ax.bar_label(bars, [f"{value:.2f}" for value in values], fontsize=style.TEXT_SIZE)
    ax.set_xticks(places, list(errors))
    ax.set(xlabel="block", ylabel="distance from the\nblock's output (relative)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="upper left")
    words = "; ".join(f"{name} {a:.2f} and {b:.2f}" for name, (a, b) in errors.items())
    return style.with_alt(
        ax,
        "Bars per block: the relative distance from the block's output of its branch alone and of "
        f"its shortcut alone. {words}.",
    )


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
    typical = ", ".join(
        f"{size}: {value:.2f}" for size, value in zip(strays, typical.values(), strict=True)
    )
    return style.with_alt(
        ax,
        "The distance between the mean of a batch and the moving mean, in standard deviations, for "
        f"batches of several sizes. Root mean squares by size of the batch: {typical}.",
    )
