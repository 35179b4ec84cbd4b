"""Data sets annotated with the VGG Image Annotator (VIA), versions 1 and 2.

VIA 1 exports a dict of images with a dict of regions per image. VIA 2 exports a dict of images with
a list of regions per image; its project files hold such a dict too. Outlines are in pixels of the
image.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from skimage import draw

from maskrcnn_explained.data.formats.coco import decode, find_images, read_json
from maskrcnn_explained.data.images import read_image
from maskrcnn_explained.data.sample import Sample

PROJECT = "_via_img_metadata"  # the key of the images in a project file of VIA 2


class ViaDataset:
    """A sequence of Samples from a VIA file; an image is read only when its Sample is asked for.

    Regions may be polygons, polylines (they are closed), rectangles, circles and ellipses. A point
    is an error, because it has no area.

    Args:
        path: the JSON file.
        images: the folder with the images.
        attribute: the region attribute that holds the class; None: all regions are of one class.
        class_names: K names, background first; None takes the values of the attribute in
            alphabetical order, or "object". Regions of other classes are left out.

    Attributes: class_names, paths (of the images, in order).

    Raises:
        FileNotFoundError: the file, the folder or an image does not exist.
        ValueError: the file is not in VIA's format, a region lacks the attribute, no class is among
            `class_names`, or there are several `class_names` and no attribute. Reading a Sample
            raises it for a point, and for a polygon of fewer than three points.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        images: str | os.PathLike,
        attribute: str | None = None,
        class_names: Sequence[str] | None = None,
    ) -> None:
        entries = read_json(path)
        if isinstance(entries, dict) and PROJECT in entries:
            entries = entries[PROJECT]
        if not isinstance(entries, dict) or not all(_is_entry(e) for e in entries.values()):
            raise ValueError(
                f"{path} is not in VIA's format: it should hold one entry per image, with "
                "'filename' and 'regions'."
            )
        entries = list(entries.values())
        self.paths = find_images(images, [entry["filename"] for entry in entries])
        self._regions = [_regions(entry) for entry in entries]
        names = [[_class_of(r, attribute, path) for r in row] for row in self._regions]
        found = sorted({name for row in names for name in row})
        self.class_names = tuple(class_names or ("background", *(found or ["object"])))
        if not class_names or attribute is not None:
            number_of = {name: i for i, name in enumerate(self.class_names) if i}
        else:
            number_of = {"object": 1}  # one class; `class_names` gives it another name
        _require_known(path, attribute, found, self.class_names)
        self._class_ids = [[number_of.get(name, 0) for name in row] for row in names]

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Sample:
        image = read_image(self.paths[index])
        size = image.shape[:2]
        masks = []
        class_ids = []
        for region, class_id in zip(self._regions[index], self._class_ids[index], strict=True):
            if class_id:
                masks.append(region_mask(region["shape_attributes"], size))
                class_ids.append(class_id)
        return Sample(
            image=image,
            masks=np.array(masks, bool).reshape(-1, *size),
            class_ids=np.array(class_ids, np.int32),
            image_id=range(len(self))[index],  # counted from the start, also for a negative index
        )


def region_mask(shape: dict[str, Any], size: Sequence[int]) -> np.ndarray:
    """The mask of one region, [H, W] bool.

    Args:
        shape: the region's `shape_attributes`.
        size: (H, W) of the image, pixels.

    Raises `ValueError` for a point, and for a polygon of fewer than three points.
    """
    kind = shape.get("name")
    mask = np.zeros(size, bool)
    if kind in ("polygon", "polyline") and len(shape["all_points_x"]) >= 3:
        points = np.stack([shape["all_points_x"], shape["all_points_y"]], 1)  # [V, 2] (x, y)
        polygon = points.ravel().tolist()
        return decode([polygon], size)
    if kind == "rect":
        top = max(0, round(shape["y"]))
        left = max(0, round(shape["x"]))
        bottom = max(0, round(shape["y"] + shape["height"]))
        right = max(0, round(shape["x"] + shape["width"]))
        mask[top:bottom, left:right] = True
        return mask
    if kind in ("circle", "ellipse"):
        mask[_ellipse(shape, size)] = True
        return mask
    raise ValueError(
        f"A region of the kind {kind!r} has no area; draw polygons (three points or more), "
        "rectangles, circles or ellipses."
    )


def _ellipse(shape, size):
    """The rows and columns of the pixels inside a circle or an ellipse."""
    if shape["name"] == "circle":
        radius_y = radius_x = shape["r"]
    else:
        radius_y = shape["ry"]
        radius_x = shape["rx"]
    turn = -float(shape.get("theta", 0.0))
    y = shape["cy"] - 0.5  # skimage counts from the centres of pixels, VIA from their corners
    x = shape["cx"] - 0.5
    return draw.ellipse(y, x, radius_y, radius_x, shape=size, rotation=turn)


def _is_entry(entry):
    return isinstance(entry, dict) and "filename" in entry and "regions" in entry


def _regions(entry):
    """The regions of one image as a list, from a list (VIA 2) or a dict (VIA 1)."""
    regions = entry["regions"]
    return list(regions.values()) if isinstance(regions, dict) else list(regions)


def _require_known(path, attribute, found, class_names):
    """Fail if the file does not say which of the classes its regions are, or names none of them."""
    classes = ", ".join(class_names[1:])
    if attribute is None and len(class_names) > 2:
        raise ValueError(
            f"{path}: the regions do not say which of the classes {classes} they are; name the "
            "attribute that does."
        )
    if attribute is not None and found and not set(found) & set(class_names[1:]):
        raise ValueError(
            f"{path} has the classes {', '.join(found)}; none of them is among {classes}."
        )


def _class_of(region, attribute, path):
    """The name of a region's class. A VIA 2 checkbox stores a dict: name -> is it ticked?"""
    if attribute is None:
        return "object"
    value = region.get("region_attributes", {}).get(attribute)
    if isinstance(value, dict):
        ticked = [name for name, on in value.items() if on]
        value = ticked[0] if len(ticked) == 1 else None
    if not value:
        raise ValueError(
            f"{path}: a region has no single value for the attribute {attribute!r}; it has "
            f"{region.get('region_attributes')}."
        )
    return str(value)
