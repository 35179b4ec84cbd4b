"""Pictures of box arithmetic: deltas, boxes before and after they move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import GROUND_STEP, few_shades, legend_beside, level_legend


def show_boxes(
    image: np.ndarray,
    boxes: np.ndarray,
    colours: str | Sequence[str],
    ax: Axes | None = None,
    title: str = "",
    line: str = style.AFTER,
) -> Axes:
    """Boxes [N, 4] on an image; `colours` is one colour or N. Returns the axes."""
    height, width = image.shape[:2]
    ax = style.new_axes(ax, 6.0, 6.0 * height / width + 0.3)
    style.show_image(few_shades(image, GROUND_STEP), ax, title)
    marks.draw_boxes(ax, boxes, colours, line)
    return style.with_alt(ax, f"An image with {len(boxes)} boxes{': ' + title if title else ''}.")


def show_boxes_row(
    image: np.ndarray,
    sets: Sequence[np.ndarray],
    titles: Sequence[str],
    levels: Sequence[np.ndarray] = (),
    dotted: int = 1,
) -> np.ndarray:
    """One image several times in a row, each time with other boxes.

    Args:
        image: [H, W, 3] uint8; sets: list of [N, 4] pixels; titles: one per set.
        levels: list of [N] integers, 0 for P2, the level of each box: it gives the colour; with
            none, all boxes are white.
        dotted: the first so many sets are "before", and dotted.

    Returns the axes of the row.
    """
    height, width = image.shape[:2]
    axes = style.axes_grid(1, len(sets), style.PAGE_WIDTH / len(sets) * height / width + 0.4)[0]
    for i, (ax, boxes, title) in enumerate(zip(axes, sets, titles, strict=True)):
        names = [LEVELS[level] for level in levels[i]] if levels else []
        colours = [style.LEVEL_COLOURS[name] for name in names] or "white"
        show_boxes(image, boxes, colours, ax, title, style.BEFORE if i < dotted else style.AFTER)
        if names:
            level_legend(ax, sorted(set(names)))
    parts = [f"{len(boxes)} boxes, {title}" for boxes, title in zip(sets, titles, strict=True)]
    told = " Colours are levels." if levels else ""
    return style.with_alt(axes, f"One image {len(sets)} times: {'; '.join(parts)}.{told}")


def show_refinement(
    image: np.ndarray,
    anchors: np.ndarray,
    refined: Sequence[np.ndarray],
    axes: Any = None,
    titles: Sequence[str] = ("", ""),
) -> np.ndarray:
    """Anchors (orange, dotted) and what their deltas made of them (blue, solid), in numbered pairs.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors: [N, 4] pixels.
        refined: list of [N, 4], one per panel (such as before and after clipping).
        axes: one axes per panel; None makes a row of them.

    Returns the axes.
    """
    height, width = image.shape[:2]
    number = len(refined)
    if axes is None:
        axes = style.axes_grid(1, number, style.PAGE_WIDTH / number * height / width + 0.5)[0]
    margin = 30  # pixels of white around the image, so that boxes beyond its edge can be seen
    for ax, boxes, title in zip(axes, refined, titles, strict=True):
        style.show_image(few_shades(image, GROUND_STEP), ax, title)
        ax.set(xlim=(-margin, width + margin), ylim=(height + margin, -margin))
        pairs = zip(anchors, boxes, strict=True)
        for number, (anchor, box) in enumerate(pairs, 1):
            marks.draw_box(ax, anchor, style.STEP_COLOURS["anchor"], style.BEFORE, width=2.2)
            look: Any = dict(width=2.2, label=str(number))
            marks.draw_box(ax, box, style.STEP_COLOURS["proposal"], **look)
    alt = (
        f"{len(anchors)} anchors, dotted and orange, and the boxes they were moved to, solid and "
        f"blue, in {len(refined)} panels{': ' if titles[0] else ''}{', '.join(titles)}."
    )
    return style.with_alt(axes, alt)


def show_delta_histograms(deltas: np.ndarray, std: Sequence[float] | None = None) -> np.ndarray:
    """How the four deltas are distributed: one histogram per delta, with its std in the title.

    Args:
        deltas: [N, 4] (dy, dx, dh, dw).
        std: four numbers; lines mark each of them, and minus it; None draws no lines.

    Returns the axes.
    """
    axes = style.axes_grid(1, 4, 2.4)[0]
    names = ("dy", "dx", "dh", "dw")
    for i, (ax, name) in enumerate(zip(axes, names, strict=True)):
        values = np.asarray(deltas)[:, i]
        ax.hist(values, bins=np.linspace(-0.8, 0.8, 41), color="#0072B2")
        ax.set_title(f"{name}: std {values.std():.2f}", fontsize=style.TEXT_SIZE + 1)
        ax.set(yticks=[], xlabel="log of a factor" if i > 1 else "in anchor sizes")
        if std is not None:
            for mark in (-std[i], std[i]):
                line = ax.axvline(mark, color=style.NEGATIVE, linestyle="--", linewidth=1.5)
    if std is not None:
        words = "divided by this: the std of the Config"
        axes[0].figure.legend([line], [words], loc="outside lower center", frameon=False)
    spreads = [f"{name} {std:.2f}" for name, std in zip(names, np.std(deltas, 0), strict=True)]
    alt = f"Histograms of {len(deltas)} deltas, with standard deviations of {', '.join(spreads)}."
    return style.with_alt(axes, alt)


def show_chain(
    image: np.ndarray,
    boxes: np.ndarray,
    ax: Axes | None = None,
    names: Sequence[str] = ("anchor", "proposal", "detection"),
) -> Axes:
    """One instance on its way: its box after each step, on the part of the image around them.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        boxes: [3, 4] pixels: anchor (drawn dotted), proposal (dashed), detection (solid).

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.0, 3.8)
    style.show_image(few_shades(image, GROUND_STEP), ax)
    lines: Any = (style.BEFORE, "--", style.AFTER)
    handles = []
    for box, colour, line in zip(boxes, style.STEP_COLOURS.values(), lines, strict=True):
        patch = marks.draw_box(ax, box, colour, line, width=2.4).patches[-1]
        patch.set_zorder(2 if line == style.AFTER else 3)  # a solid line would hide the others
        handles.append(Line2D([], [], color=colour, linestyle=line, linewidth=2.4))
    low = np.min(boxes, 0)[:2] - 12
    high = np.max(boxes, 0)[2:] + 12
    ax.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]))
    legend_beside(ax, handles, names, style.TEXT_SIZE + 2)
    alt = f"A part of an image with three boxes: {names[0]} dotted, {names[1]} dashed, "
    return style.with_alt(ax, f"{alt}{names[2]} solid.")
