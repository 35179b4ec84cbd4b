"""Pictures of notebook 05: what the box head says of RoIs, and what becomes of a scene's objects.

Boxes are [N, 4] in pixels of the image; `ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import zoom


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
    alt = (
        "Three panels for one RoI: its box dotted and the refined box solid; a bar for the "
        f"probability of each of {len(probs)} classes, the longest real one {class_names[best]}; "
        "a 28 x 28 map of mask probabilities."
    )
    return style.with_alt(axes, alt)


def show_proposal_classes(
    image: np.ndarray,
    boxes: np.ndarray,
    probs: np.ndarray,
    class_names: Sequence[str],
    ax: Axes | None = None,
    title: str = "",
    labels: Sequence[str] = (),
) -> Axes:
    """Proposals in the colour of their best class; background is dotted.

    Args:
        probs: [N, K], class probabilities.
        class_names: K names, for the legend.
        labels: what is written at the first boxes, such as their ranks; at most N.
    """
    ax = style.show_image(image, ax, title)
    class_ids = probs.argmax(1)
    for box, class_id in zip(boxes, class_ids, strict=True):
        line = style.BEFORE if class_id == 0 else style.AFTER
        marks.draw_box(ax, box, style.class_colour(class_id), line, width=1.4)
    for i, (box, label) in enumerate(zip(boxes, labels, strict=False)):  # corners left and right
        at_edge = box[2] > image.shape[0] - 12
        x, align = (box[1], "left") if i % 2 else (box[3], "right")
        marks.write(ax, x, box[2], label, align=align, above=at_edge)
    for k in np.unique(class_ids):
        line = style.BEFORE if k == 0 else style.AFTER
        name = f"{class_names[k]} ({(class_ids == k).sum()})"
        ax.plot([], [], line, color=style.class_colour(k), label=name)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=3, fontsize=9, frameon=False)
    alt = (
        "Proposals on photos, each in the colour of the class that the box head finds most likely. "
        "Those that it takes for background are dotted and grey."
    )
    return style.with_alt(ax, alt)


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
    return style.with_alt(ax, "Objects on photos, each with a dotted RoI and a solid refined box.")


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
    zoom(ax, np.concatenate([roi[None], boxes[1:]]), 0.3)
    alt = (
        "A dotted RoI on an object, and one solid box per class, moved there by the deltas of that "
        f"class; the box of {class_names[best]}, the class that wins, is thick."
    )
    return style.with_alt(ax, alt)


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
    better = np.mean(np.asarray(y) > np.asarray(x))
    alt = (
        f"Left: IoU of {after} against IoU of {before}; {better:.0%} of the dots are above the "
        f"diagonal. Right: histograms of IoU for {', '.join(steps)}, each further to the right "
        "than the one before."
    )
    return style.with_alt(axes, alt)


def show_scene_answers(
    truth: Sample, found: Detections, missed: np.ndarray, class_names: Sequence[str]
) -> np.ndarray:
    """Left: the objects of a scene, numbered. Right: what was found; what was missed is dotted.

    Args:
        truth, found: of the same image; missed: [G] bool, which objects have no detection.
        class_names: K names, for the legend.
    """
    axes = style.axes_grid(1, 2, 5.0)[0]
    style.show_image(truth.image, axes[0], "the objects")
    for k, (mask, class_id) in enumerate(zip(truth.masks, truth.class_ids, strict=True)):
        marks.fill_mask(axes[0], mask, style.class_colour(class_id), alpha=0.3)
        row, column = np.argwhere(mask).mean(0)
        marks.write(axes[0], column, row, str(k), align="center")
    style.show_image(truth.image, axes[1], "found, with scores")
    for k in np.flatnonzero(missed):
        marks.draw_box(axes[1], truth.boxes[k], "white", style.BEFORE, f"missed: {k}", width=2.2)
    for box, mask, class_id, score in zip(
        found.boxes, found.masks, found.class_ids, found.scores, strict=True
    ):
        colour = style.class_colour(class_id)
        marks.fill_mask(axes[1], mask, colour, alpha=0.3)
        marks.draw_box(axes[1], box, colour, label=f"{score:.2f}", width=1.4)
    for k, name in enumerate(class_names[1:], start=1):
        axes[0].plot([], [], color=style.class_colour(k), label=name, linewidth=3)
    place: Any = dict(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=4, frameon=False)
    axes[0].legend(fontsize=9, **place)
    alt = (
        f"Left a scene with {len(truth.masks)} numbered objects in the colours of their classes. "
        f"Right {len(found)} detections with their scores, and {int(np.sum(missed))} dotted boxes "
        "around objects that were missed."
    )
    return style.with_alt(axes, alt)
