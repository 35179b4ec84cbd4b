"""Data sets annotated with the VGG Image Annotator (VIA), versions 1, 2 and 3.

VIA 1 exports a dict of images with a dict of regions per image. VIA 2 exports a dict of images with
a list of regions per image; its project files hold such a dict too. VIA 3 knows projects only:
files and shapes in lists of their own. Outlines are in pixels of the image as a browser shows it.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import check_kind
from maskrcnn_explained.data.formats.annotated import AnnotatedDataset, Annotation, Entry
from maskrcnn_explained.data.formats.json_files import format_of, not_understood, read_json
from maskrcnn_explained.data.formats.outlines import (
    Outline,
    from_polygons,
    from_rectangle,
    outline_mask,
)
from maskrcnn_explained.data.formats.problems import Rules
from maskrcnn_explained.data.formats.rle import number
from maskrcnn_explained.data.formats.via3 import entries_of_project

PROJECT = "_via_img_metadata"  # the key of the images in a project file of VIA 2
ONE_CLASS = "object"  # the class of all regions when no attribute holds one


class ViaDataset(AnnotatedDataset):
    """A sequence of Samples from a VIA file; an image is read only when its Sample is asked for.

    Regions may be polygons, polylines (they are closed), rectangles, circles and ellipses. A point
    is a problem, because it has no area.

    Args:
        path: the JSON file, or a project.
        images: the folder with the images; they are also looked for beside the file.
        attribute: the region attribute that holds the class; "": all regions are of one class;
            None: the same, if no attribute has several values.
        class_names: K names, background first; None takes the values of the attribute in
            alphabetical order, or "object". Regions of other classes are left out and counted.
        problems: see `Rules`.

    Attributes: class_names, paths (of the images, in order), left_out (reason -> count).

    Raises:
        FileNotFoundError: the file, the folder or an image does not exist.
        ValueError: the file is not in VIA's format, a region has a problem (no area, no class), no
            class is among `class_names`, there are several `class_names` and no attribute, or no
            attribute was named and one has several values.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        images: str | os.PathLike,
        attribute: str | None = None,
        class_names: Sequence[str] | None = None,
        problems: str = "stop",
    ) -> None:
        rows = _rows(path)
        if attribute is not None:
            check_kind("attribute", attribute, str, "the name of an attribute")
        if attribute is None:
            _require_one_class(path, rows)
        if not attribute and class_names is not None and len(class_names) > 2:
            raise ValueError(
                f"{path}: the regions do not say which of the classes "
                f"{', '.join(class_names[1:])} they are; name the attribute that does."
            )
        one_class = class_names[1] if class_names and not attribute else ONE_CLASS
        entries = [
            Entry(
                name=str(row["filename"]),
                image_id=index,
                annotations=tuple(
                    _annotation(region, place, attribute, one_class)
                    for place, region in enumerate(_regions(row), start=1)
                ),
            )
            for index, row in enumerate(rows)
        ]
        found = sorted({a.class_name for e in entries for a in e.annotations if a.class_name})
        if not found and class_names is None:
            found = [one_class]
        folders = [images, pathlib.Path(path).parent]
        rules = Rules(problems=problems)
        super().__init__(path, entries, folders, found, class_names, rules)


def region_outline(shape: Any) -> Outline:
    """The outline of one region.

    Args:
        shape: the region's `shape_attributes`.

    Raises `ValueError` for a shape without area, and for one that lacks a number.
    """
    kind = str(shape.get("name")) if isinstance(shape, dict) else "None"
    try:
        outline = SHAPES[kind](shape) if kind in SHAPES else None
    except KeyError as error:
        raise ValueError(f"a region of the kind {kind!r} lacks {error}") from None
    if outline is None:
        raise ValueError(
            f"a region of the kind {kind!r} has no area; draw polygons (three points or more), "
            "rectangles, circles or ellipses"
        )
    return outline


def region_mask(shape: dict[str, Any], size: Sequence[int]) -> np.ndarray:
    """The mask of one region, [H, W] bool.

    Args:
        shape: the region's `shape_attributes`.
        size: (H, W) of the image, pixels.

    Raises `ValueError` as `region_outline`.
    """
    return outline_mask(region_outline(shape), size)


def _polygon(shape):
    x = shape["all_points_x"]
    y = shape["all_points_y"]
    if not isinstance(x, list) or not isinstance(y, list) or len(x) != len(y):
        raise ValueError("the points of a polygon have not as many x as y")
    points = [[number(value) for value in pair] for pair in zip(x, y, strict=True)]
    return from_polygons([np.array(points, float).reshape(-1, 2)])


def _rectangle(shape):
    return from_rectangle(shape["x"], shape["y"], shape["width"], shape["height"])


def _circle(shape):
    return _ellipse(shape | dict(rx=shape["r"], ry=shape["r"]))


def _ellipse(shape):
    y, x, radius_y, radius_x = (number(shape[key]) for key in ("cy", "cx", "ry", "rx"))
    turn = number(shape.get("theta") or 0)
    if min(radius_y, radius_x) <= 0:
        return None
    return Outline(ellipse=(y, x, radius_y, radius_x, turn))


SHAPES = {
    "polygon": _polygon,
    "polyline": _polygon,
    "rect": _rectangle,
    "circle": _circle,
    "ellipse": _ellipse,
}


def _rows(path):
    """One dict per image, with "filename" and "regions", from a file of any version."""
    content = read_json(path)
    if format_of(content) == "via3":
        return entries_of_project(content, path)
    rows = content.get(PROJECT, content) if isinstance(content, dict) else None
    if not isinstance(rows, dict) or not all(_is_row(row) for row in rows.values()):
        raise not_understood(path, content, "VIA's")
    return list(rows.values())


def _is_row(row):
    return (
        isinstance(row, dict) and "filename" in row and isinstance(row.get("regions"), dict | list)
    )


def _regions(row):
    """The regions of one image as a list, from a list (VIA 2) or a dict (VIA 1)."""
    regions = row["regions"]
    return list(regions.values()) if isinstance(regions, dict) else regions


def _annotation(region, place, attribute, one_class):
    """One region; what is wrong with it is noted in `problem`."""
    label = f"region {place}"
    try:
        if not isinstance(region, dict):
            raise ValueError("a region must be a dict")
        name = _class_of(region, attribute) if attribute else one_class
        outline = region_outline(region.get("shape_attributes"))
    except ValueError as error:
        return Annotation(label=label, class_name=None, problem=str(error))
    return Annotation(label=label, class_name=name, outline=outline)


def _class_of(region, attribute):
    """The name of a region's class. A VIA 2 checkbox stores a dict: name -> is it ticked?"""
    attributes = _attributes(region)
    value = attributes.get(attribute)
    if isinstance(value, dict):
        ticked = [name for name, on in value.items() if on]
        value = ticked[0] if len(ticked) == 1 else None
    if not value:
        raise ValueError(
            f"it has no single value for the attribute {attribute!r}; it has {attributes}"
        )
    return str(value)


def _attributes(region):
    """What a region says of itself, as a dict; empty if it says nothing that can be read."""
    given = region.get("region_attributes") if isinstance(region, dict) else None
    return given if isinstance(given, dict) else {}


def _require_one_class(path, rows):
    """Raise `ValueError` if an attribute has several values: it may hold the classes."""
    values: dict[str, set[str]] = {}
    for row in rows:
        for region in _regions(row):
            for name, value in _attributes(region).items():
                ticked = [key for key, on in value.items() if on] if isinstance(value, dict) else []
                values.setdefault(name, set()).update(ticked or [str(value)])
    several = {name: sorted(found) for name, found in values.items() if len(found) > 1}
    if several:
        listed = "; ".join(f"{n!r} ({', '.join(v[:5])})" for n, v in several.items())
        raise ValueError(
            f"{path}: the regions have attributes with several values: {listed}. Name the one that "
            "holds the class (attribute=..., --via-attribute NAME), or '' if all are of one class."
        )
