"""Pictures of the stairs that upsampling makes, and of what smooths them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from maskrcnn_explained.viz import marks, style


def show_staircase(
    signal: np.ndarray, upsampled: np.ndarray, smoothed: np.ndarray, ax: Axes | None = None
) -> Axes:
    """A coarse signal, its nearest upsampling, and that after a small filter, as three lines.

    Args:
        signal: [n]; upsampled, smoothed: [2 * n].

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.5, 3.2)
    fine = np.arange(len(upsampled)) + 0.5
    coarse = (np.arange(len(signal)) + 0.5) * 2
    edges = np.arange(len(upsampled) + 1)
    steps = np.append(upsampled, upsampled[-1])
    label = "after nearest upsampling"
    ax.step(edges, steps, where="post", color="#999999", linewidth=2, label=label)
    label = "coarse cells, at their centres"
    ax.plot(coarse, signal, "o", color=style.LEVEL_COLOURS["P5"], markersize=9, label=label)
    look: Any = dict(color=style.LEVEL_COLOURS["P4"], linewidth=1.6, markersize=9)
    ax.plot(fine, smoothed, ".-", **look, label="after the filter 1/4, 1/2, 1/4")
    ax.set(xlabel="position (fine cells)", ylabel="value")
    ax.legend(frameon=False, fontsize=style.TEXT_SIZE)
    alt = (
        f"{len(signal)} points of a coarse signal; upsampled they make a staircase; the filter "
        "makes a line without stairs through the points."
    )
    return style.with_alt(ax, alt)


def show_stairs_by_level(
    before: dict[str, Sequence[float]], after: dict[str, Sequence[float]], ax: Axes | None = None
) -> Axes:
    """How strong the stairs are on each level, before and after the 3x3 convolution.

    Args:
        before, after: level -> one number per image: the mean step inside of blocks of 2 x 2,
            divided by the mean step across their edges. Stairs give 0, no blocks give 1.

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.5, 3.4)
    ax.axhline(1, color="#777777", linewidth=1)
    for place, name in enumerate(before):
        colour = style.LEVEL_COLOURS[name]
        for shift, values, mark in ((-0.12, before[name], "none"), (0.12, after[name], colour)):
            places = place + shift + np.linspace(-0.04, 0.04, len(values))
            ax.plot(places, values, "o", color=colour, markersize=8, markerfacecolor=mark)
    look: Any = dict(linestyle="", marker="o", color="#444444", markersize=8)
    handles = [Line2D([], [], markerfacecolor=mark, **look) for mark in ("none", "#444444")]
    ax.legend(handles, ["the sum", "after the 3x3"], frameon=False, loc="lower right")
    ax.set_xticks(range(len(before)), list(before))
    ax.set(ylabel="step inside / step across", ylim=(0, 1.45), xlim=(-0.5, len(before) - 0.5))
    ax.text(-0.45, 1.02, "no blocks", va="bottom", color="#444444")
    ax.text(-0.45, 0.02, "stairs", va="bottom", color="#444444")
    means = [
        f"{name} {np.mean(before[name]):.2f} and {np.mean(after[name]):.2f}" for name in before
    ]
    alt = (
        "One dot per image and level: the step inside of blocks divided by the step across, before "
        f"and after the 3x3 convolution; the means are {', '.join(means)}."
    )
    return style.with_alt(ax, alt)


def show_zoomed_maps(
    maps: Sequence[np.ndarray],
    titles: Sequence[str],
    stride: int,
    part: Sequence[int],
    bar: str = "value",
    shared: bool = True,
) -> np.ndarray:
    """Maps of one stride side by side, and below each the same part of it, enlarged.

    Args:
        maps: list of [h, w]; titles: one per map; stride: pixels per cell.
        part: rows and columns of the cells to enlarge: (row, column, end row, end column).
        bar: what the colour bar measures: negative numbers are blue, positive ones red.
        shared: one scale for all maps; False divides each map by its highest number first.

    Returns the axes, [2, maps].
    """
    height, width = np.asarray(maps[0]).shape
    y1, x1, y2, x2 = (int(edge) * stride for edge in part)
    column = style.PAGE_WIDTH / len(maps)
    tall = column * height / width + column * (y2 - y1) / (x2 - x1)
    ratios = (height / width, (y2 - y1) / (x2 - x1))
    axes = style.axes_grid(2, len(maps), tall + 1.0)
    axes[0, 0].get_gridspec().set_height_ratios(ratios)
    limits = [float(np.percentile(np.abs(values), 99.5)) for values in maps]
    drawn = [values / (1 if shared else limit) for values, limit in zip(maps, limits, strict=True)]
    limit = max(limits) if shared else 1.0
    for (above, below), values, title in zip(axes.T, drawn, titles, strict=True):
        for ax, words in ((above, title), (below, "")):
            style.show_map(values, ax, words, stride, vmin=-limit, vmax=limit, cmap="RdBu_r")
        marks.draw_box(above, (y1, x1, y2, x2), "#F0E442", width=2.0)
        below.set(xlim=(x1, x2), ylim=(y2, y1))
        below.spines[:].set(color="#F0E442", linewidth=3)
    look: Any = dict(location="bottom", shrink=0.6, aspect=30, pad=0.03)
    axes[0, 0].figure.colorbar(above.images[0], ax=list(axes[1]), **look).set_label(bar)
    alt = f"{len(maps)} maps ({'; '.join(titles)}), and below each a part of it, enlarged."
    return style.with_alt(axes, alt)
