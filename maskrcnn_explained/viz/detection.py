"""Pictures of detections and of ground truth on their image."""

from __future__ import annotations

from maskrcnn_explained.viz import style


def show_detections(image, detections, ax=None, labels: bool = True, title: str = ""):
    """Draw boxes, masks, names and scores.

    Args:
        image: [H, W, 3] uint8 or [H, W].
        detections: what `MaskRCNN.detect` returned for it.
        ax: axes to draw on; None makes a figure.
        labels: whether to write names and scores.

    Returns the axes.
    """
    height, width = image.shape[:2]
    ax = style.new_axes(ax, style.PAGE_WIDTH, style.PAGE_WIDTH * height / width)
    style.show_image(image, ax, title)
    rows = zip(
        detections.boxes, detections.class_ids, detections.class_names, detections.scores,
        detections.masks, strict=True,
    )  # fmt: skip
    for box, class_id, name, score, mask in rows:
        colour = style.class_colour(class_id)
        style.fill_mask(ax, mask, colour)
        style.draw_box(ax, box, colour, label=f"{name} {score:.2f}" if labels else "")
    return ax


def show_sample(sample, class_names, ax=None, title: str = "", labels: bool = True):
    """Draw the ground truth of a Sample: masks, boxes and names; crowd regions in grey, dotted.

    Returns the axes.
    """
    ax = style.show_image(sample.image, ax, title)
    rows = zip(sample.boxes, sample.class_ids, sample.masks, sample.crowd, strict=True)
    for box, class_id, mask, crowd in rows:
        colour = style.IGNORED if crowd else style.class_colour(class_id)
        style.fill_mask(ax, mask, colour, alpha=0.3)
        name = f"{class_names[class_id]}{' (crowd)' if crowd else ''}" if labels else ""
        line = style.BEFORE if crowd else style.AFTER
        style.draw_box(ax, box, colour, line, width=1.2, label=name)
    return ax


def show_samples(samples, class_names, columns: int = 6):
    """A sheet of samples with their masks. Returns the array of axes."""
    rows = -(-len(samples) // columns)
    axes = style.axes_grid(rows, columns, style.PAGE_WIDTH * rows / columns)
    for ax in axes.flat:
        ax.axis("off")
    for ax, sample in zip(axes.flat, samples, strict=False):
        show_sample(sample, class_names, ax, labels=False)
    return axes
