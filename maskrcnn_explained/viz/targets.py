"""Pictures of notebook 07: the targets of anchors and RoIs.

Boxes are [N, 4] in pixels of the image under them; `ax=None` makes a figure; axes are
returned. Green is positive, orange negative, grey ignored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from maskrcnn_explained.masks import boxes_from_masks
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import (
    compare_legend,
    compare_masks,
    few_shades,
    zoom,
    zoom_square,
)

MATCH_COLOURS = {1: style.POSITIVE, -1: style.NEGATIVE, 0: style.IGNORED}
MATCH_WORDS = {1: "positive", -1: "negative", 0: "ignored"}


def show_matching(
    objects: np.ndarray, anchors: np.ndarray, match: np.ndarray, overlap: np.ndarray
) -> np.ndarray:
    """A few anchors (dotted, by letter) on a few objects (solid, by number), and their IoU table.

    Args:
        objects: [G, 4]; anchors: [A, 4].
        match: [A], 1 positive, -1 negative, 0 ignored.
        overlap: [A, G] IoU.
    """
    axes = style.axes_grid(1, 2, 3.8)[0]
    rows = [f"{'abcdefgh'[i]}: {MATCH_WORDS[int(kind)]}" for i, kind in enumerate(match)]
    _draw_matching(axes[0], objects, anchors, match)
    table = axes[1]
    table.imshow(overlap, cmap="Greys", vmin=0, vmax=1.4, aspect="auto")
    for (row, column), value in np.ndenumerate(overlap):
        table.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=12)
    table.set_yticks(range(len(anchors)), rows)
    table.set_xticks(range(len(objects)), [f"object {i + 1}" for i in range(len(objects))])
    table.set_title("IoU", fontsize=style.TEXT_SIZE + 1)
    alt = f"{len(objects)} solid boxes of objects, {len(anchors)} dotted anchors, and their IoU."
    return style.with_alt(axes, f"{alt} {'; '.join(rows)}.")


def _draw_matching(ax, objects, anchors, match):
    """The boxes of `show_matching`."""
    for i, box in enumerate(objects):
        marks.draw_box(ax, box, "white", width=2.4)
        ax.text(box[1] + 4, box[2] - 4, f"{i + 1}", fontsize=13, weight="bold")
    for i, (box, kind) in enumerate(zip(anchors, match, strict=True)):
        marks.draw_box(ax, box, MATCH_COLOURS[int(kind)], style.BEFORE, width=2.2)
        ax.text(box[3] + 1, box[0], "abcdefgh"[i], fontsize=13, weight="bold", va="top")
    everything = np.concatenate([objects, anchors])
    low = everything[:, :2].min(0) - 5
    high = everything[:, 2:].max(0) + 5
    ax.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]), aspect="equal", facecolor="#dddddd")
    ax.set(xlabel="x (pixels)", ylabel="y (pixels)", title="objects solid, anchors dotted")


def show_anchor_targets(
    image: np.ndarray,
    anchors: np.ndarray,
    match: np.ndarray,
    targets: np.ndarray,
    ignored: np.ndarray,
    most: int = 14,
) -> np.ndarray:
    """Three panels: positive anchors (dotted) with their targets, negative ones, ignored ones.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        anchors: [A, 4]; match: [A] int; targets: [A, 4], the anchors moved by their target deltas.
        ignored: [n], indices of anchors that lie between positive and negative.
        most: draw at most this many per panel, evenly spread.
    """
    axes = style.axes_grid(1, 3, 3.7)[0]
    groups = {1: np.flatnonzero(match == 1), -1: np.flatnonzero(match == -1), 0: ignored}
    rest = len(anchors) - sum(map(len, groups.values()))
    sampled = f" sampled of {rest + len(groups[-1]):,}"
    image = few_shades(image)
    for ax, (kind, members) in zip(axes, groups.items(), strict=True):
        shown = np.asarray(members)[:: max(1, math.ceil(len(members) / most))]
        title = f"{len(members)} {MATCH_WORDS[kind]}{sampled if kind == -1 else ''}"
        title = f"{title}\n({len(shown)} shown)"
        style.show_image(image, ax, title)
        if kind == 1:
            marks.draw_boxes(ax, targets[shown], "white", width=1.4)
        marks.draw_boxes(ax, anchors[shown], MATCH_COLOURS[kind], style.BEFORE, width=2.2)
    alt = "Three copies of a picture. Left: {1} positive anchors, dotted, and in white the boxes "
    alt += "that they should become. Middle: some of {-1} negative ones, on background or on small "
    alt += "parts of objects. Right: some of {0} that overlap objects halfway: asked nothing."
    for kind, members in groups.items():
        alt = alt.replace(f"{{{kind}}}", str(len(members)))
    return style.with_alt(axes, alt)


def show_roi_targets(
    image: np.ndarray,
    rois: np.ndarray,
    class_ids: np.ndarray,
    object_indices: np.ndarray,
    gt_boxes: np.ndarray,
    most: int = 14,
) -> np.ndarray:
    """Left: all positive RoIs (dotted) and all objects, with how many RoIs each got. Right: others.

    Args:
        image: [H, W, 3] uint8 of the molded image.
        rois: [R, 4]; class_ids: [R], 0 for negative RoIs; object_indices: [R], which object.
        gt_boxes: [G, 4], the objects.
        most: draw at most this many negative ones.
    """
    axes = style.axes_grid(1, 2, 4.6)[0]
    positive = np.flatnonzero(class_ids > 0)
    negative = np.flatnonzero(class_ids == 0)
    counts = np.bincount(object_indices[positive], minlength=len(gt_boxes))
    title = f"{len(positive)} positive RoIs, and how many per object"
    style.show_image(few_shades(image), axes[0], title)
    marks.draw_boxes(axes[0], rois[positive], style.POSITIVE, style.BEFORE, width=2)
    marks.draw_boxes(axes[0], gt_boxes, "white", width=1.6)
    for box, count in zip(gt_boxes, counts, strict=True):
        marks.write(axes[0], box[1] + 1, box[0] + 1, str(count), size=11, above=False)
    shown = negative[:most]
    style.show_image(
        few_shades(image), axes[1], f"{len(negative)} negative RoIs ({len(shown)} shown)"
    )
    marks.draw_boxes(axes[1], rois[shown], style.NEGATIVE, style.BEFORE, width=2.2)
    alt = f"Left, {len(positive)} dotted positive RoIs around the white boxes of {len(gt_boxes)} "
    alt += f"objects, {(counts == 0).sum()} of them without any. Right, orange RoIs on "
    return style.with_alt(axes, alt + "background or on parts of objects.")


def show_mask_targets(
    image: np.ndarray,
    rois: np.ndarray,
    objects: np.ndarray,
    class_ids: np.ndarray,
    masks: np.ndarray,
    names: Sequence[str],
) -> np.ndarray:
    """One column per RoI: the picture around it, and the 28 x 28 mask that it should get.

    Args:
        rois: [n, 4], dotted; objects: [n, 4], their objects' boxes, solid.
        class_ids: [n]; masks: [n, 28, 28] of 0 and 1; names: of all classes.
    """
    axes = style.axes_grid(2, len(rois), 3.6)
    rows = zip(axes.T, rois, objects, class_ids, masks, strict=True)
    for (above, below), roi, box, class_id, mask in rows:
        style.show_image(image, above, names[class_id])
        marks.draw_box(above, box, "white", width=2)
        marks.draw_box(above, roi, style.STEP_COLOURS["proposal"], style.BEFORE, width=2.2)
        zoom_square(above, np.stack([roi, box]))
        style.show_map(mask, below, vmin=0, vmax=1, cmap="gray")
    axes[0, 0].set_ylabel("RoI dotted,\nobject solid", fontsize=10)
    axes[1, 0].set_ylabel("its target", fontsize=10)
    alt = f"{len(rois)} RoIs on the picture, and below each the 28 x 28 black and white mask of "
    return style.with_alt(axes, alt + "its object, as far as it lies in the RoI.")


def show_mini_masks(masks: np.ndarray, minis: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Three rows: full masks, the mini masks made of them, and the full masks made of these.

    Args:
        masks, back: [n, H, W] bool; minis: [n, size, size] bool.
    """
    axes = style.axes_grid(3, len(masks), 5.8)
    for column, mask, mini, after in zip(axes.T, masks, minis, back, strict=True):
        box = boxes_from_masks(mask[None])
        zoom(style.show_image(mask.astype(float), column[0]), box, 0.15)
        style.show_image(mini.astype(float), column[1])
        share = (mask & after).sum() / max((mask | after).sum(), 1)
        style.show_image(compare_masks(mask, after), column[2], f"IoU {share:.2f}")
        zoom(column[2], box, 0.15)
    height, width = masks.shape[1:]
    axes[0, 0].set_ylabel(f"full: of {height} x {width}", fontsize=10)
    axes[1, 0].set_ylabel(f"mini: {minis.shape[1]} x {minis.shape[2]}", fontsize=10)
    axes[2, 0].set_ylabel("and back", fontsize=10)
    compare_legend(axes)
    alt = f"{len(masks)} objects as full masks, as mini masks that fill the square, and put back "
    return style.with_alt(axes, alt + "into the image: some pixels at the edges differ.")


def show_counts(counts: dict) -> np.ndarray:
    """Histograms of how many positives an image has, one panel per name.

    Args:
        counts: name -> (numbers, one per image; the most that an image can have).
    """
    axes = style.axes_grid(1, len(counts), 2.8)[0]
    for ax, (name, (values, limit)) in zip(axes, counts.items(), strict=True):
        ax.hist(values, np.linspace(-0.5, limit + 0.5, 23), color=style.POSITIVE)
        ax.axvline(limit, color=style.NEGATIVE, linestyle="--")
        ax.text(limit, ax.get_ylim()[1] * 1.01, "limit", ha="center", va="bottom", fontsize=10)
        ax.set(xlabel=f"{name} per image", ylabel="images")
    parts = [
        f"{name} per image, {min(values)} to {max(values)}, limit {limit}"
        for name, (values, limit) in counts.items()
    ]
    return style.with_alt(axes, f"Histograms: {'; '.join(parts)}.")
