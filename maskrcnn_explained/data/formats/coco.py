"""Read data sets in COCO's JSON format.

A file lists images, categories and annotations; the images are in a folder beside it. An outline is
a list of polygons or a run-length code (RLE), plain or compressed. Category ids may have gaps: in
ascending order of their ids, the categories become the classes 1, 2, 3, ...
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskrcnn_explained.data.formats.annotated import AnnotatedDataset, Annotation, Entry, Rules
from maskrcnn_explained.data.formats.classes import BACKGROUND_CLASS
from maskrcnn_explained.data.formats.json_files import (
    declared_size,
    format_of,
    not_understood,
    read_json,
)
from maskrcnn_explained.data.formats.outlines import (
    from_coco,
    from_rectangle,
    number,
    outline_mask,
)


class CocoDataset(AnnotatedDataset):
    """A sequence of Samples from a COCO file; an image is read only when its Sample is asked for.

    Every record is checked when the file is opened, and the header of every image: see
    `AnnotatedDataset`.

    Args:
        path: the JSON file.
        images: the folder with the images; they are also looked for beside the file.
        class_names: K names, background first, in the order of a model's classes; None takes the
            categories of the file. Annotations of other categories are left out and counted.
        crowds, boxes, problems: see `Rules`.

    Attributes: class_names, paths (of the images, in order), left_out (reason -> count).

    Raises:
        FileNotFoundError: the file, the folder or an image does not exist.
        ValueError: the file is not in COCO's format, records have problems, or none of its
            categories is among `class_names`.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        images: str | os.PathLike,
        class_names: Sequence[str] | None = None,
        crowds: str = "ignore",
        boxes: str = "problem",
        problems: str = "stop",
    ) -> None:
        rules = Rules(crowds=crowds, boxes=boxes, problems=problems)
        content = read_json(path)
        if format_of(content) != "coco":
            raise not_understood(path, content, "COCO's")
        for key in ("images", "annotations", "categories"):
            _require_dicts(content[key], key, path)
        classes = _classes(content, path)
        folders = [images, pathlib.Path(path).parent]
        found = list(dict.fromkeys(classes.values()))
        entries = _entries(content, classes, path)
        super().__init__(path, entries, folders, found, class_names, rules)


def decode(segmentation: Any, size: Sequence[int]) -> np.ndarray:
    """A mask [H, W] bool from polygons, plain RLE or compressed RLE.

    Args:
        segmentation: list of polygons [x, y, x, y, ...] in pixels, or an RLE, a dict with "counts"
            and "size".
        size: (H, W) of the image, pixels.

    Raises `ValueError` if the RLE has another size or is damaged, or a number is not finite.
    """
    outline = from_coco(segmentation)
    return np.zeros(size, bool) if outline is None else outline_mask(outline, size)


def _require_dicts(rows, key, path):
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{path} is not in COCO's format: {key!r} must be a list of dicts.")


def _id(value):
    """An id in one form: 1, 1.0 and "1" are one id. Files mix them after they were merged."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    short = isinstance(value, str) and len(value) < 100  # Python reads no number of 5,000 digits
    if short and value.isdecimal() and str(int(value)) == value:
        return int(value)
    return value if isinstance(value, (int, str)) else repr(value)


def _in_order(category_id):
    """Ascending numbers, then texts."""
    return isinstance(category_id, str), category_id


def _classes(content, path):
    """Category id -> class name, in ascending order of the ids.

    Two categories of one name are one class. A category that no annotation has is left out if it
    only groups others (Roboflow's first one) or is the background.
    """
    names: dict[Any, str] = {}
    groups = {str(c.get("supercategory")) for c in content["categories"]}
    used = {_id(a.get("category_id")) for a in content["annotations"]}
    for category in content["categories"]:
        if "id" not in category or "name" not in category:
            raise ValueError(f"{path} is not in COCO's format: a category lacks 'id' or 'name'.")
        if not isinstance(category["name"], (str, int, float)):
            raise ValueError(f"{path}: a category's name must be text, not {category['name']}.")
        key = _id(category["id"])
        name = str(category["name"])
        if key in names:
            raise ValueError(f"{path} has the category id {key} twice: were two files merged?")
        root = category.get("supercategory") == "none" and name in groups
        if key in used or not (root or name.strip("_ ").lower() == BACKGROUND_CLASS):
            names[key] = name
    if not names:
        raise ValueError(f"{path} has no categories: it does not say what its objects are.")
    return {key: names[key] for key in sorted(names, key=_in_order)}


def _entries(content, classes, path):
    """One Entry per image, with its annotations."""
    rows: dict[Any, list[Annotation]] = {}
    for image in content["images"]:
        key = _id(image.get("id"))
        if "id" not in image or not isinstance(image.get("file_name"), str):
            raise ValueError(f"{path} is not in COCO's format: an image lacks 'id' or 'file_name'.")
        if key in rows:
            raise ValueError(
                f"{path} has the image id {key} twice ({image['file_name']}): were two files "
                "merged? Give each image an id of its own."
            )
        rows[key] = []
    strays = []
    for annotation in content["annotations"]:
        image_id = _id(annotation.get("image_id"))
        if image_id in rows:
            rows[image_id].append(_annotation(annotation, classes))
        else:
            strays.append(_stray(annotation))
    return [_entry(image, rows[_id(image["id"])]) for image in content["images"]] + strays


def _entry(image, annotations):
    return Entry(
        name=image["file_name"],
        image_id=_id(image["id"]),
        annotations=tuple(annotations),
        size=declared_size(image, "height", "width"),
    )


def _stray(annotation):
    """An annotation of an image that the file does not list, as an Entry with that problem."""
    image_id = annotation.get("image_id")
    return Entry(
        name=f"annotation {annotation.get('id')}",
        image_id=image_id,
        problem=f"its image_id {image_id!r} is not among the images of the file",
    )


def _annotation(row, classes):
    """One record of the file; what is wrong with it is noted in `problem`."""
    label = f"annotation {row.get('id')}"
    category = _id(row.get("category_id"))
    if category not in classes:
        problem = f"its category_id {row.get('category_id')!r} is not among the categories"
        return Annotation(label=label, class_name=None, problem=problem)
    try:
        crowd = bool(number(row.get("iscrowd") or 0))
        outline = from_coco(row.get("segmentation"))
        box = from_rectangle(*row["bbox"]) if _is_box(row.get("bbox")) else None
    except ValueError as error:
        return Annotation(label=label, class_name=classes[category], problem=str(error))
    return Annotation(
        label=label, class_name=classes[category], outline=outline, box=box, crowd=crowd
    )


def _is_box(box):
    return isinstance(box, list) and len(box) == 4
