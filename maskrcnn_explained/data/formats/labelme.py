"""Data sets annotated with labelme: one JSON file per image."""

from __future__ import annotations

import base64
import io
import os
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from maskrcnn_explained._arguments import checked_path
from maskrcnn_explained.data.formats.annotated import AnnotatedDataset, Annotation, Entry
from maskrcnn_explained.data.formats.json_files import (
    declared_size,
    format_of,
    not_understood,
    read_json,
)
from maskrcnn_explained.data.formats.outlines import Outline, from_polygons, from_rectangle
from maskrcnn_explained.data.formats.problems import Rules
from maskrcnn_explained.data.formats.rle import number

NO_OBJECTS = ("_background_", "__ignore__")  # labels with a meaning of labelme's own


class LabelmeDataset(AnnotatedDataset):
    """A sequence of Samples from labelme's JSON files; images are read when they are asked for.

    Shapes of one label and one group number are parts of one object. The labels `__ignore__` and
    `_background_` are no classes: their shapes are left out and counted.

    Args:
        path: one JSON file, or a folder of them.
        images: the folder with the images; None: they lie where the JSON says, or beside it.
        class_names: K names, background first; None takes the labels in alphabetical order.
        problems: see `Rules`.

    Attributes: class_names, paths (of the images, in order), left_out (reason -> count).

    Raises:
        FileNotFoundError: the file, the folder or an image does not exist.
        ValueError: a file is not labelme's, shapes have problems, or no label is among
            `class_names`.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        images: str | os.PathLike | None = None,
        class_names: Sequence[str] | None = None,
        problems: str = "stop",
    ) -> None:
        path = checked_path("path", path)
        files = labelme_files(path) if path.is_dir() else [path]
        entries = [_entry(file, index) for index, file in enumerate(files)]
        labels = {a.class_name for e in entries for a in e.annotations if a.class_name}
        labels -= set(NO_OBJECTS)
        if not labels and class_names is None:
            labels = {"object"}
        parent = path if path.is_dir() else path.parent
        folders = [parent if images is None else images, parent]
        rules = Rules(problems=problems)
        super().__init__(path, entries, folders, sorted(labels), class_names, rules)


def labelme_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """The JSON files of a folder that labelme wrote, in alphabetical order."""
    files = sorted(f for f in folder.glob("*.json") if not f.name.startswith("."))
    return [file for file in files if format_of(read_json(file)) == "labelme"]


def _entry(file, index):
    """One image with its objects; shapes of one group are one object."""
    content = read_json(file)
    shapes = content.get("shapes") if isinstance(content, dict) else None
    if format_of(content) != "labelme" or not isinstance(shapes, list):
        raise not_understood(file, content, "labelme's")
    groups: dict[Any, list[tuple[int, Any]]] = {}
    for place, shape in enumerate(shapes, start=1):
        group = shape.get("group_id") if isinstance(shape, dict) else None
        key = place if group is None else ("group", str(shape.get("label")), str(group))
        groups.setdefault(key, []).append((place, shape))
    annotations = tuple(_annotation(members) for members in groups.values())
    name = content.get("imagePath") or file.with_suffix("").name
    return Entry(
        name=str(name),
        image_id=index,
        annotations=annotations,
        size=declared_size(content, "imageHeight", "imageWidth"),
    )


def _annotation(members):
    """One object from its shapes; what is wrong with it is noted in `problem`."""
    place, first = members[0]
    label = f"shape {place}"
    if not isinstance(first, dict) or not first.get("label"):
        return Annotation(label=label, class_name=None, problem="it has no label")
    name = str(first["label"])
    try:
        outline = _joined([_outline(shape) for _, shape in members])
    except (KeyError, TypeError, IndexError) as error:
        return Annotation(label=label, class_name=None, problem=f"its points lack {error}")
    except ValueError as error:
        return Annotation(label=label, class_name=None, problem=str(error))
    return Annotation(label=label, class_name=name, outline=outline)


def _joined(outlines):
    """One outline of several; polygons are joined, of other shapes there is one."""
    if len(outlines) == 1:
        return outlines[0]
    polygons = tuple(polygon for outline in outlines for polygon in outline.polygons)
    if len(polygons) < len(outlines):
        raise ValueError("the shapes of a group must be polygons")
    return Outline(polygons=polygons, crumbs=sum(outline.crumbs for outline in outlines))


def _picture(text):
    """The mask of a shape, [h, w] bool, from its PNG in base64."""
    try:
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("L")) > 0
    except Exception as error:  # Pillow raises errors of many kinds
        raise ValueError(f"its mask is not a PNG in base64 ({type(error).__name__})") from None


def _outline(shape):
    """The outline of one shape. Raises `ValueError` for one without area."""
    kind = shape.get("shape_type", "polygon")
    pairs = [[number(value) for value in point] for point in shape["points"]]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("its points must be pairs of x and y")
    points = np.array(pairs).reshape(-1, 2)
    outline = None
    if kind in ("polygon", "linestrip"):
        outline = from_polygons([points])
    elif kind == "rectangle":
        low = points.min(0)
        outline = from_rectangle(*low, *(points.max(0) - low))
    elif kind == "circle":  # its centre, and a point on its line
        radius = float(np.hypot(*(points[1] - points[0])))
        x, y = points[0].tolist()
        outline = Outline(ellipse=(y, x, radius, radius, 0.0)) if radius > 0 else None
    elif kind == "mask":
        picture = _picture(shape["mask"])
        left, top = np.round(points.min(0)).astype(int).tolist()
        outline = Outline(picture=(top, left, picture))
    if outline is None:
        raise ValueError(
            f"a shape of the kind {kind!r} has no area; draw polygons (three points or more), "
            "rectangles or circles"
        )
    return outline
