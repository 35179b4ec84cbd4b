"""Pictures of proposals: their scores, their levels, and the sizes that each level answers to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import GROUND_STEP, few_shades, frame, level_legend


def show_objectness_by_size(
    sizes: np.ndarray, objectness: np.ndarray, edges: Sequence[float], ax: Axes | None = None
) -> Axes:
    """Objectness against the size of the object, one line per level: what each level is for.

    Args:
        sizes: [G], the side of each object in pixels. objectness: [G, 5] in 0..1, on P2..P6.
        edges: limits of the groups of sizes; each line goes through the groups' means.

    Returns the axes.
    """
    ax = style.new_axes(ax, 8.0, 4.0)
    group = np.digitize(sizes, edges) - 1
    used = [g for g in range(len(edges) - 1) if (group == g).any()]
    middles = [np.exp(np.log(np.asarray(sizes)[group == g]).mean()) for g in used]
    best = []
    for level, name in enumerate(LEVELS):
        values = np.asarray(objectness)[:, level]
        means = np.array([values[group == g].mean() for g in used])
        colour = style.LEVEL_COLOURS[name]
        edge = marks.outlined(3.4)
        look: Any = dict(color=colour, linewidth=2.4, markersize=7, path_effects=edge)
        ax.plot(middles, means, "o-", label=name, **look)
        best.append(f"{name} {means.max():.2f} at {middles[means.argmax()]:.0f} pixels")
    ax.set(xscale="log", xlabel="side of the object (pixels)", ylim=(-0.03, 1.05))
    ax.set_xticks(middles, [f"{middle:.0f}" for middle in middles], minor=False)
    ax.set_xticks([], minor=True)
    ax.set_ylabel("mean objectness at its centre")
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    alt = f"Mean objectness against the size of the object; the highest of each level: {best}."
    return style.with_alt(ax, alt.replace("[", "").replace("]", "").replace("'", ""))


def show_proposal_scores(
    scores: np.ndarray, levels: np.ndarray, ax: Axes | None = None, lowest: float = 1e-5
) -> Axes:
    """How sure the RPN was of its proposals: a histogram over powers of ten, stacked by level.

    Args:
        scores: [N] in 0..1; lower ones than `lowest` count as that. levels: [N], 0 for P2.

    Returns the axes.
    """
    ax = style.new_axes(ax, 8.0, 3.6)
    edges = np.logspace(np.log10(lowest), 0, 21).tolist()
    parts = [np.clip(np.asarray(scores)[np.asarray(levels) == i], lowest, 1) for i in range(5)]
    colours = [style.LEVEL_COLOURS[name] for name in LEVELS]
    names = [f"{name}: {len(part)}" for name, part in zip(LEVELS, parts, strict=True)]
    ax.hist(
        parts, edges, stacked=True, color=colours, label=names, edgecolor="white", linewidth=0.4
    )
    ax.axvline(0.5, color="#222222", linestyle="--", linewidth=1.5)
    ax.text(0.46, 0.97, "0.5", ha="right", va="top", transform=ax.get_xaxis_transform())
    ax.set(xscale="log", xlabel="objectness (1 is sure)", ylabel="proposals")
    ax.legend(frameon=False, loc="upper left", title="proposals of")
    sure = int((np.asarray(scores) >= 0.5).sum())
    alt = (
        f"Histogram of the objectness of {len(scores)} proposals, stacked by level "
        f"({', '.join(names)}). {sure} of them, at the right end, have 0.5 or more."
    )
    return style.with_alt(ax, alt)


def show_proposal_levels(
    image: np.ndarray,
    boxes: np.ndarray,
    levels: np.ndarray,
    maps: Sequence[np.ndarray],
    shown: Sequence[int] = (1, 4),
) -> np.ndarray:
    """Proposals in the colours of their levels; beside them the objectness of some levels.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        boxes: [N, 4] pixels; levels: [N], 0 for P2.
        maps: five maps [h, w], as `objectness_maps` returns them; shown: which of them to draw.

    Returns the axes of the row.
    """
    height, width = image.shape[:2]
    panels = 1 + len(shown)
    axes = style.axes_grid(1, panels, style.PAGE_WIDTH / panels * height / width + 0.4)[0]
    style.show_image(few_shades(image, GROUND_STEP), axes[0], f"the {len(boxes)} best proposals")
    marks.draw_boxes(axes[0], boxes, [style.LEVEL_COLOURS[LEVELS[level]] for level in levels])
    level_legend(axes[0], [LEVELS[level] for level in sorted(set(levels))])
    for ax, level in zip(axes[1:], shown, strict=True):
        name = LEVELS[level]
        style.show_map(maps[level], ax, f"objectness on {name}", STRIDES[level], vmin=0, vmax=1)
        frame(ax, style.LEVEL_COLOURS[name], 4)
    counts = np.bincount(np.asarray(levels), minlength=len(LEVELS))
    told = [f"{count} of {name}" for name, count in zip(LEVELS, counts, strict=True) if count]
    names = " and ".join(LEVELS[level] for level in shown)
    alt = f"An image with {len(boxes)} proposals ({', '.join(told)}), and objectness on {names}."
    return style.with_alt(axes, alt)
