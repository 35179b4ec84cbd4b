"""Pictures of the RPN: objectness, deltas, non-maximum suppression, proposals and recall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.anchors import ground

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
POINT_COLOURS = (style.IGNORED, "#0072B2", style.POSITIVE)  # anchors, before NMS, after it


def objectness_maps(
    scores: np.ndarray, image_size: Sequence[int], ratios: int = 3
) -> list[np.ndarray]:
    """Scores of all anchors as one map a level, the best of each cell's ratios.

    Args:
        scores: [A] in the order of the anchors.
        image_size: (H, W) of the molded image, multiples of 64.
        ratios: R, anchors a cell.

    Returns a list of five maps [H / stride, W / stride], P2..P6.
    """
    maps, start = [], 0
    for stride in STRIDES:
        height, width = image_size[0] // stride, image_size[1] // stride
        part = np.asarray(scores)[start : start + height * width * ratios]
        maps.append(part.reshape(height, width, ratios).max(-1))
        start += height * width * ratios
    return maps


def show_objectness(image: np.ndarray, maps: Any) -> np.ndarray:
    """The molded image and a heat map of each level, all on one scale 0..1.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        maps: five maps [h, w], as `objectness_maps` gives them.

    Returns the axes, [2, 3].
    """
    height, width = image.shape[:2]
    axes = style.axes_grid(2, 3, 2 * (style.PAGE_WIDTH / 3 * height / width + 0.3))
    style.show_image(ground(image), axes[0, 0], "molded image")
    for ax, name, values, stride in zip(axes.flat[1:], LEVELS, maps, STRIDES, strict=True):
        size = " x ".join(str(side) for side in values.shape)
        style.show_map(values, ax, f"{name}: {size} cells", stride, vmin=0, vmax=1)
        for spine in ax.spines.values():
            spine.set(edgecolor=style.LEVEL_COLOURS[name], linewidth=4)
    drawn = axes[0, 1].images[0]
    bar = axes[0, 0].figure.colorbar(drawn, ax=list(axes.flat), shrink=0.7)
    bar.set_label("objectness (probability), best of a cell's anchors")
    return axes


def show_objectness_rows(image: np.ndarray, rows: Any, names: Sequence[str]) -> np.ndarray:
    """Heat maps of the first levels in rows to compare, the image at the top left.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        rows: for each row, maps [h, w] of P2, P3, ... as `objectness_maps` gives them.
        names: one a row.

    Returns the axes, [rows, maps + 1].
    """
    height, width = image.shape[:2]
    columns = len(rows[0]) + 1
    panel = 0.88 * style.PAGE_WIDTH / columns * height / width
    axes = style.axes_grid(len(rows), columns, len(rows) * (panel + 0.25))
    for ax in axes[1:, 0]:
        ax.axis("off")
    style.show_image(ground(image), axes[0, 0], "molded image")
    for row, maps, name in zip(axes, rows, names, strict=True):
        for ax, level, values, stride in zip(row[1:], LEVELS, maps, STRIDES, strict=False):
            style.show_map(values, ax, f"{level}, {name}", stride, vmin=0, vmax=1)
    bar = axes[0, 0].figure.colorbar(axes[0, 1].images[0], ax=list(axes.flat), shrink=0.7)
    bar.set_label("objectness (probability)")
    return axes


def show_boxes(
    image: np.ndarray,
    boxes: np.ndarray,
    colours: Any,
    ax: Axes | None = None,
    title: str = "",
    line: str = style.AFTER,
) -> Axes:
    """Boxes [N, 4] on an image; `colours` is one colour or N. Returns the axes."""
    height, width = image.shape[:2]
    ax = style.new_axes(ax, 6.0, 6.0 * height / width + 0.3)
    style.show_image(ground(image), ax, title)
    return style.draw_boxes(ax, boxes, colours, line)


def show_refinement(
    image: np.ndarray,
    anchors: np.ndarray,
    refined: np.ndarray,
    axes: Any = None,
    titles: Sequence[str] = ("", ""),
) -> np.ndarray:
    """Anchors (dotted) and what their deltas made of them (solid), one colour a pair.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors: [N, 4] pixels.
        refined: list of [N, 4], one for each panel (such as before and after clipping).
        axes: one axes a panel; None makes a row of them.

    Returns the axes.
    """
    height, width = image.shape[:2]
    number = len(refined)
    if axes is None:
        axes = style.axes_grid(1, number, style.PAGE_WIDTH / number * height / width + 0.5)[0]
    margin = 30  # pixels of white around the image, so that boxes beyond its edge can be seen
    for ax, boxes, title in zip(axes, refined, titles, strict=True):
        style.show_image(ground(image), ax, title)
        colours = [style.class_colour(1 + i) for i in range(len(anchors))]
        style.draw_boxes(ax, anchors, colours, line=style.BEFORE)
        style.draw_boxes(ax, boxes, colours, line=style.AFTER, width=2.0)
        ax.set(xlim=(-margin, width + margin), ylim=(height + margin, -margin))
    return axes


def show_nms(
    boxes: np.ndarray,
    scores: np.ndarray,
    kept: np.ndarray,
    reasons: Any = None,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """A handful of boxes: kept ones solid and green, dropped ones dotted and grey, with letters.

    Args:
        boxes: [N, 4]; scores: [N]; kept: indices of the kept boxes.
        reasons: {dropped index: (index of the box that dropped it, IoU)}, for the labels.

    Returns the axes.
    """
    ax = style.new_axes(ax, 8.0, 4.4)
    for i, (box, score) in enumerate(zip(boxes, scores, strict=True)):
        is_kept = i in {int(k) for k in kept}
        colour = style.POSITIVE if is_kept else "#777777"
        text = f"{LETTERS[i]}  score {score:.2f}"
        if not is_kept and reasons and i in reasons:
            by, overlap = reasons[i]
            text += f", dropped: IoU {overlap:.2f} with {LETTERS[by]}"
        y1, x1, y2 = (float(v) for v in box[:3])
        style.draw_box(ax, box, colour, style.AFTER if is_kept else style.BEFORE, width=2.2)
        y = y1 + (0.15 + 0.22 * (i % 3)) * (y2 - y1)
        ax.text(x1 + 0.9, y, LETTERS[i], color=colour, fontsize=13, va="top", weight="bold")
        ax.text(
            1.02,
            0.95 - 0.13 * i,
            text,
            transform=ax.transAxes,
            fontsize=11,
            va="top",
            color="#00664b" if is_kept else "#444444",
        )
    low, high = np.min(boxes, 0), np.max(boxes, 0)
    ax.set(xlim=(low[1] - 6, high[3] + 6), ylim=(high[2] + 6, low[0] - 6), aspect="equal")
    ax.set(xlabel="x (pixels)", ylabel="y (pixels)", title=title)
    return ax


def show_edges(boxes: np.ndarray, image_size: Sequence[int]) -> np.ndarray:
    """Where boxes begin and end: a histogram for each of their four edges.

    Args:
        boxes: [N, 4], pixels of the molded image; image_size: its (H, W).

    Returns the axes, [4].
    """
    axes = style.axes_grid(1, 4, 2.2)[0]
    names = ("upper edge y1", "left edge x1", "lower edge y2", "right edge x2")
    for i, (ax, name) in enumerate(zip(axes, names, strict=True)):
        side = image_size[i % 2]
        ax.hist(boxes[:, i], np.linspace(0, side, 33), color=style.POSITIVE)
        ax.set(xlabel=f"{name} [pixels]", xlim=(0, side), yticks=[])
    axes[0].set_ylabel("boxes")
    return axes


def show_recall(overlaps: Any, names: Sequence[str], ax: Axes | None = None) -> Axes:
    """Recall against the IoU that counts as found, one line for each set of boxes.

    Args:
        overlaps: list of [G] arrays, the best IoU of each ground-truth box with any box of a set.
        names: one a set.

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
    return ax


def show_delta_histograms(deltas: np.ndarray, std: Sequence[float] | None = None) -> np.ndarray:
    """How the four deltas are distributed: one histogram each, with mean and std in the title.

    Args:
        deltas: [N, 4] (dy, dx, dh, dw).
        std: four numbers to mark as +- lines; None for no marks.

    Returns the axes.
    """
    axes = style.axes_grid(1, 4, 2.4)[0]
    for i, (ax, name) in enumerate(zip(axes, ("dy", "dx", "dh", "dw"), strict=True)):
        values = np.asarray(deltas)[:, i]
        ax.hist(values, bins=np.linspace(-0.8, 0.8, 41), color="#0072B2")
        ax.set_title(f"{name}: std {values.std():.2f}", fontsize=style.TEXT_SIZE + 1)
        ax.set(yticks=[], xlabel="log of a factor" if i > 1 else "in anchor sizes")
        if std is not None:
            for mark in (-std[i], std[i]):
                ax.axvline(mark, color=style.NEGATIVE, linestyle="--", linewidth=1.5)
    return axes


def show_chain(
    image: np.ndarray,
    boxes: Any,
    ax: Axes | None = None,
    names: Sequence[str] = ("anchor", "proposal", "detection"),
) -> Axes:
    """One instance on its way: its boxes after each step, on the part of the image around them.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        boxes: [3, 4] pixels: anchor (drawn dotted), proposal (dashed), detection (solid).

    Returns the axes.
    """
    ax = style.new_axes(ax, 7.0, 3.8)
    style.show_image(ground(image), ax)
    lines: Any = (style.BEFORE, "--", style.AFTER)
    handles = []
    for box, colour, line in zip(boxes, ("#EE7733", "#33BBEE", "#00CC88"), lines, strict=True):
        patch = style.draw_box(ax, box, colour, line, width=2.4).patches[-1]
        patch.set_zorder(2 if line == style.AFTER else 3)  # a solid line would hide the others
        handles.append(Line2D([], [], color=colour, linestyle=line, linewidth=2.4))
    low, high = np.min(boxes, 0)[:2] - 12, np.max(boxes, 0)[2:] + 12
    ax.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]))
    ax.legend(
        handles,
        names,
        loc="center left",
        bbox_to_anchor=(1.02, 0.5),
        frameon=False,
        fontsize=style.TEXT_SIZE + 2,
    )
    return ax


def show_rpn_steps(
    image: np.ndarray, anchors: np.ndarray, levels: np.ndarray, maps: Any, proposals: np.ndarray
) -> np.ndarray:
    """The RPN in one row: anchors of a cell, objectness, the best proposals.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors, levels: as for `show_cell_anchors`.
        maps: five maps [h, w] of objectness, as `objectness_maps` gives them; the picture shows
            the best of all levels at each place.
        proposals: [N, 4] pixels.

    Returns the axes of the row.
    """
    height, width = image.shape[:2]
    axes = style.axes_grid(1, 3, style.PAGE_WIDTH / 3 * height / width + 0.4)[0]
    style.show_image(ground(image), axes[0], "1. anchors of one cell a level")
    for box, level in zip(anchors, levels, strict=True):
        style.draw_box(axes[0], box, style.LEVEL_COLOURS[LEVELS[level]], width=1.2)
    fine = [values.repeat(2**i, 0).repeat(2**i, 1) for i, values in enumerate(maps)]
    style.show_map(np.max(fine, 0), axes[1], "2. objectness", STRIDES[0], vmin=0, vmax=1)
    show_boxes(image, proposals, style.POSITIVE, axes[2], "3. the best proposals")
    return axes
