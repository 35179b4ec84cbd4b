"""Read and write data sets in COCO's JSON format.

A file lists images, categories and annotations; the images are in a folder beside it. An outline is
a list of polygons or a run-length code (RLE), plain or compressed. Category ids may have gaps: in
ascending order of their ids, the categories become the classes 1, 2, 3, ...
"""

from __future__ import annotations

import json
import os
import pathlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask
from skimage import io

from maskrcnn_explained._files import atomic_write, require_new_folder
from maskrcnn_explained.data.images import read_image
from maskrcnn_explained.data.sample import Sample

# What `save_coco` writes into its folder: a file and a folder.
ANNOTATIONS = "annotations.json"
IMAGES = "images"


class CocoDataset:
    """A sequence of Samples from a COCO file; an image is read only when its Sample is asked for.

    Args:
        path: the JSON file.
        images: the folder with the images.
        class_names: K names, background first, in the order of a model's classes; None takes the
            categories of the file. Annotations of other categories are left out.

    Attributes: class_names, paths (of the images, in order).

    Raises:
        FileNotFoundError: the file, the folder or an image does not exist.
        ValueError: the file is not in COCO's format, or none of its categories is among
            `class_names`.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        images: str | os.PathLike,
        class_names: Sequence[str] | None = None,
    ) -> None:
        content = read_json(path)
        _check_lists(content, path)
        try:
            categories = {c["id"]: str(c["name"]) for c in content["categories"]}
            images_by_id = {image["id"]: image for image in content["images"]}
            self.paths = find_images(images, [i["file_name"] for i in content["images"]])
            kept = _kept(content["annotations"], categories, images_by_id, path)
        except (KeyError, TypeError) as error:
            raise ValueError(
                f"{path} is not in COCO's format: an entry is not a dict, or lacks {error}."
            ) from error
        in_order = [categories[i] for i in sorted(categories)]
        self.class_names = tuple(class_names or ["background", *in_order])
        self._class_ids = _class_ids_of(categories, self.class_names)
        if not self._class_ids:
            raise ValueError(
                f"{path} has the categories {', '.join(in_order) or 'none'}; none of them is among "
                f"the classes {', '.join(self.class_names[1:])}."
            )
        self._images = content["images"]
        self._annotations: dict[Any, list[dict]] = {image_id: [] for image_id in images_by_id}
        for annotation in kept:
            if annotation["category_id"] in self._class_ids:
                self._annotations[annotation["image_id"]].append(annotation)

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> Sample:
        """The Sample of one image; its annotations with `iscrowd` become crowd regions."""
        info = self._images[index]
        image = read_image(self.paths[index])
        size = image.shape[:2]
        annotations = self._annotations[info["id"]]
        masks = np.zeros((len(annotations), *size), bool)
        for mask, annotation in zip(masks, annotations, strict=True):
            mask[:] = decode(annotation["segmentation"], size)
        class_ids = [self._class_ids[a["category_id"]] for a in annotations]
        crowd = [bool(a.get("iscrowd", 0)) for a in annotations]
        return Sample(
            image=image,
            masks=masks,
            class_ids=np.array(class_ids, np.int32),
            image_id=info["id"],
            crowd=np.array(crowd, bool),
        )


def decode(segmentation: Any, size: Sequence[int]) -> np.ndarray:
    """A mask [H, W] bool from polygons, plain RLE or compressed RLE.

    Args:
        segmentation: list of polygons [x, y, x, y, ...] in pixels, or an RLE, a dict with "counts"
            and "size".
        size: (H, W) of the image, pixels.

    Raises `ValueError` if the RLE has another size.
    """
    if isinstance(segmentation, dict):
        if tuple(segmentation["size"]) != tuple(size):
            raise ValueError(
                f"A mask of {segmentation['size']} pixels does not fit an image of {list(size)}: "
                "are these the images that were annotated?"
            )
        if isinstance(segmentation["counts"], list):
            segmentation = coco_mask.frPyObjects(segmentation, *size)
        return coco_mask.decode(segmentation).astype(bool)
    polygons = [[float(number) for number in polygon] for polygon in segmentation]
    parts = coco_mask.frPyObjects(polygons, *size)  # one RLE per polygon
    return coco_mask.decode(coco_mask.merge(parts)).astype(bool)


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
    require_new_folder(folder)
    with atomic_write(folder) as temporary:
        (temporary / IMAGES).mkdir(parents=True)
        images: list[dict] = []
        annotations: list[dict] = []
        for number in range(len(dataset)):
            sample = dataset[number]
            height, width = sample.image.shape[:2]
            name = f"{number:06}.png"
            io.imsave(temporary / IMAGES / name, sample.image, check_contrast=False)
            images.append(dict(id=number, file_name=name, height=height, width=width))
            annotations += _records(sample, number, len(annotations))
        categories = [dict(id=i, name=name) for i, name in enumerate(class_names) if i]
        content = dict(images=images, annotations=annotations, categories=categories)
        (temporary / ANNOTATIONS).write_text(json.dumps(content), encoding="utf-8")


def _records(sample, image_id, first):
    """The instances of a Sample as COCO annotations; their ids begin at `first` + 1."""
    records = []
    for index, (mask, box) in enumerate(zip(sample.masks, sample.boxes, strict=True), start=1):
        rle = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
        y1, x1, y2, x2 = (float(edge) for edge in box)
        records.append(
            dict(
                id=first + index,
                image_id=image_id,
                category_id=int(sample.class_ids[index - 1]),
                segmentation=dict(size=rle["size"], counts=rle["counts"].decode("ascii")),
                area=int(mask.sum()),
                bbox=[x1, y1, x2 - x1, y2 - y1],
                iscrowd=int(sample.crowd[index - 1]),
            )
        )
    return records


def _check_lists(content, path):
    for key in ("images", "annotations", "categories"):
        if not isinstance(content, dict) or not isinstance(content.get(key), list):
            raise ValueError(f"{path} is not in COCO's format: it has no list of {key!r}.")


def _class_ids_of(categories, class_names):
    """Category id -> class id, for the categories that are among the classes."""
    class_ids = {name: i for i, name in enumerate(class_names) if i}  # 0 is the background
    return {key: class_ids[name] for key, name in categories.items() if name in class_ids}


def _kept(annotations, categories, images, path):
    """The annotations that have an outline; a warning reports how many do not.

    Raises `ValueError` if an annotation belongs to an image or category that the file lacks.
    """
    kept = []
    for a in annotations:
        if a["image_id"] not in images or a["category_id"] not in categories:
            raise ValueError(
                f"{path}: annotation {a.get('id')} has image {a['image_id']} and category "
                f"{a['category_id']}; not both are in the file."
            )
        if _is_outline(a.get("segmentation")):
            kept.append(a)
    if len(kept) < len(annotations):
        warnings.warn(
            f"{path}: {len(annotations) - len(kept)} of {len(annotations)} annotations have no "
            "outline (a polygon of three points or more, or an RLE); they are left out.",
            stacklevel=4,
        )
    return kept


def _is_outline(segmentation):
    """Is it an RLE, or at least one polygon, each of three points or more?"""
    if isinstance(segmentation, dict):
        return "counts" in segmentation and "size" in segmentation
    return bool(segmentation) and all(
        isinstance(polygon, list) and len(polygon) >= 6 and len(polygon) % 2 == 0
        for polygon in segmentation
    )


def read_json(path: str | os.PathLike) -> Any:
    """The content of a JSON file.

    Raises `FileNotFoundError` if the file does not exist, `ValueError` if it is not JSON.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no annotation file at {path}.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # also for bytes that are not text
        raise ValueError(f"{path} is not a JSON file, or its end is missing ({error}).") from error


def find_images(folder: str | os.PathLike, names: Sequence[str]) -> list[pathlib.Path]:
    """The paths of images in a folder.

    Raises `FileNotFoundError` if the folder or an image does not exist.
    """
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder} with images.")
    paths = [folder / name for name in names]
    absent = [path.name for path in paths if not path.is_file()]
    if absent:
        more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        raise FileNotFoundError(f"{folder} lacks {', '.join(absent[:3])}{more}.")
    return paths
