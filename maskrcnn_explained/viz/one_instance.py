"""Pictures of one detection: through the heads, and a mask that is cut off; found and missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.backbone import PHOTO_WIDTH
from maskrcnn_explained.viz.detection import show_detections
from maskrcnn_explained.viz.drawing import few_shades, text_bars, zoom_square
from maskrcnn_explained.viz.fpn import activity

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections


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
    marks.draw_box(axes[0, 0], proposal, style.STEP_COLOURS["proposal"], style.BEFORE, width=2.2)
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
    return style.with_alt(
        axes,
        f"One detection, a {class_names[class_id]}, in six panels: its dotted proposal and its "
        "solid final box; 7 x 7 features for the box head; bars of the class scores; 14 x 14 "
        "features for the mask head; the mask of 28 x 28; and that mask pasted into the image.",
    )


def show_cut_mask(
    image: np.ndarray,
    masks: tuple[np.ndarray, np.ndarray],
    boxes: tuple[np.ndarray, np.ndarray],
    colour: str,
    titles: tuple[str, str] = ("in the proposal", "in the final box"),
) -> np.ndarray:
    """The mask of one object, painted in two boxes; both panels show the same part of the image.

    Args:
        image: [H, W, 3] uint8.
        masks: two of [H, W] bool, painted in the first and in the second box.
        boxes: two of [4], pixels of the same image.
        colour: of the masks; titles: of the two panels.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, 2, 3.8, PHOTO_WIDTH)
    panels = zip(axes[0], masks, boxes, (style.BEFORE, style.AFTER), titles, strict=True)
    for ax, mask, box, line, title in panels:
        style.show_image(few_shades(image), ax, title)
        marks.fill_mask(ax, mask, colour)
        marks.draw_box(ax, box, colour, line, width=2.2)
        zoom_square(ax, np.stack(boxes))
    return style.with_alt(
        axes,
        f"One object twice, at the same scale. Left, its mask painted {titles[0]}, which is dotted "
        f"and ends before the object does; right, its mask painted {titles[1]}.",
    )


def show_truth_and_found(
    sample: Sample,
    found: Detections,
    class_names: Sequence[str],
    missed: np.ndarray,
    title: str = "found",
) -> np.ndarray:
    """The objects of a sample, and beside them what was found; missed objects are dotted there.

    Args:
        sample: a Sample; found: Detections of its image.
        class_names: K strings.
        missed: [G] bool, which objects nothing was found for.
        title: of the right panel.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, 2, 4.9)
    truth = f"ground truth: {len(sample.class_ids)} objects"
    for ax, words in zip(axes[0], (truth, title), strict=True):
        style.show_image(few_shades(sample.image, 16), ax, words)
    for box, mask, class_id in zip(sample.boxes, sample.masks, sample.class_ids, strict=True):
        marks.fill_mask(axes[0, 0], mask, style.class_colour(class_id), 0.35)
        _name_box(axes[0, 0], box, class_names[class_id], style.class_colour(class_id))
    for box in sample.boxes[missed]:
        _name_box(axes[0, 1], box, "missed", "white", style.BEFORE)
    rows = zip(found.boxes, found.masks, found.class_ids, found.scores, strict=True)
    for box, mask, class_id, score in rows:
        marks.fill_mask(axes[0, 1], mask, style.class_colour(class_id), 0.35)
        _name_box(axes[0, 1], box, f"{score:.2f}", style.class_colour(class_id))
    return style.with_alt(
        axes,
        f"A scene twice. Left, the ground truth: {_counted(sample.class_ids, class_names)}. Right, "
        f"what was found, in the colours of the classes, with scores: "
        f"{_counted(found.class_ids, class_names)}; {int(missed.sum())} missed objects are dotted.",
    )


def show_found_on_grey(
    samples: Sequence[Sample], results: Sequence[Detections], names: Sequence[str]
) -> np.ndarray:
    """What was found in photographs, drawn in grey; the true outlines are dotted and white.

    Args:
        samples: n Samples; results: n Detections of their images.
        names: n titles.

    Returns the array of axes.
    """
    axes = style.axes_grid(1, len(samples), 3.1)
    for ax, sample, result, name in zip(axes[0], samples, results, names, strict=True):
        grey = few_shades(sample.image.mean(-1).astype(np.uint8))
        show_detections(grey, result, ax, title=name)
        for mask in sample.masks:
            marks.fill_mask(ax, mask, "white", 0, style.BEFORE)
    texts = [
        f"{name}: {', '.join(result.class_names) or 'nothing'}"
        for name, result in zip(names, results, strict=True)
    ]
    return style.with_alt(
        axes,
        f"Photographs in grey, with what was found in colour: {'; '.join(texts)}. White and dotted "
        "are outlines drawn by hand.",
    )


def _name_box(ax, box, text, colour, line=style.AFTER):
    """A box with white text in its upper left corner, inside, where no other box's text lies."""
    marks.draw_box(ax, box, colour, line, width=1.8)
    marks.write(ax, max(box[1], 0) + 2, max(box[0], 0) + 2, text, above=False)


def _counted(class_ids, names):
    """How many of each class: "2 disks, 1 star"."""
    counts = np.bincount(class_ids, minlength=len(names))
    words = [
        f"{n} {name}{'s' if n > 1 else ''}" for n, name in zip(counts, names, strict=True) if n
    ]
    return ", ".join(words) or "nothing"


def _class_bars(ax, probs, class_names):
    """The class probabilities of one RoI as bars."""
    colours = [style.class_colour(i) for i in range(len(class_names))]
    text_bars(ax, class_names, probs, colours, [f"{p:.2f}" for p in probs])
    ax.set(xlim=(0, 1.25), xticks=[0, 0.5, 1], xlabel="probability")
    ax.set_title("class scores", fontsize=style.TEXT_SIZE + 1)
