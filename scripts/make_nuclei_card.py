"""Measure the trained nuclei weights on images that training never used, and write their card.

    python scripts/make_nuclei_card.py [--data FOLDER] [--folder build/nuclei] [--start scenes]

The script writes assets/weights/nuclei.h5, nuclei.json (SHA-256, recipe and results),
nuclei_log.jsonl and nuclei.md, and the picture assets/nuclei.png, which shows test images of middle
quality and the worst ones.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import statistics

import numpy as np
from make_model_card import FOLDER, read_log, rounded
from train_nuclei import LIMIT, RECIPE, parse

import maskrcnn_explained as mrx
from maskrcnn_explained.data.augmentation import AUGMENTATIONS
from maskrcnn_explained.data.examples.nuclei import fetch_nuclei, nuclei
from maskrcnn_explained.evaluation.precision_recall import match
from maskrcnn_explained.evaluation.records import found_records, truth_records
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.weights.published import find_weights

EARLIER = """
The `scenes` weights were trained further after that. The `nuclei` weights started from those of the
third run, which `make train` writes to `build/third/weights.h5`; the option `--start` takes them
(or any other weights)."""
ROWS = ("mask_AP", "mask_AP50", "mask_AP75", "box_AP", "box_AP50", "box_AP75")
SCORE = 0.5  # the minimum score of detections in the picture


def main() -> None:
    arguments = parse(__doc__)
    data = arguments.data or fetch_nuclei()
    for source, name in (("nuclei.h5", "nuclei.h5"), ("log.jsonl", "nuclei_log.jsonl")):
        shutil.copyfile(arguments.folder / source, FOLDER / name)
    model = mrx.build("nuclei")
    mrx.weights.load_weights(model, FOLDER / "nuclei.h5")
    test = nuclei(data, "test")
    found = [model.detect(test[i].image) for i in range(len(test))]
    card = facts(model, nuclei(data, "validation"), test, found)
    card["start_sha256"] = sha256(find_weights(arguments.start))
    (FOLDER / "nuclei.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "nuclei.md").write_text(describe(card), encoding="utf-8")
    (FOLDER.parent / "nuclei.png").write_bytes(picture(test, found))
    print(json.dumps({part: card[part] for part in ("validation", "test")}, indent=1))


def facts(model, validation, test, found) -> dict:
    """All facts of the card, as plain values."""
    weights = FOLDER / "nuclei.h5"
    log = read_log(FOLDER / "nuclei_log.jsonl")
    truth = [truth_records(test[i]) for i in range(len(test))]
    records = [found_records(detections) for detections in found]
    names = model.config.class_names
    speed = statistics.median(line["images_per_second"] for line in log)
    images = RECIPE.steps * RECIPE.batch_size
    return dict(
        sha256=sha256(weights),
        bytes=weights.stat().st_size,
        parameters=model.count_params(),
        command="make nuclei",
        recipe=dataclasses.asdict(RECIPE),
        augment=dataclasses.asdict(AUGMENTATIONS["nuclei"]),
        crops=images,
        crops_per_second=round(speed, 1),
        minutes=round(images / speed / 60),
        limit=LIMIT,
        validation=rounded(mrx.evaluate(model, validation, limit=LIMIT)),
        test=rounded(mrx.evaluation.average_precision(truth, records, names, limit=LIMIT)),
        test_images=len(test),
        test_nuclei=sum(len(objects) for objects in truth),
    )


def sha256(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def picture(test, found) -> bytes:
    """Four test images of middle quality and the four worst, with right, wrong and missed nuclei at
    a mask IoU of 0.5."""
    verdicts = [verdict(test[i], found[i]) for i in range(len(test))]
    order = np.argsort([quality for *_, quality in verdicts])
    middle = len(order) // 2
    shown = np.concatenate([order[middle : middle + 4], order[:4]])
    axes = style.axes_grid(2, 4, 5.2)
    for ax, i in zip(axes.flat, shown, strict=True):
        hits, missed, kept, quality = verdicts[i]
        style.show_image(test[i].image, ax, f"{hits.sum()} of {len(test[i])} found")
        for mask, hit in zip(found[i].masks[kept], hits, strict=True):
            marks.fill_mask(ax, mask, style.POSITIVE if hit else style.NEGATIVE, 0.25)
        marks.draw_boxes(ax, test[i].boxes[missed], "white", style.BEFORE, 1.0)
    axes[0, 0].set_ylabel("middling")
    axes[1, 0].set_ylabel("the worst")
    return style.to_png(axes[0, 0].figure)


def verdict(sample, found):
    """The detections that are right [d], the objects that are missed [G], the detections that count
    (by score), and 2 x right / (found + objects)."""
    kept = found.scores >= SCORE
    taken = match(mask_iou(found.masks[kept], sample.masks), found.scores[kept], 0.5)
    missed = ~np.isin(np.arange(len(sample)), taken)
    hits = taken >= 0
    return hits, missed, kept, 2 * hits.sum() / max(kept.sum() + len(sample), 1)


def describe(card: dict) -> str:
    """The card as Markdown."""
    seen = card["validation"]
    unseen = card["test"]
    rows = "\n".join(
        f"| {name.replace('_', ' ')} | {seen[name]:.3f} | **{unseen[name]:.3f}** |" for name in ROWS
    )
    settings = ", ".join(f"{name} {value}" for name, value in card["recipe"].items())
    changes = ", ".join(f"{name} {value}" for name, value in card["augment"].items())
    same_start = card["start_sha256"] == sha256(FOLDER / "scenes.h5")
    earlier = "" if same_start else EARLIER
    return f"""\
# Model card: `nuclei`

Outlines nuclei in fluorescence microscopy: {card["parameters"]:,} parameters,
{card["bytes"] / 1e6:.1f} MB, one class. Load it with `mrx.load("nuclei")`. This page and
`nuclei.json` are written by `scripts/make_nuclei_card.py` from measurements.

## How it was trained

`{card["command"]}`, on two CPU cores. Training starts from the `scenes` weights; the layers whose
shapes depend on the classes are fresh. It uses {card["crops"]:,} crops of 256 pixels, enlarged 1.4
to 2.8 times, at {card["crops_per_second"]} crops per second: {card["minutes"]} minutes.{earlier}

Recipe: {settings}.

Augmentation: {changes}.

The weights are those of the last step: no checkpoint was selected. The data are 274 images of the
Data Science Bowl 2018 (BBBC038, CC0), 256 x 256 pixels, grey, with masks that a community
corrected. The split was drawn once, before any training
(`maskrcnn_explained/data/examples/nuclei.json`). It is not known which images came from the same
slide. So the test images are perhaps more similar to the training images than your images are.

## How good it is

Whole images at twice their size; up to {card["limit"]} detections per image count (the limit of
COCO is 100). There are {card["test_images"]} test images with {card["test_nuclei"]:,} nuclei; they
were evaluated once.

| | validation | test |
|---|---|---|
{rows}

![Eight test images: four of middle quality with nearly every nucleus outlined in green, and the
four worst, with missed nuclei dotted](../nuclei.png)

The picture shows four test images of middle quality and the four worst, with a score of at least
{SCORE}. Green: right, at a mask IoU of 0.5. Orange: wrong. Dotted: missed.

## Where it fails

It fails with other stains and microscopes: training used one kind of picture (and its negatives).
Notebook 11 shows examples.

## Licence

MIT, like the code.
"""


if __name__ == "__main__":
    main()
