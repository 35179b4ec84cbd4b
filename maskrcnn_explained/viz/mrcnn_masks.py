"""Pictures of notebook 05: masks, from the mask head to the image, and what small masks lose.

Boxes are [4] or [N, 4] in pixels of the image; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import compare_legend, compare_masks, log2_axis, zoom


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
    alt = (
        f"The photo of one object and {number} masks of 28 x 28, one per class; that of "
        f"{class_names[own]}, which is kept, is framed."
    )
    return style.with_alt(axes, alt)


def show_pasting(
    image: np.ndarray,
    box: np.ndarray,
    small: np.ndarray,
    stretched: np.ndarray,
    mask: np.ndarray,
    class_id: int = 1,
    truth: np.ndarray | None = None,
) -> np.ndarray:
    """From 28 x 28 to the image: the small mask, the same stretched over the box, and cut at 0.5.

    Args:
        box: [4], pixels of the image.
        small: [28, 28] probabilities.
        stretched: [H, W] probabilities, zero outside the box.
        mask: [H, W] bool.
        class_id: whose colour the mask gets.
        truth: [H, W] bool, the true mask; its edge is drawn dotted. None: not drawn.
    """
    axes = style.axes_grid(1, 3, 3.3)[0]
    style.show_map(small, axes[0], "28 x 28, from the mask head", vmin=0, vmax=1)
    title = "stretched over the box"
    style.show_map(stretched, axes[1], title, bar="probability", vmin=0, vmax=1)
    style.show_image(image, axes[2], "at least 0.5: the mask")
    marks.fill_mask(axes[2], mask, style.class_colour(class_id))
    if truth is not None:
        marks.fill_mask(axes[2], truth, "white", alpha=0.0, line=style.BEFORE)
    for ax in axes[1:]:
        marks.draw_box(ax, box, "white")
        zoom(ax, box[None], 0.2)
    alt = (
        "Left a 28 x 28 map of probabilities, in the middle the same stretched smoothly over the "
        "box, right the object with its mask."
    )
    return style.with_alt(axes, alt)


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
    alt = (
        f"One object in {len(boxes)} boxes: {', '.join(titles)}; in each the mask ends at its box."
    )
    return style.with_alt(axes, alt)


def show_round_trips(
    masks: Sequence[np.ndarray], back: Sequence[np.ndarray], titles: Sequence[str]
) -> np.ndarray:
    """Upper row: full masks. Lower row: after a round trip; lost and added pixels are coloured.

    Args:
        masks, back: lists of [H, W] bool, each pair of one size.
    """
    axes = style.axes_grid(2, len(masks), 4.9)
    for (above, below), mask, after, title in zip(axes.T, masks, back, titles, strict=True):
        style.show_image(mask.astype(float), above, title)
        style.show_image(compare_masks(mask, after), below)
    axes[0, 0].set_ylabel("full mask", fontsize=10)
    axes[1, 0].set_ylabel("after the round trip", fontsize=10)
    compare_legend(axes)
    alt = (
        f"A mask at {', '.join(titles)}, and below each what is left of it after the round trip: "
        "small ones come back whole; larger ones differ along their edges and at their tips."
    )
    return style.with_alt(axes, alt)


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
    alt = (
        "IoU after the round trip against size. All curves are 1 for small objects, fall once an "
        "object is larger than the small mask, and stay there: the thinner the object's parts and "
        "the coarser the small mask, the lower."
    )
    return style.with_alt(ax, alt)
