"""Train the weights for nuclei: the whole recipe.

    make nuclei                                       download the images, train, measure
    python scripts/train_nuclei.py --data FOLDER      with images that you have already

This takes 45 minutes on two cores. If a run was killed, the same command continues it. The
validation images show the progress and decide nothing. Test images are not opened here.
"""

from __future__ import annotations

import argparse
import pathlib

import maskrcnn_explained as mrx
from maskrcnn_explained.data.augmentation import AUGMENTATIONS
from maskrcnn_explained.data.examples.nuclei import fetch_nuclei, nuclei
from maskrcnn_explained.training.callbacks import ValidationAP
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train
from maskrcnn_explained.weights.file import save_weights
from maskrcnn_explained.weights.reference import HEADS

RECIPE = Recipe(
    steps=6_000, batch_size=4, learning_rate=1e-3, warmup_steps=500, validation_images=14, seed=4
)
LIMIT = 200  # detections per image that count; an image has up to 101 nuclei


def main() -> None:
    arguments = parse(__doc__)
    learn(arguments.data or fetch_nuclei(), arguments.folder, arguments.start)


def parse(text: str) -> argparse.Namespace:
    """The options; `make_nuclei_card.py` has the same ones."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument(
        "--data", type=pathlib.Path, help="images and masks; without it they are downloaded"
    )
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("build/nuclei"))
    parser.add_argument("--start", default="scenes", help="weights to start from (scenes)")
    return parser.parse_args()


def learn(data: pathlib.Path, folder: pathlib.Path, start: str = "scenes") -> None:
    """Train from the `scenes` weights, except the layers whose shapes depend on the classes.

    Training uses crops, enlarged about two times, as the preset enlarges whole images.
    """
    # A crop has its final size already: image_min_side is for whole images.
    model = mrx.load(start, "nuclei", exclude=HEADS, image_min_side=None)
    enlarged = mrx.build("nuclei")  # for validation: the same weights on whole images
    watch = ValidationAP(nuclei(data, "validation"), enlarged, LIMIT)
    augment = AUGMENTATIONS["nuclei"]
    train(model, nuclei(data, "train"), None, RECIPE, folder, augment, [watch])
    save_weights(model, folder / "nuclei.h5")


if __name__ == "__main__":
    main()
