"""Draw the two pictures of the README.

assets/what_you_get.png shows the steps of the shipped model on an everyday photograph, and what it
finds in two others; assets/scenes.png shows 24 test scenes with their true masks.

    python scripts/make_readme_pictures.py
"""

import pathlib

import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.data.examples.everyday import everyday_sample
from maskrcnn_explained.viz import marks, style

ASSETS = pathlib.Path(__file__).parent.parent / "assets"
SHOWN = 25  # the number of best proposals that are drawn
COLOURS = 256  # of the file
SCORE = 0.7  # the lowest that is drawn
# Photograph -> left and right edge of the square that is shown.
RESULTS = {"astronaut": (0, 512), "coffee": (100, 500), "chelsea": (50, 350)}


def main() -> None:
    model = mrx.load("photos")
    axes = style.axes_grid(2, 4, 6.4, 12.0)
    draw_steps(model, everyday_sample("astronaut").image, axes.flat[:5])
    for ax, name in zip(axes.flat[5:], RESULTS, strict=True):
        draw_result(model, name, ax)
    axes[1, 1].set_title("6  the result", fontsize=style.TEXT_SIZE + 2)
    axes[1, 2].set_title("other photographs", fontsize=style.TEXT_SIZE + 2)
    (ASSETS / "what_you_get.png").write_bytes(style.to_png(axes[0, 0].figure, 80, COLOURS))
    samples = [mrx.Scenes("test", 24)[i] for i in range(24)]
    axes = mrx.viz.show_samples(samples, mrx.get_config("scenes").class_names)
    (ASSETS / "scenes.png").write_bytes(style.to_png(axes[0, 0].figure, 80))


def draw_steps(model, image, axes) -> None:
    """From the photograph to the mask of its best detection, in five panels."""
    tensors = model.tensors(image, min_score=SCORE)
    size = tensors["molded_image"].shape[:2]
    style.show_image(image, axes[0], "1  a photograph")
    strongest = tensors["P2"][..., tensors["P2"].std((0, 1)).argmax()]
    low, high = np.percentile(strongest, (1, 99))
    style.show_map(strongest, axes[1], "2  one of 96 feature maps", vmin=low, vmax=high)
    heat = best_of_all_levels(tensors["rpn_probs"][:, 1], size)
    style.show_map(heat, axes[2], "3  RPN: is something here?", vmin=0, vmax=1)
    style.show_image(image, axes[3], f"4  its {SHOWN} best boxes")
    boxes = tensors["window"].to_image(tensors["proposals"][:SHOWN])
    levels = mrx.anchors.anchor_levels(size, model.config)[tensors["proposal_anchors"][:SHOWN]]
    colours = [style.LEVEL_COLOURS[LEVELS[level]] for level in levels]
    marks.draw_boxes(axes[3], boxes, colours, width=1.4)
    style.show_map(tensors["masks"][0], axes[4], "5  a mask of 28 x 28", vmin=0, vmax=1)
    for ax in axes:
        ax.title.set_fontsize(style.TEXT_SIZE + 2)


def best_of_all_levels(scores, size) -> np.ndarray:
    """The highest objectness [A] of any anchor at each place, in cells of P2."""
    maps = mrx.viz.objectness_maps(scores, size)
    fine = [
        np.kron(one, np.ones([stride // 4] * 2)) for one, stride in zip(maps, STRIDES, strict=True)
    ]
    return np.max(fine, 0)


def draw_result(model, name, ax) -> None:
    """What the model finds, on a grey copy of the photograph, so that the masks stand out."""
    left, right = RESULTS[name]
    image = everyday_sample(name).image
    found = model.detect(image, min_score=SCORE)
    mrx.viz.show_detections(image.mean(-1), found, ax, labels=False)
    ax.set_xlim(left, right)
    for box, name, score in zip(found.boxes, found.class_names, found.scores, strict=True):
        y, x = np.maximum(box[:2], (0, left)) + 4
        marks.write(ax, x, y, f"{name} {score:.2f}", size=style.TEXT_SIZE, above=False)


if __name__ == "__main__":
    main()
