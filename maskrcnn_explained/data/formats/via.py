"""Data sets drawn with the VGG Image Annotator (VIA), versions 1 and 2.

VIA 1 exports a dict of images, each with a dict of regions; VIA 2 exports the same with lists of
regions, or a whole project that holds it. Outlines are in pixels of the image.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from skimage import draw

from maskrcnn_explained.data.formats.coco import decode, find_images, read_json
from maskrcnn_explained.data.images import read_image
from maskrcnn_explained.data.sample import Sample

PROJECT = "_via_img_metadata"  # where a project file of VIA 2 holds its images


class ViaDataset:
    """A sequence of Samples from a VIA file; images are read when they are asked for.

    Regions may be polygons, polylines (closed), rectangles, circles and ellipses; points are
    refused, for they have no area.

    Args:
        path: the JSON file.
        images: the folder with the images.
        attribute: the region attribute that holds the class; None: all are of one class.
        class_names: K names, background first; None takes the values of the attribute in the
            order of the alphabet, or "object". Regions of other classes are left out.

    Attributes: class_names, paths (of the images, in order).

    Raises:
        FileNotFoundError: no such file or folder, or images that are not there.
        ValueError: not VIA's format, a region without the attribute, or an unknown shape.
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
                f"{path} is not in VIA's format: it should hold an entry for each image, with "
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
            number_of = {"object": 1}  # one class, whatever it is called
        self._class_ids = [[number_of.get(name, 0) for name in row] for row in names]

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Sample:
        image = read_image(self.paths[index])
        rows = [
            (region_mask(region["shape_attributes"], image.shape[:2]), class_id)
            for region, class_id in zip(self._regions[index], self._class_ids[index], strict=True)
            if class_id
        ]
        masks = np.array([mask for mask, _ in rows], bool).reshape(-1, *image.shape[:2])
        ids = np.array([class_id for _, class_id in rows], np.int32)
        return Sample(image, masks, ids, range(len(self))[index])


def region_mask(shape: dict, size: Sequence[int]) -> np.ndarray:
    """The mask [H, W] bool of one region.

    Args:
        shape: its `shape_attributes`.
        size: (H, W) of the image.

    Raises `ValueError` for a shape without area.
    """
    kind = shape.get("name")
    mask = np.zeros(size, bool)
    if kind in ("polygon", "polyline") and len(shape["all_points_x"]) >= 3:
        points = np.stack([shape["all_points_x"], shape["all_points_y"]], 1)  # [V, 2] (x, y)
        return decode([points.ravel().tolist()], size)
    if kind == "rect":
        top, left = max(0, round(shape["y"])), max(0, round(shape["x"]))
        bottom, right = round(shape["y"] + shape["height"]), round(shape["x"] + shape["width"])
        mask[top : max(bottom, 0), left : max(right, 0)] = True
        return mask
    if kind in ("circle", "ellipse"):
        radii = (shape["r"],) * 2 if kind == "circle" else (shape["ry"], shape["rx"])
        turn = -float(shape.get("theta", 0.0))
        centre = shape["cy"] - 0.5, shape["cx"] - 0.5  # skimage counts from pixel centres
        mask[draw.ellipse(*centre, *radii, shape=size, rotation=turn)] = True
        return mask
    raise ValueError(
        f"A region of the kind {kind!r} has no area here; draw polygons (three points or more), "
        "rectangles, circles or ellipses."
    )


def _is_entry(entry):
    return isinstance(entry, dict) and "filename" in entry and "regions" in entry


def _regions(entry):
    """Regions as a list, from either layout."""
    regions = entry["regions"]
    return list(regions.values()) if isinstance(regions, dict) else list(regions)


def _class_of(region, attribute, path):
    """The class's name; a VIA 2 checkbox holds a dict of the names that are ticked."""
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
