"""Train and measure the shipped weights for nuclei: the whole recipe.

    make nuclei                                       downloads the images, trains, measures
    python scripts/train_nuclei.py --data FOLDER      with images that are there already

An hour and a half on two cores. The test images are looked at once, at the end; the validation
images show the way, and decide nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib

import maskrcnn_explained as mrx
from maskrcnn_explained.callbacks import ValidationAP
from maskrcnn_explained.data.augmentation import AUGMENTATIONS
from maskrcnn_explained.data.nuclei import fetch_nuclei, nuclei
from maskrcnn_explained.files import replacing
from maskrcnn_explained.reference_weights import HEADS
from maskrcnn_explained.training import Recipe, train
from maskrcnn_explained.weights import save_weights

RECIPE = Recipe(
    steps=14_000, batch_size=4, learning_rate=1e-3, warmup_steps=500, validation_images=14, seed=4
)
LIMIT = 200  # detections an image that count; an image has up to 101 nuclei


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, help="images and masks; else downloaded")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("build/nuclei"))
    arguments = parser.parse_args()
    data = arguments.data or fetch_nuclei()
    weights = arguments.folder / "nuclei.h5"
    history = learn(data, arguments.folder, weights)
    result = {part: measure(weights, nuclei(data, part)) for part in ("validation", "test")}
    recipe = dataclasses.asdict(RECIPE) | dict(augment=dataclasses.asdict(AUGMENTATIONS["nuclei"]))
    card = dict(recipe=recipe, epochs=len(history.epoch), limit=LIMIT, **result)
    with replacing(arguments.folder / "nuclei.json") as temporary:
        temporary.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def learn(data, folder, weights):
    """From the shipped `scenes` weights, all but the layers that know the classes; on crops,
    enlarged about twice as the preset enlarges whole images."""
    # A crop is already as large as it shall be: image_min_side is for whole images.
    model = mrx.load("scenes", "nuclei", exclude=HEADS, image_min_side=None)
    enlarged = mrx.build("nuclei")  # what validation runs: the same weights on whole images
    watch = ValidationAP(nuclei(data, "validation"), enlarged, LIMIT)
    augment = AUGMENTATIONS["nuclei"]
    history = train(model, nuclei(data, "train"), None, RECIPE, folder, augment, [watch])
    save_weights(model, weights)
    return history


def measure(weights, part) -> dict[str, float]:
    """AP of the saved weights on whole images."""
    model = mrx.load(weights, "nuclei")
    return {name: round(v, 4) for name, v in mrx.evaluate(model, part, limit=LIMIT).items()}


if __name__ == "__main__":
    main()
