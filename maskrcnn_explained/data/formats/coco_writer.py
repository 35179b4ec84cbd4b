"""Write a data set in COCO's JSON format; `coco` reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from skimage import io

from maskrcnn_explained._arguments import check_names, check_sample, check_sequence
from maskrcnn_explained._files import atomic_write, require_new_folder
from maskrcnn_explained.data.formats.rle import encode

# What `save_coco` writes into its folder: a file and a folder.
ANNOTATIONS = "annotations.json"
IMAGES = "images"


def save_coco(dataset: Any, folder: str | os.PathLike, class_names: Sequence[str]) -> None:
    """Write a data set as a folder with `annotations.json` and `images/`, in COCO's format.

    Images are stored as PNG and masks as compressed RLE, both without loss. Tags are not stored.
    The folder appears complete or not at all.

    Args:
        dataset: a sequence of Samples.
        folder: the folder to make.
        class_names: K names, background first.

    Raises:
        FileExistsError: the folder exists already.
        FileNotFoundError: its parent folder does not exist.
    """
    check_sequence("dataset", dataset, "a sequence of Samples")
    check_names("class_names", class_names)
    require_new_folder(folder)
    with atomic_write(folder) as temporary:
        (temporary / IMAGES).mkdir(parents=True)
        images: list[dict] = []
        annotations: list[dict] = []
        for number in range(len(dataset)):
            sample = dataset[number]
            check_sample(sample, f"dataset[{number}]")
            if sample.class_ids.max(initial=0) >= len(class_names):
                raise ValueError(f"dataset[{number}] has a class id without a name.")
            height, width = sample.image.shape[:2]
            name = f"{number:06}.png"
            io.imsave(temporary / IMAGES / name, sample.image, check_contrast=False)
            images.append(dict(id=number, file_name=name, height=height, width=width))
            annotations += _records(sample, number, len(annotations))
        categories = [dict(id=i, name=name) for i, name in enumerate(class_names) if i]
        content = dict(info={}, images=images, annotations=annotations, categories=categories)
        (temporary / ANNOTATIONS).write_text(json.dumps(content), encoding="utf-8")


def _records(sample, image_id, first):
    """The instances of a Sample as COCO annotations; their ids begin at `first` + 1."""
    records = []
    masks = sample.cut  # one whole mask in memory at a time
    for index, box in enumerate(sample.boxes, start=1):
        rle = encode(masks.one(index - 1))
        y1, x1, y2, x2 = (float(edge) for edge in box)
        records.append(
            dict(
                id=first + index,
                image_id=image_id,
                category_id=int(sample.class_ids[index - 1]),
                segmentation=dict(size=rle["size"], counts=rle["counts"].decode("ascii")),
                area=int(masks.areas[index - 1]),
                bbox=[x1, y1, x2 - x1, y2 - y1],
                iscrowd=int(sample.crowd[index - 1]),
            )
        )
    return records
