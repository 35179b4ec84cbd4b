"""Draw the two pictures of the README.

assets/what_you_get.png shows the steps of the trained model on one photograph; assets/scenes.png
shows 24 test scenes with their true masks.

    python scripts/make_readme_pictures.py
"""

import pathlib

from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.viz import style

ASSETS = pathlib.Path(__file__).parent.parent / "assets"
SHOWN = 30  # the number of best proposals that are drawn


def main() -> None:
    model = mrx.load("scenes")
    image = mrx.data.images.as_rgb(data.coins())
    tensors = model.tensors(image, min_score=0.7)
    axes = style.axes_grid(2, 3, 5.8, 12.0)
    style.show_image(image, axes[0, 0], "1  the photograph, 303 x 384 pixels")
    strongest = tensors["P2"].std((0, 1)).argmax()
    title = "2  P2: one of its 64 feature maps"
    style.show_map(tensors["P2"][..., strongest], axes[0, 1], title, stride=4)
    maps = mrx.viz.objectness_maps(tensors["rpn_probs"][:, 1], tensors["molded_image"].shape[:2])
    title = "3  RPN: is there an object? (P3)"
    style.show_map(maps[1], axes[0, 2], title, stride=8, vmin=0, vmax=1)
    window = tensors["window"]
    number = (tensors["proposal_scores"] >= 0).sum()  # the other rows are padding
    title = f"4  proposals: the {SHOWN} best of {number}"
    style.show_image(image, axes[1, 0], title)
    boxes = window.to_image(tensors["proposals"][:SHOWN])
    style.draw_boxes(axes[1, 0], boxes, style.LEVEL_COLOURS["P3"], width=1.2)
    masks = tensors["masks"][:24].reshape(4, 6, 28, 28).transpose(0, 2, 1, 3).reshape(112, 168)
    style.show_map(masks, axes[1, 1], "5  mask head: 28 x 28 for each detection", vmin=0, vmax=1)
    found = model.detect(image, min_score=0.7)
    mrx.viz.show_detections(image, found, axes[1, 2], labels=False)
    title = f"6  detections: {len(found)} of 24 coins, all disks"
    axes[1, 2].set_title(title, fontsize=style.TEXT_SIZE + 1)
    (ASSETS / "what_you_get.png").write_bytes(style.to_png(axes[0, 0].figure, 80))
    samples = [mrx.Scenes("test", 24)[i] for i in range(24)]
    axes = mrx.viz.show_samples(samples, model.config.class_names)
    (ASSETS / "scenes.png").write_bytes(style.to_png(axes[0, 0].figure, 80))


if __name__ == "__main__":
    main()
