"""Pictures of notebook 05: classes, refined boxes and masks, the outputs of the mrcnn heads.

Boxes are [N, 4] in pixels of the image; `ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import compare_masks, log2_axis, zoom


def show_head_outputs(
    image: np.ndarray,
    roi: np.ndarray,
    refined: np.ndarray,
    probs: np.ndarray,
    mask: np.ndarray,
    class_names: Sequence[str],
) -> np.ndarray:
    """One RoI through both heads: its box before and after, class probabilities, its mask.

    Args:
        image: [H, W, 3] uint8.
        roi, refined: [4], before (dotted) and after (solid) the box head.
        probs: [K], class probabilities.
        mask: [28, 28], probabilities of the best class.
        class_names: K names.
    """
    axes = style.axes_grid(1, 3, 3.3)[0]
    best = int(np.argmax(probs[1:])) + 1
    style.show_image(image, axes[0], "where exactly? (box head)")
    marks.draw_box(axes[0], refined, style.class_colour(best), width=2.2)
    marks.draw_box(axes[0], roi, "white", style.BEFORE)
    zoom(axes[0], np.stack([roi, refined]), 0.35)
    colours = [style.class_colour(k) for k in range(len(probs))]
    axes[1].barh(class_names, probs, color=colours, edgecolor="#222222")
    axes[1].set(xlim=(0, 1.25), xticks=[0, 0.5, 1], xlabel="probability")
    axes[1].set_title("what is it? (box head)", fontsize=11)
    axes[1].invert_yaxis()
    for k, value in enumerate(probs):
        axes[1].text(value + 0.03, k, f"{value:.2f}", va="center", fontsize=9)
    title = f"which pixels? (mask head)\nmask of {class_names[best]}"
    style.show_map(mask, axes[2], title, bar="probability", vmin=0, vmax=1)
    return axes


def show_proposal_classes(
    image: np.ndarray,
    boxes: np.ndarray,
    probs: np.ndarray,
    class_names: Sequence[str],
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Proposals in the colour of their best class, with its probability; background is dotted.

    Args:
        probs: [N, K], class probabilities.
        class_names: K names, for the legend.
    """
    ax = style.show_image(image, ax, title)
    class_ids = probs.argmax(1)
    for box, class_id in zip(boxes, class_ids, strict=True):
        line = style.BEFORE if class_id == 0 else style.AFTER
        marks.draw_box(ax, box, style.class_colour(class_id), line, width=1.4)
    for k in np.unique(class_ids):
        line = style.BEFORE if k == 0 else style.AFTER
        name = f"{class_names[k]} ({(class_ids == k).sum()})"
        ax.plot([], [], line, color=style.class_colour(k), label=name)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=3, fontsize=9, frameon=False)
    return ax


def show_refined(
    image: np.ndarray,
    rois: np.ndarray,
    refined: np.ndarray,
    class_ids: np.ndarray,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """RoIs before (dotted, white) and after (solid, colour of the class) the box head."""
    ax = style.show_image(image, ax, title)
    for roi, box, class_id in zip(rois, refined, class_ids, strict=True):
        marks.draw_box(ax, box, style.class_colour(class_id), width=1.6)
        marks.draw_box(ax, roi, "white", style.BEFORE, width=1.4)
    return ax


def show_class_boxes(
    image: np.ndarray,
    roi: np.ndarray,
    boxes: np.ndarray,
    class_names: Sequence[str],
    best: int,
    ax: Axes | None = None,
) -> Axes:
    """One RoI (dotted) and where the deltas of each class would move it.

    Args:
        roi: [4].
        boxes: [K, 4], the RoI moved by the deltas of each class; class 0 is not drawn.
        best: the class with the highest probability; its box is thick.
    """
    ax = style.show_image(image, ax, "one RoI, moved by the deltas of each class")
    ax.plot([], [], style.BEFORE, color="#888888", label="RoI", linewidth=2)
    for k in range(1, len(boxes)):
        thick = 3.2 if k == best else 1.4
        marks.draw_box(ax, boxes[k], style.class_colour(k), width=thick)
        ax.plot([], [], color=style.class_colour(k), label=class_names[k], linewidth=thick)
    marks.draw_box(ax, roi, "white", style.BEFORE, width=2)
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9, frameon=False)
    return zoom(ax, np.concatenate([roi[None], boxes[1:]]), 0.3)


def show_iou_steps(steps: dict) -> np.ndarray:
    """Left: IoU of each RoI before and after the box head. Right: a histogram of IoU per step.

    Args:
        steps: name -> [M] IoU with the true box, 0..1, in the order of the model; on the left,
            the last step is drawn against the one before.
    """
    axes = style.axes_grid(1, 2, 3.8)[0]
    (before, x), (after, y) = list(steps.items())[-2:]
    axes[0].plot([0, 1], [0, 1], color="#222222", linewidth=1)
    axes[0].scatter(x, y, s=8, c=style.POSITIVE, alpha=0.4, linewidths=0)
    axes[0].set(xlabel=f"IoU of {before}", ylabel=f"IoU of {after}", xlim=(0, 1), ylim=(0, 1))
    axes[0].set_title("each dot is a RoI; above the line: better", fontsize=11)
    axes[0].set_aspect("equal")
    looks = zip(steps.items(), ("#999999", "#E69F00", "#009E73"), strict=True)
    for (name, values), colour in looks:
        label = f"{name}: median {np.median(values):.2f}"
        look: Any = dict(histtype="step", color=colour, linewidth=2.2)
        axes[1].hist(values, np.linspace(0, 1, 26), **look, label=label)
    axes[1].set(xlabel="IoU with the true box", ylabel="number of RoIs")
    axes[1].set_title("the same RoIs, step by step", fontsize=11)
    axes[1].legend(fontsize=9, loc="upper left")
    return axes


def show_class_masks(
    crop: np.ndarray, masks: np.ndarray, class_names: Sequence[str], own: int
) -> np.ndarray:
    """The photo inside a RoI and the K masks that the mask head made of it.

    Args:
        crop: [h, w, 3] uint8.
        masks: [28, 28, K], probabilities.
        own: the class that the box head chose; its mask is framed.
    """
    number = masks.shape[-1]
    axes = style.axes_grid(1, number + 1, 2.1)[0]
    style.show_image(crop, axes[0], "photo")
    for k, ax in enumerate(axes[1:]):
        bar = "probability" if k == number - 1 else ""
        title = f"{class_names[k]}\n(kept)" if k == own else class_names[k]
        style.show_map(masks[..., k], ax, title, bar=bar, vmin=0, vmax=1)
        if k == own:
            look: Any = dict(fill=False, edgecolor=style.class_colour(k), linewidth=7)
            ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, **look))
    return axes


def show_pasting(
    image: np.ndarray, box: np.ndarray, small: np.ndarray, stretched: np.ndarray, mask: np.ndarray
) -> np.ndarray:
    """From 28 x 28 to the image: the small mask, the same stretched over the box, and cut at 0.5.

    Args:
        box: [4], pixels of the image.
        small: [28, 28] probabilities.
        stretched: [H, W] probabilities, zero outside the box.
        mask: [H, W] bool.
    """
    axes = style.axes_grid(1, 3, 3.3)[0]
    style.show_map(small, axes[0], "28 x 28, from the mask head", vmin=0, vmax=1)
    title = "stretched over the box"
    style.show_map(stretched, axes[1], title, bar="probability", vmin=0, vmax=1)
    style.show_image(image, axes[2], "at least 0.5: the mask")
    marks.fill_mask(axes[2], mask, style.class_colour(1))
    for ax in axes[1:]:
        marks.draw_box(ax, box, "white")
        zoom(ax, box[None], 0.2)
    return axes


def show_masks_in_boxes(
    image: np.ndarray, boxes: np.ndarray, masks: np.ndarray, titles: Sequence[str]
) -> np.ndarray:
    """One panel per box: the box and the mask that was pasted into it, all in the same view."""
    axes = style.axes_grid(1, len(boxes), 3.6)[0]
    for ax, box, mask, title in zip(axes, boxes, masks, titles, strict=True):
        style.show_image(image, ax, title)
        marks.fill_mask(ax, mask, style.class_colour(1))
        marks.draw_box(ax, box, "white")
    for ax in axes:
        zoom(ax, boxes, 0.25)
    return axes


def show_round_trips(
    masks: Sequence[np.ndarray], back: Sequence[np.ndarray], titles: Sequence[str]
) -> np.ndarray:
    """Upper row: full masks. Lower row: after a round trip; lost and added pixels are coloured.

    Args:
        masks, back: lists of [H, W] bool, each pair of one size.
    """
    axes = style.axes_grid(2, len(masks), 4.6)
    for (above, below), mask, after, title in zip(axes.T, masks, back, titles, strict=True):
        style.show_image(mask.astype(float), above, title)
        style.show_image(compare_masks(mask, after), below)
    axes[0, 0].set_ylabel("full mask", fontsize=10)
    axes[1, 0].set_ylabel("after the round trip", fontsize=10)
    return axes


def show_iou_by_size(sizes: np.ndarray, curves: dict, ax: Axes | None = None) -> Axes:
    """IoU of a mask with itself after a round trip, against the size of the object.

    Args:
        sizes: [n], pixels.
        curves: name -> ([n] IoU, colour, line style).
    """
    ax = style.new_axes(ax, 8.0, 3.6)
    for name, (values, colour, line) in curves.items():
        ax.plot(sizes, values, line, color=colour, label=name, linewidth=2)
    log2_axis(ax, sizes)
    ax.set(xlabel="size of the object, pixels", ylabel="IoU after the round trip")
    ax.set_ylim(0.85, 1.01)
    ax.grid(alpha=0.3)
    ax.legend(fontsize=9, loc="lower left")
    return ax
