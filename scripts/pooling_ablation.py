"""Does the pooling operator matter? Train several times with each of the three, and compare.

    make ablation

Everything except `Config.roi_pooling` is the same: data, seeds, steps, mask targets. One run takes
about ten minutes on two cores. Its results are written to assets/pooling_ablation.json at once.
Runs in that file are not repeated, so you can stop the command and start it again.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib

import maskrcnn_explained as mrx
from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train_scenes

RESULTS = pathlib.Path(__file__).parent.parent / "assets" / "pooling_ablation.json"
RECIPE = Recipe(
    steps=2_500, learning_rate=1.5e-3, warmup_steps=250, steps_per_epoch=500, validation_images=0
)
OPERATORS = ("roi_align", "crop_and_resize", "roi_pool")
SEEDS = (1, 2, 3)
IMAGES = 300  # of the validation split, which is not used for training


def main() -> None:
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else fresh()
    done = {(run["operator"], run["seed"]) for run in found["runs"]}
    for seed in SEEDS:
        for operator in OPERATORS:
            if (operator, seed) not in done:
                found["runs"].append(one_run(operator, seed))
                save(found)


def fresh() -> dict:
    recipe = dataclasses.asdict(RECIPE)
    recipe.pop("seed")
    return dict(command="make ablation", recipe=recipe, images=IMAGES, runs=[])


def one_run(operator: str, seed: int) -> dict:
    """Train from fresh weights and measure on validation scenes."""
    # Scenes are not enlarged: three runs take the time of two.
    model = mrx.build("scenes", seed=seed, roi_pooling=operator, image_min_side=None)
    train_scenes(model, dataclasses.replace(RECIPE, seed=seed))
    result = mrx.evaluate(model, mrx.Scenes("validation", IMAGES))
    figures = {name: round(value, 4) for name, value in result.items()}
    print(operator, seed, figures, flush=True)
    return dict(operator=operator, seed=seed, **figures)


def save(found: dict) -> None:
    with atomic_write(RESULTS) as part:
        part.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
