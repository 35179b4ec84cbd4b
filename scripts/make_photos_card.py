"""Measure the trained photos weights on photographs that training never used; write their card.

    python scripts/make_photos_card.py --data FOLDER [--folder build/photos]

The script writes assets/weights/photos.h5, photos.json (SHA-256, recipe and results),
photos_log.jsonl and photos.md, and the picture assets/photos.png of scikit-image's photographs.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import statistics

from make_model_card import FOLDER, read_log, rounded
from make_nuclei_card import sha256
from train_photos import AUGMENT, RECIPE, parse

import maskrcnn_explained as mrx
from maskrcnn_explained.data.examples.everyday import everyday_names, everyday_sample
from maskrcnn_explained.data.examples.photos import Photos
from maskrcnn_explained.evaluation.class_ap import class_average_precision
from maskrcnn_explained.evaluation.exam import EVERYDAY_IOU, EVERYDAY_SCORE, everyday_exam, exam
from maskrcnn_explained.evaluation.records import found_records, truth_records
from maskrcnn_explained.presets import PHOTO_GROUPS
from maskrcnn_explained.viz import style

ROWS = ("mask_AP", "mask_AP50", "mask_AP75", "box_AP", "box_AP50", "box_AP75")
SCORES = (EVERYDAY_SCORE, 0.3)  # lowest scores in the table of scikit-image's photographs


def main() -> None:
    arguments = parse(__doc__)
    for source, name in (("photos.h5", "photos.h5"), ("log.jsonl", "photos_log.jsonl")):
        shutil.copyfile(arguments.folder / source, FOLDER / name)
    model = mrx.build("photos")
    mrx.weights.load_weights(model, FOLDER / "photos.h5")
    photos = Photos(arguments.data, "validation")
    whole = mrx.build("photos")  # with the weights as they were before they were rounded
    mrx.weights.load_weights(whole, arguments.folder / "weights.h5")
    card = facts(model, photos) | dict(float32_mask_AP=round(ap_of(whole, photos)["mask_AP"], 4))
    (FOLDER / "photos.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "photos.md").write_text(describe(card), encoding="utf-8")
    (FOLDER.parent / "photos.png").write_bytes(picture(model))
    print(json.dumps({part: card[part] for part in ("validation", "everyday")}, indent=1))


def facts(model, photos) -> dict:
    """All facts of the card, as plain values."""
    weights = FOLDER / "photos.h5"
    log = read_log(FOLDER / "photos_log.jsonl")
    samples = [photos[i] for i in range(len(photos))]
    truth = [truth_records(sample) for sample in samples]
    found = [found_records(model.detect(sample.image)) for sample in samples]
    names = model.config.class_names
    crops = RECIPE.steps * RECIPE.batch_size
    speed = statistics.median(line["images_per_second"] for line in log)
    classes = class_average_precision(truth, found, names)
    return dict(
        sha256=sha256(weights),
        bytes=weights.stat().st_size,
        parameters=model.count_params(),
        command="make photos PHOTOS=FOLDER",
        recipe=dataclasses.asdict(RECIPE),
        augment=dataclasses.asdict(AUGMENT),
        crops=crops,
        minutes=round(crops / speed / 60),
        validation_images=len(samples),
        validation=rounded(mrx.evaluation.average_precision(truth, found, names)),
        classes={name: rounded(result) for name, result in classes.items()},
        everyday=everyday_facts(model),
    )


def ap_of(model, photos) -> dict:
    return mrx.evaluate(model, photos, strata=False)


def everyday_facts(model) -> dict:
    """What is found in scikit-image's photographs, at both scores: name -> facts."""
    facts: dict = {name: {} for name in everyday_names()}
    for score in SCORES:
        for name, result in everyday_exam(model, score).items():
            facts[name][str(score)] = dict(
                found=int(result["found"]),
                false_positives=int(result["false_positives"]),
                ious=[round(float(value), 2) for value in result["ious"]],
            )
    return facts


def picture(model) -> bytes:
    """The five photographs with objects, and three of those without, with what the model finds."""
    names = (*everyday_names()[:5], "coins", "retina", "rocket")
    axes = style.axes_grid(2, 4, 5.0, 12.0)
    for ax, name in zip(axes.flat, names, strict=True):
        truth = everyday_sample(name)
        found = model.detect(truth.image, min_score=SCORES[0])
        right = exam(found, truth, EVERYDAY_IOU)
        of = f"{right['found']} of {len(truth)} found" if len(truth) else "nothing to find"
        mrx.viz.show_detections(truth.image, found, ax=ax, title=f"{name}: {of}")
        ax.set_xlabel(f"{right['false_positives']} false alarms", fontsize=style.TEXT_SIZE)
    return style.to_png(axes.flat[0].figure)


def describe(card: dict) -> str:
    """The card as Markdown."""
    whole = card["validation"]
    rows = "\n".join(f"| {name.replace('_', ' ')} | **{whole[name]:.3f}** |" for name in ROWS)
    classes = "\n".join(
        f"| {name} | {', '.join(PHOTO_GROUPS[name])} | {result['objects']:.0f} | "
        f"{result['mask_AP']:.3f} | {result['mask_AP50']:.3f} | {result['box_AP50']:.3f} |"
        for name, result in card["classes"].items()
    )
    everyday = "\n".join(everyday_row(name, result) for name, result in card["everyday"].items())
    return TEXT.format(
        parameters=card["parameters"],
        megabytes=card["bytes"] / 1e6,
        crops=card["crops"],
        minutes=card["minutes"],
        recipe=settings(card["recipe"]),
        augment=settings(card["augment"]),
        images=card["validation_images"],
        rows=rows,
        float32=card["float32_mask_AP"],
        float16=whole["mask_AP"],
        classes=classes,
        everyday=everyday,
        score=SCORES[0],
        low=SCORES[1],
        iou=EVERYDAY_IOU,
    )


def settings(values: dict) -> str:
    """Fields and their values as one line; what is None or empty is left out."""
    return ", ".join(f"{name} {value}" for name, value in values.items() if value is not None) + "."


def everyday_row(name: str, result: dict) -> str:
    """One photograph in the table of the card."""
    ious = result[str(SCORES[1])]["ious"]
    cells = [name, str(len(ious))]
    for score in SCORES:
        marks = result[str(score)]
        cells += [str(marks["found"]), str(marks["false_positives"])]
    ious = ", ".join(f"{iou:.2f}" for iou in ious)
    return f"| {' | '.join([*cells, ious or 'none'])} |"


TEXT = """\
# Model card: `photos`

Finds people and things in everyday photographs: {parameters:,} parameters, {megabytes:.1f} MB
(stored as float16), seven groups of classes. Load it with `mrx.load("photos")`. This page and
`photos.json` are written by `scripts/make_photos_card.py` from measurements.

## What it is for

To learn with photographs of your own: to see people, animals and cups on their way through each
stage, offline, in less than half a second. It is **not** for work with photographs: models that saw
all masks of COCO are far ahead. torchvision's `maskrcnn_resnet50_fpn` has mask AP 0.346 on COCO,
for 80 classes; load it with `mrx.load("coco-torchvision")`. (The numbers below are for seven groups
of classes and {images} photographs, so the two do not compare directly.)

## How it was trained

`make photos PHOTOS=FOLDER`, on one of two CPU cores. Training starts from a backbone that had seen
COCO (below) and that does not learn here; the FPN, the RPN and the heads are fresh. It uses
{crops:,} crops, in {minutes} minutes. The weights are those of the last step.

Recipe: {recipe}

Augmentation: copy-paste (`data/copy_paste.py`: with probability 0.5, up to three objects of other
training photographs, all classes equally often), then {augment}

Chosen on the validation photographs, each in one run: the factor 8 of the backbone's maps (mask AP
0.062 with it, 0.047 without, after 300 steps; see `weights/pretrained.py`); the highest learning
rate (1e-3: 0.062, 2e-3: 0.049); and that the backbone stays as it is. With all layers learning from
the start, at 1e-3, it had forgotten what it knew after 300 steps (AP 0.000). After the 4,000 steps,
500 more with all layers made AP lower: 0.079 at 1.5e-4, 0.154 at 2e-5, instead of 0.169. The
threshold of the last NMS was chosen after training: 0.4 gave 0.173, 0.5 gave 0.169. So these
numbers are a little better than those of other photographs would be.

## Data

- **Training**: 319 and 96 photographs of COCO 2017 with all objects, and 984 more in which one
  person has a mask and other things only boxes, where nothing is learned (ignored regions). They
  come from small collections of COCO that public repositories hold. 288 of the 319 belong to
  train2017, all others to val2017.
- **Validation**: {images} other photographs of val2017. No gradient came from them. But the choices
  above were made on them.
- **What the backbone had seen**: it comes from a detector that was trained on all of train2017. So
  it knew the 288 photographs. It did not know the others, nor the validation photographs.
- **Licences**: annotations by the COCO Consortium, CC BY 4.0. Each photograph has the licence of
  its author on Flickr, and some of these forbid commercial use or changes. No photograph is in this
  repository. What that means for weights is not settled everywhere; ask a lawyer before you sell
  what you make with them. The backbone is NanoDet-g by RangiLyu, Apache-2.0 (see `NOTICE`).
- COCO itself: <https://cocodataset.org>.

## How good it is

{images} validation photographs, whole, as the preset enlarges them:

| | validation |
|---|---|
{rows}

With the weights as float32, mask AP is {float32:.3f}; as float16, {float16:.3f}.

Per group of classes:

| group | of COCO's classes | objects | mask AP | mask AP50 | box AP50 |
|---|---|---|---|---|---|
{classes}

So few objects measure roughly: the groups with 22 to 71 objects most of all.

On scikit-image's photographs, against masks that were drawn by hand
(`data/examples/everyday.py`). An object is found from a mask IoU of {iou}; false alarms are all
other detections.

| photograph | objects | found at {score} | false alarms | at {low} | false alarms | IoU |
|---|---|---|---|---|---|---|
{everyday}

![Eight of these photographs with what the model finds there at a score of {score}, right and
wrong](../photos.png)

## What it cannot do

- Small and crowded things: a chair behind a table, one of ten oranges.
- Close-ups and fragments: a reflection, a handle or a spoon becomes a vessel of its own.
- All that is in none of the groups: a table, a tie or a traffic light is background, or is taken
  for a group that it resembles.
- Fine outlines: a mask has 28 x 28 values for the whole box.
- Drawings, medical images, views from above: it has seen photographs from daily life only.

## Licence

The weights: MIT, like the code, as far as the licences above allow it.
"""


if __name__ == "__main__":
    main()
