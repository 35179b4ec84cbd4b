"""Pictures of the whole model at once: one panel per stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained.anchors import anchor_levels, anchor_shapes, level_sizes
from maskrcnn_explained.config import LEVELS, STRIDES, Config
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.backbone import PHOTO_WIDTH
from maskrcnn_explained.viz.drawing import few_shades, frame, level_legend, text_bars
from maskrcnn_explained.viz.fpn import show_level
from maskrcnn_explained.viz.rpn import objectness_maps

if TYPE_CHECKING:
    from maskrcnn_explained.data.molding import Window


def show_whole_picture(
    image: np.ndarray, tensors: dict[str, Any], masks: np.ndarray, config: Config, boxes: int = 30
) -> np.ndarray:
    """Six panels: image, a feature map, a pyramid level, objectness, proposals, instances.

    Objectness is the best of all levels at each place; proposals have the colours of their levels.

    Args:
        image: [Hm, Wm, 3] uint8, the molded image made visible.
        tensors: the dict of `MaskRCNN.tensors`.
        masks: [n, Hm, Wm] bool, the pasted masks of the first n detections.
        boxes: how many proposals to draw, best first.

    Returns the array of axes.
    """
    axes = style.axes_grid(2, 3, 4.7, PHOTO_WIDTH)
    style.show_image(few_shades(image), axes[0, 0], "1  molded image")
    show_level(tensors["C3"], "C3", axes[0, 1], "2  backbone: C3")
    show_level(tensors["P3"], "P3", axes[0, 2], "3  FPN: P3")
    scores = tensors["rpn_probs"][:, 1]
    best = best_of_levels(objectness_maps(scores, image.shape[:2], len(config.anchor_ratios)))
    style.show_map(best, axes[1, 0], "4  RPN: objectness", STRIDES[0], vmin=0, vmax=1)
    _show_proposals(image, tensors, config, boxes, axes[1, 1])
    style.show_image(few_shades(image), axes[1, 2], "6  boxes, classes, masks")
    for i, mask in enumerate(masks):
        colour = style.class_colour(tensors["detection_class_ids"][i])
        marks.fill_mask(axes[1, 2], mask, colour)
        marks.draw_box(axes[1, 2], tensors["detection_boxes"][i], colour, width=1.0)
    return style.with_alt(
        axes,
        "Six panels: the molded image; the mean activation of C3; that of P3; objectness, the best "
        f"of all levels at each place; the {boxes} best proposals in the colours of their levels; "
        f"and the detections with boxes and masks, {len(masks)} in all.",
    )


def best_of_levels(maps: Sequence[np.ndarray]) -> np.ndarray:
    """The highest objectness of any level at each place.

    Args:
        maps: five maps [h, w], P2..P6, as `objectness_maps` returns them.

    Returns:
        [h, w] of P2; each cell of a coarser level covers 2 x 2, 4 x 4, ... of its cells.
    """
    height, width = maps[0].shape
    fine = [values.repeat(2**i, 0).repeat(2**i, 1) for i, values in enumerate(maps)]
    return np.max([values[:height, :width] for values in fine], 0)


def _show_proposals(image, tensors, config, count, ax):
    """The best proposals in the colours of the levels that they came from."""
    style.show_image(few_shades(image), ax, f"5  the {count} best proposals")
    places = anchor_levels(image.shape[:2], config)[tensors["proposal_anchors"][:count]]
    names = [LEVELS[level] for level in places]
    colours = [style.LEVEL_COLOURS[name] for name in names]
    marks.draw_boxes(ax, tensors["proposals"][:count], colours, width=1.2)
    level_legend(ax, sorted(set(names)))


def show_molding(image: np.ndarray, molded: np.ndarray, window: Window) -> np.ndarray:
    """An image; beside it the molded image, with the window as a box.

    Args:
        image: [H, W, 3] uint8; molded: [Hm, Wm, 3] uint8, made visible.
        window: the Window between them.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, 2, 3.2, PHOTO_WIDTH)
    style.show_image(few_shades(image), axes[0, 0], f"image: {image.shape[0]} x {image.shape[1]}")
    title = f"molded image: {molded.shape[0]} x {molded.shape[1]}"
    style.show_image(few_shades(molded), axes[0, 1], title)
    marks.draw_box(axes[0, 1], window.box, style.POSITIVE, width=2)
    marks.write(axes[0, 1], 4, window.box[2] - 4, "window", size=style.TEXT_SIZE)
    return style.with_alt(
        axes,
        "An image, and the molded image that was made of it. A green box, the window, shows where "
        "the image lies in the molded one; what is outside it is padding of the mean colour.",
    )


def show_anchor_overview(image: np.ndarray, config: Config, closer: int = 4) -> np.ndarray:
    """The anchors of the middle cell of each level, also close up, and their number per level.

    Args:
        image: [Hm, Wm, 3] uint8, the molded image made visible.
        closer: how many times larger the middle is drawn in the second panel.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, 3, 2.9, style.PAGE_WIDTH)
    style.show_image(few_shades(image), axes[0, 0], "anchors of one cell per level")
    style.show_image(few_shades(image), axes[0, 1], f"the middle, {closer} times as large")
    _draw_cell_anchors(axes[0, :2], image.shape[:2], config)
    height, width = image.shape[:2]
    y, x = height / 2, width / 2
    half = np.array([height, width]) / 2 / closer
    axes[0, 1].set(xlim=(x - half[1], x + half[1]), ylim=(y + half[0], y - half[0]))
    counts = level_sizes(image.shape[:2], config)
    colours = [style.LEVEL_COLOURS[level] for level in LEVELS]
    text_bars(axes[0, 2], LEVELS, counts, colours, [f"{count:,}" for count in counts])
    axes[0, 2].set(xlabel="anchors", xlim=(0, max(counts) * 1.4), xticks=[])
    axes[0, 2].set_title(f"{sum(counts):,} anchors in all", fontsize=style.TEXT_SIZE + 1)
    numbers = ", ".join(f"{name} {count:,}" for name, count in zip(LEVELS, counts, strict=True))
    return style.with_alt(
        axes,
        "Left, the anchors of the middle cell of each level on the image, in the colours of the "
        "levels; in the middle, the same close up, where the small ones of P2 and P3 are seen "
        f"apart; right, bars with the number of anchors per level: {numbers}.",
    )


def _draw_cell_anchors(axes, size, config):
    """The anchors of the middle cell of each level, largest first, on several axes."""
    cells = list(zip(LEVELS, STRIDES, config.anchor_scales, strict=True))
    for level, stride, scale in reversed(cells):
        cell = np.array([side // 2 // stride for side in size])
        centre = (cell + 0.5) * stride
        half = anchor_shapes(scale, config.anchor_ratios) / 2
        boxes = np.concatenate([centre - half, centre + half], 1)
        for ax in axes:
            marks.draw_boxes(ax, boxes, style.LEVEL_COLOURS[level], width=1.4)


def show_before_after(
    image: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    levels: Sequence[str],
    titles: tuple[str, str] = ("anchors ...", "... became proposals"),
) -> np.ndarray:
    """Boxes before and after a step, in two panels: dotted, then solid, coloured by level.

    Args:
        image: [Hm, Wm, 3] uint8, the molded image made visible.
        before, after: [N, 4] pixels; row i of both is one box.
        levels: N names, "P2".."P6".
        titles: of the two panels.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, 2, 3.4, PHOTO_WIDTH)
    colours = [style.LEVEL_COLOURS[name] for name in levels]
    lines = (style.BEFORE, style.AFTER)
    for ax, boxes, title, line in zip(axes[0], (before, after), titles, lines, strict=True):
        style.show_image(few_shades(image), ax, title)
        marks.draw_boxes(ax, boxes, colours, line, width=1.2)
        level_legend(ax, sorted(set(levels)))
    return style.with_alt(
        axes,
        f"The same image twice. Left, dotted, {len(before)} boxes before they move; right, solid, "
        "the same boxes afterwards. Colours are levels.",
    )


def show_objectness_on(
    image: np.ndarray, maps: Sequence[np.ndarray], names: Sequence[str]
) -> np.ndarray:
    """The image, and the objectness of some levels beside it.

    Args:
        image: [Hm, Wm, 3] uint8, the molded image made visible.
        maps: five maps [h, w], P2..P6, as `objectness_maps` returns them.
        names: which levels to draw, such as ["P3", "P4"].

    Returns the array of axes.
    """
    height, width = image.shape[:2]
    count = len(names) + 1
    axes = style.axes_grid(1, count, style.PAGE_WIDTH / count * height / width + 0.9)
    style.show_image(few_shades(image), axes[0, 0], "molded image")
    for ax, name in zip(axes[0, 1:], names, strict=True):
        level = LEVELS.index(name)
        style.show_map(maps[level], ax, f"objectness on {name}", STRIDES[level], vmin=0, vmax=1)
        frame(ax, style.LEVEL_COLOURS[name], 4)
    bar = axes[0, 0].figure.colorbar(
        axes[0, 1].images[0], ax=list(axes[0]), location="bottom", shrink=0.5, aspect=30
    )
    bar.set_label("objectness (probability), best of the anchors of a cell")
    return style.with_alt(
        axes, f"The molded image, and heat maps of the objectness on {' and '.join(names)}."
    )
