"""Fine-tune on the balloons of the reference, measure, and draw right and wrong detections.

    python scripts/train_balloons.py FOLDER     FOLDER: its balloon_dataset, with train/ and val/

This takes seven minutes on two cores and writes build/balloons: checkpoint, log.jsonl, balloons.h5
and verdicts.png. The photographs are not ours to publish, so the picture stays local.
"""

from __future__ import annotations

import argparse
import pathlib

import maskrcnn_explained as mrx
from maskrcnn_explained.data.augmentation import AUGMENTATIONS, rescale
from maskrcnn_explained.evaluation.coco_ap import metrics_table
from maskrcnn_explained.evaluation.error_types import error_types
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.viz import style
from maskrcnn_explained.weights.file import save_weights
from maskrcnn_explained.weights.reference import HEADS

FOLDER = pathlib.Path("build/balloons")
SIDE = 512  # the largest side after molding: small photographs are faster to augment
RECIPE = mrx.Recipe(
    steps=600,
    steps_per_epoch=200,
    batch_size=2,
    learning_rate=5e-4,
    warmup_steps=50,
    validation_images=13,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=pathlib.Path, metavar="FOLDER", help="balloon_dataset")
    data = parser.parse_args().data
    train_set = photos(data / "train")
    validation = photos(data / "val")
    names = ("background", "balloon")
    model = mrx.load("scenes", exclude=HEADS, class_names=names)
    mrx.train(model, train_set, validation, RECIPE, FOLDER, AUGMENTATIONS["photos"])
    save_weights(model, FOLDER / "balloons.h5")
    (FOLDER / "verdicts.png").write_bytes(verdicts(model, validation[:12]))
    print(metrics_table(mrx.evaluate(model, via(data / "val"))))


def via(folder: pathlib.Path) -> mrx.ViaDataset:
    return mrx.ViaDataset(folder / "via_region_data.json", folder)


def photos(folder: pathlib.Path) -> list:
    """All photographs, scaled once and not at each step: 74 fit into memory."""
    return [rescale(sample, SIDE / max(sample.image.shape[:2])) for sample in via(folder)]


def verdicts(model, samples) -> bytes:
    """A picture of detections with a score of at least 0.5: right, wrong and missed."""
    axes = style.axes_grid(3, 4, 9.0)
    for ax, sample in zip(axes.flat, samples, strict=False):
        found = model.detect(sample.image, min_score=0.5)
        overlap = mask_iou(found.masks, sample.masks)
        kinds = error_types(overlap, found.scores, found.class_ids, sample.class_ids)
        mrx.viz.show_verdicts(sample.image, found, sample, *kinds, ax)
    return style.to_png(axes[0, 0].figure)


if __name__ == "__main__":
    main()
