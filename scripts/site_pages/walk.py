"""The moving picture of the start page: one photograph, step by step through the model.

Each step is a picture of the same size and place, so that the page can fade from one to the next.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

WIDTH, DOTS = 8.0, 96  # inches, and dots per inch: 768 pixels wide
SHOWN = 40  # boxes that are drawn, at most

# The file's name, the notebook, the title, what is seen; `{...}` are numbers of the run.
STEPS = (
    ("photo", "00_the_whole_picture", "A photograph", "24 coins, as the model gets them."),
    (
        "backbone",
        "01_backbone",
        "The backbone looks",
        "One of {channels} maps of C3: each cell sums up 8 x 8 pixels and what is around them.",
    ),
    (
        "fpn",
        "02_fpn",
        "The pyramid understands",
        "P3 as colours: cells of like colour hold like vectors.",
    ),
    (
        "anchors",
        "03_rpn",
        "Fixed boxes everywhere",
        "{anchors:,} anchors, in every place and size; here those of a few cells.",
    ),
    (
        "objectness",
        "03_rpn",
        "Is something here?",
        "The RPN gives each anchor a score. Bright is: yes, an object.",
    ),
    (
        "proposals",
        "03_rpn",
        "The best boxes go on",
        "The {shown} best proposals, moved and thinned, in the colours of their levels.",
    ),
    (
        "masks",
        "05_mrcnn_heads",
        "A small mask for each",
        "28 x 28 values per box: how surely each place belongs to the object.",
    ),
    (
        "detections",
        "06_detection",
        "Found, named, outlined",
        "{found} detections: class, score, box and the object's own pixels.",
    ),
)


def draw_walk(folder: pathlib.Path) -> list[dict[str, str]]:
    """Draw all steps as WebP files in the folder; what the page says of each is returned."""
    import maskrcnn_explained as mrx
    from maskrcnn_explained.data.examples.coins import coins_sample

    model = mrx.load("scenes")
    image = coins_sample().image
    tensors = model.tensors(image, min_score=0.7)
    found = model.detect(image, min_score=0.7)
    photo = mrx.viz.visible_image(tensors["molded_image"], model.config.mean_pixel)
    numbers: dict[str, Any] = dict(
        channels=tensors["C3"].shape[-1],
        anchors=len(tensors["anchors"]),
        shown=SHOWN,
        found=len(found),
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in _drawings(model, tensors, photo, found).items():
        _save(draw, tensors["window"], folder / f"{name}.webp")
    return [
        dict(file=name, notebook=notebook, title=title, text=text.format(**numbers))
        for name, notebook, title, text in STEPS
    ]


def _save(draw: Callable, window: Any, path: pathlib.Path) -> None:
    """Draw one step, without the padding around the photograph."""
    import io

    import matplotlib.pyplot as plt
    from PIL import Image

    figure = plt.figure(figsize=(WIDTH, WIDTH * window.height / window.width))
    ax = figure.add_axes((0, 0, 1, 1))
    draw(ax)
    ax.set_title("")
    ax.axis("off")
    bottom, right = window.top + window.height, window.left + window.width
    ax.set(xlim=(window.left, right), ylim=(bottom, window.top))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS)
    plt.close(figure)
    Image.open(buffer).convert("RGB").save(path, quality=80, method=6)


def _drawings(model, tensors, photo, found) -> dict[str, Callable]:
    """For each step, a function that draws it on axes in pixels of the molded image."""
    import maskrcnn_explained as mrx
    from maskrcnn_explained.config import LEVELS
    from maskrcnn_explained.viz import marks, style

    size = photo.shape[:2]
    grey = np.repeat(photo.mean(-1, keepdims=True) * 0.6, 3, -1).astype(np.uint8)
    levels = mrx.anchors.anchor_levels(size, model.config)

    def colours(indices):
        return [style.LEVEL_COLOURS[LEVELS[levels[i]]] for i in indices]

    def large(values):
        return np.kron(values, np.ones([size[0] // len(values)] * 2 + [1] * (values.ndim - 2)))

    def backbone(ax):
        channel = tensors["C3"][..., tensors["C3"].std((0, 1)).argmax()]
        low, high = np.percentile(channel, (1, 99))
        ax.imshow(large(channel), cmap="viridis", vmin=low, vmax=high, extent=_extent(size))

    def fpn(ax):
        style.show_image(large(mrx.viz.pyramid_colours(tensors)["P3"]), ax)

    def anchors(ax):
        style.show_image(photo, ax)
        for y in range(size[0] // 6, size[0], size[0] // 3):
            for x in range(size[1] // 8, size[1], size[1] // 4):
                at, at_levels = mrx.viz.anchors_at(y, x, size)
                few = at[at_levels < 3]
                marks.draw_boxes(ax, tensors["anchors"][few], colours(few), width=1.1)

    def objectness(ax):
        maps = mrx.viz.objectness_maps(tensors["rpn_probs"][:, 1], size)
        best = np.max([large(one) for one in maps], 0)
        ax.imshow(best, cmap=style.HEAT, vmin=0, vmax=1, extent=_extent(size))

    def proposals(ax):
        style.show_image(photo, ax)
        chosen = tensors["proposal_anchors"][:SHOWN]
        marks.draw_boxes(ax, tensors["proposals"][:SHOWN], colours(chosen), width=1.8)

    def masks(ax):
        style.show_image(grey, ax)
        boxes = tensors["detection_boxes"][: len(found)]
        for (y1, x1, y2, x2), mask in zip(boxes, tensors["masks"], strict=False):
            ax.imshow(mask, cmap=style.HEAT, vmin=0, vmax=1, extent=(x1, x2, y2, y1))

    def detections(ax):
        style.show_image(photo, ax)
        window = tensors["window"]
        below = size[0] - window.top - window.height
        right = size[1] - window.left - window.width
        around = ((window.top, below), (window.left, right))
        boxes = tensors["detection_boxes"][: len(found)]
        named = zip(boxes, found.class_names, found.scores, found.masks, strict=True)
        for i, (box, name, score, mask) in enumerate(named):
            # Many of one class touch each other: colours tell them apart here, not classes.
            colour = style.class_colour(1 + i % 7)
            marks.fill_mask(ax, np.pad(mask, around), colour)
            marks.draw_box(ax, box, colour, label=f"{name} {score:.2f}")

    return dict(
        photo=lambda ax: style.show_image(photo, ax),
        backbone=backbone,
        fpn=fpn,
        anchors=anchors,
        objectness=objectness,
        proposals=proposals,
        masks=masks,
        detections=detections,
    )


def _extent(size):
    return (0, size[1], size[0], 0)
