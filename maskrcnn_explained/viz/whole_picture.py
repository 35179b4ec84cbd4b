"""Pictures of the whole model at once: one panel per stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.anchors import anchor_shapes, level_sizes
from maskrcnn_explained.config import LEVELS, STRIDES, Config
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.backbone import PHOTO_WIDTH
from maskrcnn_explained.viz.drawing import few_shades, text_bars, zoom_square
from maskrcnn_explained.viz.fpn import activity, show_level
from maskrcnn_explained.viz.rpn import objectness_maps

if TYPE_CHECKING:
    from maskrcnn_explained.data.molding import Window


def show_whole_picture(
    image: np.ndarray, tensors: dict[str, Any], masks: np.ndarray, config: Config, boxes: int = 30
) -> np.ndarray:
    """Six panels: image, a feature map, a pyramid level, objectness, proposals, instances.

    Args:
        image: [Hm, Wm, 3] uint8, the molded image made visible.
        tensors: the dict of `MaskRCNN.tensors`.
        masks: [n, Hm, Wm] bool, the pasted masks of the first n detections.
        boxes: how many proposals to draw, best first.

    Returns the array of axes.
    """
    axes = style.axes_grid(2, 3, 4.5, PHOTO_WIDTH)
    style.show_image(few_shades(image), axes[0, 0], "1  molded image")
    show_level(tensors["C3"], "C3", axes[0, 1], "2  backbone: C3")
    show_level(tensors["P3"], "P3", axes[0, 2], "3  FPN: P3")
    scores = tensors["rpn_probs"][:, 1]
    maps = objectness_maps(scores, image.shape[:2], len(config.anchor_ratios))
    level = _level_of_most(tensors, config)
    title = f"4  RPN: objectness on {LEVELS[level]}"
    style.show_map(maps[level], axes[1, 0], title, STRIDES[level], vmin=0, vmax=1)
    style.show_image(few_shades(image), axes[1, 1], f"5  the {boxes} best proposals")
    marks.draw_boxes(axes[1, 1], tensors["proposals"][:boxes], "#66CCEE", width=1.0)
    style.show_image(few_shades(image), axes[1, 2], "6  boxes, classes, masks")
    for i, mask in enumerate(masks):
        colour = style.class_colour(tensors["detection_class_ids"][i])
        marks.fill_mask(axes[1, 2], mask, colour)
        marks.draw_box(axes[1, 2], tensors["detection_boxes"][i], colour, width=1.0)
    return axes


def _level_of_most(tensors, config) -> int:
    """Index of the level from which most detections came."""
    rois = tensors["detection_rois"]
    anchors = tensors["proposal_anchors"][rois[rois >= 0]]
    ends = np.cumsum(level_sizes(tensors["molded_image"].shape[:2], config))
    levels = np.searchsorted(ends, anchors, side="right")
    return int(np.bincount(levels, minlength=len(LEVELS)).argmax())


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
    marks.write(axes[0, 1], 4, window.box[2] - 4, "window", style.POSITIVE)
    return axes


def show_anchor_overview(image: np.ndarray, config: Config) -> np.ndarray:
    """The anchors of the middle cell of each level, and the number of anchors per level.

    Args:
        image: [Hm, Wm, 3] uint8, the molded image made visible.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, 2, 3.2, PHOTO_WIDTH)
    style.show_image(few_shades(image), axes[0, 0], "anchors of one cell per level")
    for level, stride, scale in zip(LEVELS, STRIDES, config.anchor_scales, strict=True):
        cell = np.array([side // 2 // stride for side in image.shape[:2]])
        centre = (cell + 0.5) * stride
        half = anchor_shapes(scale, config.anchor_ratios) / 2
        boxes = np.concatenate([centre - half, centre + half], 1)
        marks.draw_boxes(axes[0, 0], boxes, style.LEVEL_COLOURS[level], width=1.4)
    counts = level_sizes(image.shape[:2], config)
    colours = [style.LEVEL_COLOURS[level] for level in LEVELS]
    text_bars(axes[0, 1], LEVELS, counts, colours, [f"{count:,}" for count in counts])
    axes[0, 1].set(xlabel="anchors", xlim=(0, max(counts) * 1.2))
    axes[0, 1].set_title(f"{sum(counts):,} anchors in all", fontsize=style.TEXT_SIZE + 1)
    return axes


def show_one_instance(
    image: np.ndarray,
    tensors: dict[str, Any],
    index: int,
    pasted: np.ndarray,
    class_names: Sequence[str],
) -> np.ndarray:
    """One detection through the heads: boxes, RoI features, class scores, small and pasted mask.

    Args:
        image: [Hm, Wm, 3] uint8, the molded image made visible.
        tensors: the dict of `MaskRCNN.tensors`.
        index: which detection.
        pasted: [Hm, Wm] bool, its mask in the molded image.
        class_names: K strings.

    Returns the array of axes.
    """
    roi = tensors["detection_rois"][index]
    class_id = tensors["detection_class_ids"][index]
    proposal = tensors["proposals"][roi]
    box = tensors["detection_boxes"][index]
    colour = style.class_colour(class_id)
    axes = style.axes_grid(2, 3, 4.6, PHOTO_WIDTH)
    style.show_image(few_shades(image), axes[0, 0], "proposal and box")
    marks.draw_box(axes[0, 0], box, colour, width=2)
    marks.draw_box(axes[0, 0], proposal, "#66CCEE", style.BEFORE, width=2.2)
    for_box = activity(tensors["box_features"][roi])
    style.show_map(for_box, axes[0, 1], "7 x 7 for the box head", bar="mean over channels")
    for_mask = activity(tensors["mask_features"][index])
    style.show_map(for_mask, axes[1, 0], "14 x 14 for the mask head", bar="mean over channels")
    _class_bars(axes[0, 2], tensors["class_probs"][roi], class_names)
    title = f"28 x 28, {class_names[class_id]}"
    style.show_map(tensors["masks"][index], axes[1, 1], title, bar="probability", vmin=0, vmax=1)
    style.show_image(few_shades(image), axes[1, 2], "pasted, cut at 0.5")
    marks.fill_mask(axes[1, 2], pasted, colour)
    marks.draw_box(axes[1, 2], box, colour)
    for ax in (axes[0, 0], axes[1, 2]):
        zoom_square(ax, np.stack([proposal, box]))
    return axes


def show_mask_close(
    image: np.ndarray,
    mask: np.ndarray,
    box: np.ndarray,
    colour: str,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """One mask and its box, close up.

    Args:
        image: [H, W, 3] uint8; mask: [H, W] bool; box: [4], pixels of the same image.

    Returns the axes.
    """
    ax = style.show_image(few_shades(image), ax, title)
    marks.fill_mask(ax, mask, colour)
    marks.draw_box(ax, box, colour, width=2)
    zoom_square(ax, np.asarray(box)[None])
    return ax


def _class_bars(ax, probs, class_names):
    """The class probabilities of one RoI as bars."""
    colours = [style.class_colour(i) for i in range(len(class_names))]
    text_bars(ax, class_names, probs, colours, [f"{p:.2f}" for p in probs])
    ax.set(xlim=(0, 1.25), xticks=[0, 0.5, 1], xlabel="probability")
    ax.set_title("class scores", fontsize=style.TEXT_SIZE + 1)
