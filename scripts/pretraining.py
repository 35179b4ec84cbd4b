"""What does a backbone that has seen COCO buy? Train four times, and compare.

    make pretraining PHOTOS=FOLDER

FOLDER is that of `train_photos.py`. The starts: "scratch", a fresh backbone; "frozen", the
published backbone, which does not learn; "trained", the published backbone, which learns; "slow",
the same at a low learning rate. All else is the same: data, augmentation, steps and seed. One run
takes about ten minutes. Results are written to assets/pretraining.json at once. Runs in that file
are not repeated, so you can stop the command and start it again.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib

import keras
from train_photos import augmentation

import maskrcnn_explained as mrx
from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.data.examples.photos import Photos
from maskrcnn_explained.training.callbacks import ValidationAP
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train
from maskrcnn_explained.weights.pretrained import load_backbone

RESULTS = pathlib.Path(__file__).parent.parent / "assets" / "pretraining.json"
RECIPE = Recipe(
    steps=600,
    batch_size=4,
    learning_rate=1e-3,
    warmup_steps=60,
    steps_per_epoch=150,
    validation_images=0,
    seed=21,
)
STARTS = {  # start: (layers that learn, highest learning rate)
    "frozen": ("heads", 1e-3),
    "trained": ("all", 1e-3),
    "slow": ("all", 1.5e-4),
    "scratch": ("all", 1e-3),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="photographs and masks")
    data = parser.parse_args().data
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else fresh()
    done = {run["start"] for run in found["runs"]}
    photos, validation = Photos(data, "train"), Photos(data, "validation")
    for start in STARTS:
        if start not in done:
            found["runs"].append(one_run(start, photos, validation))
            save(found)


def fresh() -> dict:
    recipe = dataclasses.asdict(RECIPE)
    for name in ("stage", "learning_rate"):
        recipe.pop(name)
    return dict(command="make pretraining PHOTOS=FOLDER", recipe=recipe, images=78, runs=[])


def one_run(start: str, photos: Photos, validation: Photos) -> dict:
    """Train from one start, and measure after every 150 steps."""
    keras.utils.clear_session()
    model = mrx.build("photos", seed=RECIPE.seed, image_min_side=None)
    if start != "scratch":
        load_backbone(model)
    stage, rate = STARTS[start]
    recipe = dataclasses.replace(RECIPE, stage=stage, learning_rate=rate)
    watch = ValidationAP(validation, mrx.build("photos"))
    history = train(model, photos, None, recipe, None, augmentation(photos), [watch], verbose=2)
    curves = {
        name: [round(float(value), 4) for value in values]
        for name, values in history.history.items()
        if name == "loss" or name.startswith("val_")
    }
    steps = [RECIPE.steps_per_epoch * (1 + i) for i in range(len(curves["loss"]))]
    return dict(start=start, stage=stage, learning_rate=rate, steps=steps, **curves)


def save(found: dict) -> None:
    with atomic_write(RESULTS) as part:
        part.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
