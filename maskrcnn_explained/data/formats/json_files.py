"""Annotation files: read JSON as tools write it, and say what a file is."""

from __future__ import annotations

import json
import os
from typing import Any

from maskrcnn_explained._arguments import checked_path
from maskrcnn_explained.data.formats.rle import number

READABLE = (
    "COCO's JSON with annotations (exports of Label Studio, CVAT, Roboflow, labelme2coco, VIA), "
    "JSON and projects of VIA 1, 2 and 3, labelme's JSON, and folders of mask pictures"
)
# Other formats, with the key that tells them, and what their tools can write instead.
OTHERS = {
    "FeatureCollection": "GeoJSON: its outlines are on a map, not in pixels",
    "createml": "CreateML's JSON, which holds boxes only: export COCO with outlines",
    "label studio": "Label Studio's own JSON: export COCO from there",
    "results": "a list of COCO results (detections with scores), not of annotations",
    "no annotations": "COCO without annotations: a file of image names, as for COCO's test images",
    "no images": "COCO's annotations without a list of images",
    "no categories": "COCO's annotations without a list of categories",
    "panoptic": "COCO's panoptic format, whose outlines are colours in PNG files: convert it to "
    "COCO's detection format first (panopticapi does it)",
    "yolo": "a description of YOLO's text files: convert them to COCO first",
}


def read_json(path: str | os.PathLike) -> Any:
    """The content of a JSON file; a byte order mark, UTF-8 and UTF-16 are understood.

    Raises `FileNotFoundError` if the file does not exist, `ValueError` if it is not JSON.
    """
    path = checked_path("path", path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no annotation file at {path}.")
    try:
        return json.loads(path.read_bytes())  # bytes: json finds the encoding
    except (ValueError, RecursionError) as error:  # also for bytes that are not text
        raise ValueError(f"{path} is not a JSON file, or its end is missing ({error}).") from error


def format_of(content: Any) -> str:
    """What the content of a JSON file is: "coco", "via", "via3", "labelme", a key of OTHERS or "".

    Only the outermost keys are looked at.
    """
    if isinstance(content, list):
        return _format_of_list(content)
    if not isinstance(content, dict):
        return ""
    if "shapes" in content and ("imagePath" in content or "version" in content):
        return "labelme"
    if "_via_img_metadata" in content:
        return "via"
    if {"file", "view", "metadata"} <= content.keys():
        return "via3"
    if content.get("type") == "FeatureCollection":
        return "FeatureCollection"
    if "names" in content and ("nc" in content or "train" in content):
        return "yolo"
    coco = [key for key in ("images", "annotations", "categories") if key in content]
    if len(coco) >= 2:
        missing = {"images", "annotations", "categories"} - set(coco)
        if missing:
            return f"no {missing.pop()}"
        return "panoptic" if _is_panoptic(content["annotations"]) else "coco"
    entries = list(content.values())
    if entries and all(isinstance(e, dict) and "regions" in e for e in entries):
        return "via"
    return ""


def _is_panoptic(annotations):
    first = annotations[0] if isinstance(annotations, list) and annotations else None
    return isinstance(first, dict) and "segments_info" in first


def _format_of_list(content):
    first = content[0] if content else None
    if not isinstance(first, dict):
        return ""
    if "score" in first and "image_id" in first:
        return "results"
    if "image" in first and "annotations" in first:
        return "createml"
    if "data" in first and ("annotations" in first or "completions" in first):
        return "label studio"
    return ""


def declared_size(row: dict[str, Any], height: str, width: str) -> tuple[int, int] | None:
    """(H, W) of an image as the file says, pixels; None if it does not, or says zero.

    Args:
        row: what the file says of the image.
        height, width: the keys of its sides.
    """
    try:
        sides = int(number(row[height])), int(number(row[width]))
    except (KeyError, ValueError):
        return None
    return sides if min(sides) > 0 else None


def not_understood(path: str | os.PathLike, content: Any, wanted: str = "") -> ValueError:
    """The error for a file that cannot be read as a data set: what it is, and what is read.

    Args:
        path: the file.
        content: what `read_json` gave.
        wanted: the format that was expected; "" if any would do.
    """
    kind = format_of(content)
    names = {"coco": "COCO", "via": "VIA", "via3": "a VIA 3 project", "labelme": "labelme's JSON"}
    known = {**OTHERS, **names}.get(kind)
    expected = f" is not in {wanted} format" if wanted else " cannot be read as a data set"
    said = f"it is {known}" if known else "its content is of no kind that is known here"
    return ValueError(f"{path}{expected}: {said}. What is read: {READABLE}.")
