"""Pictures of the RPN: objectness on every level, the edges of proposals, recall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.config import LEVELS, STRIDES, ceil_div
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.boxes import show_boxes
from maskrcnn_explained.viz.drawing import GROUND_STEP, few_shades, frame, level_legend

POINT_COLOURS = (style.IGNORED, "#0072B2", style.POSITIVE)  # anchors, boxes before and after NMS


def objectness_maps(
    scores: np.ndarray, image_size: Sequence[int], ratios: int = 3
) -> list[np.ndarray]:
    """Scores of all anchors as one map per level: in each cell the best score of its anchors.

    Args:
        scores: [A] in the order of the anchors.
        image_size: (H, W) of the molded image, multiples of 64.
        ratios: R, anchors per cell.

    Returns a list of five maps [H / stride, W / stride], P2..P6.
    """
    maps = []
    start = 0
    for stride in STRIDES:
        height, width = (ceil_div(side, stride) for side in image_size)
        part = np.asarray(scores)[start : start + height * width * ratios]
        maps.append(part.reshape(height, width, ratios).max(-1))
        start += height * width * ratios
    return maps


def show_objectness(image: np.ndarray, maps: Sequence[np.ndarray]) -> np.ndarray:
    """The molded image and one heat map per level, all on one scale 0..1.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        maps: five maps [h, w], as `objectness_maps` returns them.

    Returns the axes, [2, 3].
    """
    height, width = image.shape[:2]
    panel = 0.86 * style.PAGE_WIDTH / 3 * height / width  # the colour bar takes the rest
    axes = style.axes_grid(2, 3, 2 * (panel + 0.3))
    style.show_image(few_shades(image, GROUND_STEP), axes[0, 0], "molded image")
    for ax, name, values, stride in zip(axes.flat[1:], LEVELS, maps, STRIDES, strict=True):
        size = " x ".join(str(side) for side in values.shape)
        style.show_map(values, ax, f"{name}: {size} cells", stride, vmin=0, vmax=1)
        frame(ax, style.LEVEL_COLOURS[name], 4)
    drawn = axes[0, 1].images[0]
    bar = axes[0, 0].figure.colorbar(drawn, ax=list(axes.flat), shrink=0.7)
    bar.set_label("objectness (probability), best of a cell's anchors")
    return style.with_alt(axes, f"The image, and heat maps of objectness: {_best_of(maps)}.")


def _best_of(maps):
    """How many cells of each level say "object", in words."""
    counts = [f"{int((np.asarray(m) >= 0.5).sum())} of {np.size(m)}" for m in maps]
    told = [f"{name} {count}" for name, count in zip(LEVELS, counts, strict=False)]
    return f"cells that say 0.5 or more, {', '.join(told)}"


def show_objectness_rows(
    image: np.ndarray, rows: Sequence[Sequence[np.ndarray]], names: Sequence[str]
) -> np.ndarray:
    """Heat maps of the first levels in rows, to compare models; the image is at the top left.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        rows: for each row, maps [h, w] of P2, P3, ... as `objectness_maps` returns them.
        names: one per row.

    Returns the axes, [rows, maps + 1].
    """
    height, width = image.shape[:2]
    columns = len(rows[0]) + 1
    panel = 0.88 * style.PAGE_WIDTH / columns * height / width
    axes = style.axes_grid(len(rows), columns, len(rows) * (panel + 0.25))
    for ax in axes[1:, 0]:
        ax.axis("off")
    style.show_image(few_shades(image, GROUND_STEP), axes[0, 0], "molded image")
    for row, maps, name in zip(axes, rows, names, strict=True):
        for ax, level, values, stride in zip(row[1:], LEVELS, maps, STRIDES, strict=False):
            style.show_map(values, ax, f"{level}, {name}", stride, vmin=0, vmax=1)
    bar = axes[0, 0].figure.colorbar(axes[0, 1].images[0], ax=list(axes.flat), shrink=0.7)
    bar.set_label("objectness (probability)")
    told = [f"{name}: {_best_of(maps)}" for name, maps in zip(names, rows, strict=True)]
    return style.with_alt(
        axes, f"The image, and rows of heat maps of objectness. {'; '.join(told)}."
    )


def show_edges(boxes: np.ndarray, image_size: Sequence[int]) -> np.ndarray:
    """Where boxes begin and end: one histogram per edge.

    Args:
        boxes: [N, 4], pixels of the molded image; image_size: its (H, W).

    Returns the axes, [4].
    """
    axes = style.axes_grid(1, 4, 2.4)[0]
    names = ("upper edge y1", "left edge x1", "lower edge y2", "right edge x2")
    for i, (ax, name) in enumerate(zip(axes, names, strict=True)):
        side = image_size[i % 2]
        ax.hist(boxes[:, i], np.linspace(0, side, 33), color=style.POSITIVE)
        ax.set(xlabel=f"{name} [pixels]", xlim=(0, side))
    axes[0].set_ylabel("number of boxes")
    alt = f"Four histograms, one per edge, of where {len(boxes)} boxes begin and end."
    return style.with_alt(axes, alt)


def show_recall(
    overlaps: Sequence[np.ndarray], names: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Recall against the IoU that counts as found, one line per set of boxes.

    Args:
        overlaps: list of [G] arrays, the best IoU of each ground-truth box with any box of a set.
        names: one per set.

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.0, 3.8)
    thresholds = np.arange(0.3, 0.96, 0.05)
    marks = zip(overlaps, names, POINT_COLOURS, "so^", strict=False)
    for best, name, colour, mark in marks:
        recall = (np.asarray(best)[None] >= thresholds[:, None]).mean(1)
        ax.plot(thresholds, recall, mark + "-", color=colour, label=name, markersize=6)
    ax.set(xlabel="IoU that counts as found", ylabel="recall of ground truth", ylim=(0, 1.03))
    ax.grid(color="#dddddd")
    ax.legend(frameon=False, loc="lower left")
    at_half = [
        f"{name} {(np.asarray(b) >= 0.5).mean():.2f}"
        for b, name in zip(overlaps, names, strict=True)
    ]
    alt = f"Recall against the IoU that counts as found; at 0.5: {', '.join(at_half)}."
    return style.with_alt(ax, alt)


def show_rpn_steps(
    image: np.ndarray,
    anchors: np.ndarray,
    levels: np.ndarray,
    maps: Sequence[np.ndarray],
    proposals: np.ndarray,
) -> np.ndarray:
    """The RPN in one row: anchors of a cell, objectness, the best proposals.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors, levels: as for `show_cell_anchors`.
        maps: five maps [h, w], as `objectness_maps` returns them; the picture shows the best
            objectness of all levels at each place.
        proposals: [N, 4] pixels.

    Returns the axes of the row.
    """
    height, width = image.shape[:2]
    axes = style.axes_grid(1, 3, style.PAGE_WIDTH / 3 * height / width + 0.4)[0]
    style.show_image(few_shades(image, GROUND_STEP), axes[0], "1. anchors of one cell per level")
    for box, level in zip(anchors, levels, strict=True):
        marks.draw_box(axes[0], box, style.LEVEL_COLOURS[LEVELS[level]], width=1.2)
    fine = [values.repeat(2**i, 0).repeat(2**i, 1) for i, values in enumerate(maps)]
    style.show_map(np.max(fine, 0), axes[1], "2. objectness", STRIDES[0], vmin=0, vmax=1)
    level_legend(axes[0], [LEVELS[level] for level in sorted(set(levels))])
    show_boxes(image, proposals, "white", axes[2], "3. the best proposals")
    alt = (
        f"An image three times: with {len(anchors)} anchors of cells at one place; as a heat map "
        f"of objectness, the best of all levels; with the {len(proposals)} best proposals."
    )
    return style.with_alt(axes, alt)
