"""Data sets in COCO's JSON format, read and written.

A file lists images, categories and annotations; the images lie in a folder beside it. Outlines
come as polygons or as run-length codes (RLE), plain or compressed. Category ids may have gaps:
here the categories in order of their ids become classes 1, 2, 3, ...
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

ANNOTATIONS, IMAGES = "annotations.json", "images"  # what `save_coco` writes into its folder


class CocoDataset:
    """A sequence of Samples from a COCO file; images are read when they are asked for.

    Args:
        path: the JSON file.
        images: the folder with the images.
        class_names: K names, background first, in the order of a model's classes; None takes the
            file's own categories. Annotations of other categories are left out.

    Attributes: class_names, paths (of the images, in order).

    Raises:
        FileNotFoundError: no such file or folder, or images that are not there.
        ValueError: not COCO's format, or no category of the file is among `class_names`.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        images: str | os.PathLike,
        class_names: Sequence[str] | None = None,
    ) -> None:
        content = read_json(path)
        for key in ("images", "annotations", "categories"):
            if not isinstance(content, dict) or not isinstance(content.get(key), list):
                raise ValueError(f"{path} is not in COCO's format: it has no list of {key!r}.")
        try:
            categories = {c["id"]: str(c["name"]) for c in content["categories"]}
            images_by_id = {image["id"]: image for image in content["images"]}
            self.paths = find_images(images, [i["file_name"] for i in content["images"]])
            kept = _kept(content["annotations"], categories, images_by_id, path)
        except (KeyError, TypeError) as error:
            raise ValueError(
                f"{path} is not in COCO's format: an entry is not a dict, or lacks {error}."
            ) from error
        own = ("background", *(categories[i] for i in sorted(categories)))
        self.class_names = tuple(class_names or own)
        number_of = {name: number for number, name in enumerate(self.class_names) if number}
        self._class_ids = {i: number_of[n] for i, n in categories.items() if n in number_of}
        if not self._class_ids:
            raise ValueError(
                f"{path} has the categories {', '.join(own[1:]) or 'none'}; none of them is among "
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
        """The Sample; an annotation with `iscrowd` becomes a crowd region of it."""
        info = self._images[index]
        image = read_image(self.paths[index])
        size = image.shape[:2]
        annotations = self._annotations[info["id"]]
        masks = np.zeros((len(annotations), *size), bool)
        for mask, annotation in zip(masks, annotations, strict=True):
            mask[:] = decode(annotation["segmentation"], size)
        ids = [self._class_ids[a["category_id"]] for a in annotations]
        crowd = np.array([bool(a.get("iscrowd", 0)) for a in annotations], bool)
        return Sample(image, masks, np.array(ids, np.int32), info["id"], crowd=crowd)


def decode(segmentation: Any, size: Sequence[int]) -> np.ndarray:
    """A mask [H, W] bool from polygons, plain RLE or compressed RLE.

    Args:
        segmentation: list of polygons [x, y, x, y, ...] in pixels, or {"counts", "size"}.
        size: (H, W) of the image.

    Raises `ValueError` if the RLE is of another size.
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
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(polygons, *size))).astype(bool)


def save_coco(dataset: Any, folder: str | os.PathLike, class_names: Sequence[str]) -> None:
    """Write a data set as a folder with `annotations.json` and `images/`, in COCO's format.

    Images are PNG, masks compressed RLE, so nothing is lost. The folder appears complete or not at
    all. Tags are not written.

    Args:
        dataset: a sequence of Samples.
        folder: to be made.
        class_names: K names, background first.

    Raises:
        FileExistsError, FileNotFoundError: the folder is there already, or its parent is not.
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
    """A Sample's instances as COCO's annotations, numbered from `first` + 1."""
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


def _kept(annotations, categories, images, path):
    """Annotations with an outline; a warning counts the others. Raises `ValueError` for unknown
    images and categories."""
    kept = []
    for a in annotations:
        if a["image_id"] not in images or a["category_id"] not in categories:
            raise ValueError(
                f"{path}: annotation {a.get('id')} names image {a['image_id']} and category "
                f"{a['category_id']}, and not both are in the file."
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
    if isinstance(segmentation, dict):
        return "counts" in segmentation and "size" in segmentation
    return bool(segmentation) and all(
        isinstance(polygon, list) and len(polygon) >= 6 and len(polygon) % 2 == 0
        for polygon in segmentation
    )


def read_json(path: str | os.PathLike) -> Any:
    """The content of a JSON file.

    Raises `FileNotFoundError` if there is none, `ValueError` if it is not JSON.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no annotation file at {path}.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # also of bytes that are no text
        raise ValueError(f"{path} is not a JSON file, or it is cut short ({error}).") from error


def find_images(folder: str | os.PathLike, names: Sequence[str]) -> list[pathlib.Path]:
    """The paths of images in a folder. Raises `FileNotFoundError` naming those that are absent."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder} with images.")
    paths = [folder / name for name in names]
    absent = [path.name for path in paths if not path.is_file()]
    if absent:
        more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        raise FileNotFoundError(f"{folder} lacks {', '.join(absent[:3])}{more}.")
    return paths
