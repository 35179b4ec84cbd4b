"""Detections on disk: a JSON file in COCO's format that holds all that they hold."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained._arguments import check_kind, checked_path
from maskrcnn_explained._files import atomic_write, require_writable_file
from maskrcnn_explained.data.formats.json_files import read_json
from maskrcnn_explained.results import coco_results

if TYPE_CHECKING:
    from maskrcnn_explained.results.detections import Detections

IMAGE_ID = 1  # of the one image in the file
FLOATS = "<f4"  # float32, low byte first, on every machine


def write_detections(found: Detections, path: str | os.PathLike, file_name: str = "") -> None:
    """Write Detections to a file, which appears complete or not at all. See `Detections.save`.

    Args:
        file_name: of the image, for other tools.
    """
    require_writable_file(path, ".json")
    check_kind("file_name", file_name, str, "text")
    text = json.dumps(file_content(found, file_name), allow_nan=False)
    with atomic_write(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def file_content(found: Detections, file_name: str = "") -> dict[str, Any]:
    """What the file holds: COCO's `images`, `categories` and `annotations`, and the small masks.

    Raises `ValueError` if two names share a class id, or a box or score is NaN or infinite.
    """
    if not (np.isfinite(found.boxes).all() and np.isfinite(found.scores).all()):
        raise ValueError("Boxes or scores are NaN or infinite, which JSON cannot hold.")
    height, width = found.image_size
    image = dict(id=IMAGE_ID, file_name=file_name, height=height, width=width, scale=found.scale)
    names = sorted({(int(i), n) for i, n in zip(found.class_ids, found.class_names, strict=True)})
    if len(dict(names)) < len(names):
        raise ValueError(f"Two classes share an id, so they cannot be saved: {names}.")
    rows = zip(coco_results.coco_records(found, IMAGE_ID), found.areas, strict=True)
    annotations = [
        dict(id=number, **record, area=int(area), iscrowd=0)
        for number, (record, area) in enumerate(rows, start=1)
    ]
    small = np.ascontiguousarray(found.mask_probs, FLOATS)
    code = base64.b64encode(small.tobytes()).decode("ascii")
    return dict(
        images=[image],
        info={},  # older versions of pycocotools ask for it
        categories=[dict(id=class_id, name=name) for class_id, name in names],
        annotations=annotations,
        mask_probs=dict(shape=list(small.shape), float32=code),
    )


def read_detections(path: str | os.PathLike) -> dict[str, Any]:
    """The fields of Detections from a file of `write_detections`. See `Detections.load`."""
    path = checked_path("path", path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file of detections at {path}.")
    try:
        return _fields(read_json(path))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        said = str(error).rstrip(".") if isinstance(error, ValueError) else "a part is missing"
        raise ValueError(
            f"{path} cannot be read as detections: {said}. Give a file that Detections.save wrote; "
            "Detections.from_coco takes COCO results."
        ) from error


def _fields(found):
    (image,) = found["images"]
    size = (int(image["height"]), int(image["width"]))
    names = {row["id"]: row["name"] for row in found["categories"]}
    small = found["mask_probs"]
    values = np.frombuffer(base64.b64decode(small["float32"], validate=True), FLOATS)
    scale = image["scale"]
    fields = coco_results.coco_fields(found["annotations"], names, size)
    shape = small["shape"]
    if len(shape) != 3 or shape[0] != len(fields["boxes"]) or min(shape) < 0:
        raise ValueError("it must hold one small mask per annotation")
    fields["mask_probs"] = values.reshape(shape).astype(np.float32)
    return fields | {"scale": None if scale is None else float(scale)}
