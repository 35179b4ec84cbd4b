"""Projects of VIA 3 as the rows of VIA 2: their files, shapes and attributes stand apart."""

from __future__ import annotations

import os
from typing import Any

# The first number of a shape says what the others are.
KINDS = {1: "point", 2: "rect", 3: "circle", 4: "ellipse", 5: "line", 6: "polyline", 7: "polygon"}
FIELDS = {  # of the shapes with a fixed number of numbers
    "point": ("cx", "cy"),
    "rect": ("x", "y", "width", "height"),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
}


def entries_of_project(project: dict[str, Any], path: str | os.PathLike) -> list[dict[str, Any]]:
    """One dict per image, with "filename" and "regions" as VIA 2 writes them.

    Args:
        project: the content of the project file.
        path: the file, for messages.

    Raises `ValueError` if the project is incomplete, or holds videos.
    """
    attributes = project.get("attribute") or {}
    try:
        files = {str(key): file["fname"] for key, file in project["file"].items()}
        views = {str(key): view["fid_list"] for key, view in project["view"].items()}
        marks = list(project["metadata"].values())
        rows = {view: _row(files, ids) for view, ids in views.items()}
        for mark in marks:
            if mark.get("z"):
                raise ValueError(f"{path} is a VIA 3 project of a video; only images can be read.")
            if mark["xy"]:  # without numbers it says something about the whole image
                rows[str(mark["vid"])]["regions"].append(_region(mark, attributes))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(
            f"{path} is not in the format of a VIA 3 project: {type(error).__name__} {error}."
        ) from error
    return list(rows.values())


def _row(files, ids):
    """The image of one view."""
    return dict(filename=files[str(ids[0])], regions=[])


def _region(mark, attributes):
    """One shape with its attributes."""
    kind = KINDS.get(mark["xy"][0], "unknown")
    numbers = mark["xy"][1:]
    shape: dict[str, Any] = dict(name=kind)
    if kind in ("polyline", "polygon"):
        shape |= dict(all_points_x=numbers[0::2], all_points_y=numbers[1::2])
    else:
        shape |= dict(zip(FIELDS.get(kind, ()), numbers, strict=False))
    values = {}
    for key, value in (mark.get("av") or {}).items():
        attribute = attributes.get(str(key), {})
        values[str(attribute.get("aname", key))] = _value(value, attribute.get("options") or {})
    return dict(shape_attributes=shape, region_attributes=values)


def _value(value, options):
    """The text of a value; radio buttons and lists store the number of the option."""
    chosen = [options.get(part, part) for part in str(value).split(",") if part]
    return ", ".join(str(name) for name in chosen)
