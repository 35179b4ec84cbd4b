"""Outlines of objects, as files have them: checked when a file is opened, drawn when it is read.

An Outline is one object's area: polygons, a run-length code (RLE), a rectangle or an ellipse.
Points are (x, y) in pixels of the image; (0, 0) is the corner of the first pixel.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from pycocotools import mask as coco_mask
from skimage import draw

from maskrcnn_explained.data.formats.rle import LARGEST, checked_rle, number, require_size

DEEPEST = 6  # lists in lists: no tool nests deeper
# Polygons that reach beyond this are clipped first: pycocotools walks along every edge, pixel by
# pixel. Nearer ones are not, since clipping rounds a corner at the edge.
FAR = 100_000


@dataclasses.dataclass(frozen=True)
class Outline:
    """The area of one object; exactly one of the fields is used.

    polygons: one [V, 2] float64 array of (x, y) per part, V at least 3; parts are joined.
    rle: (H, W) and counts, the lengths of runs down the columns, the first of them outside; one
        pair per part.
    rectangle: (y1, x1, y2, x2).
    ellipse: (centre y, centre x, radius y, radius x, turn in radians, clockwise as seen).
    picture: (top, left, [h, w] bool), a mask for a part of the image.
    crumbs: how many parts were dropped since they have no area.
    """

    polygons: tuple[np.ndarray, ...] = ()
    rle: tuple[tuple[tuple[int, int], tuple[int, ...]], ...] = ()
    rectangle: tuple[float, float, float, float] | None = None
    ellipse: tuple[float, float, float, float, float] | None = None
    picture: tuple[int, int, np.ndarray] | None = None
    crumbs: int = 0

    @property
    def numbers(self) -> np.ndarray:
        """The coordinates of its points, [n] float64; none for an RLE or a picture."""
        parts = [polygon.ravel() for polygon in self.polygons]
        parts += [np.array(p, float) for p in (self.rectangle, self.ellipse) if p is not None]
        return np.concatenate(parts) if parts else np.zeros(0)

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """(y1, x1, y2, x2) around it, pixels; None for an RLE or a picture."""
        if self.polygons:
            points = np.concatenate(self.polygons)
            x1, y1 = points.min(0)
            x2, y2 = points.max(0)
            return y1, x1, y2, x2
        if self.ellipse is not None:
            y, x, *radii, _ = self.ellipse
            far = max(radii)
            return y - far, x - far, y + far, x + far
        return self.rectangle


def from_coco(segmentation: Any) -> Outline | None:
    """The outline of a COCO annotation's `segmentation`; None if it has none.

    Flat lists, lists of lists, pairs and dicts of x and y, RLEs and lists of RLEs are read as what
    they are. Parts of fewer than three points are dropped; if no part is left, there is no outline.

    Raises `ValueError` for anything else.
    """
    if segmentation in (None, [], {}, ""):
        return None
    codes = [segmentation] if isinstance(segmentation, dict) else segmentation
    if not isinstance(codes, list):
        raise ValueError(f"an outline must be polygons or an RLE; got {str(codes)[:40]!r}")
    if all(isinstance(code, dict) and "counts" in code for code in codes):
        return Outline(rle=tuple(checked_rle(code) for code in codes))
    if isinstance(segmentation, dict):
        raise ValueError("an RLE must have 'counts' and 'size'")
    return from_polygons(list(_rings(segmentation)))


def from_polygons(rings: Sequence[np.ndarray]) -> Outline | None:
    """The outline of polygons, one [V, 2] array each; None if no part has an area.

    Crumbs, parts of fewer than three points or with all points on one line, are dropped.
    Raises `ValueError` if a number is not finite, or above 1e15.
    """
    for ring in rings:
        if not np.isfinite(ring).all():
            raise ValueError("a point is not a finite number (NaN or infinite)")
        if abs(ring).max(initial=0) > LARGEST:
            raise ValueError(f"a point lies {abs(ring).max():g} pixels away")
    good = tuple(ring for ring in rings if len(ring) >= 3 and not _on_one_line(ring))
    return Outline(polygons=good, crumbs=len(rings) - len(good)) if good else None


def _on_one_line(ring):
    """Whether all points of a polygon lie on one line."""
    arms = ring - ring[0]
    longest = arms[np.argmax((arms**2).sum(1))]
    return bool((abs(arms[:, 0] * longest[1] - arms[:, 1] * longest[0]) < 1e-9).all())


def from_rectangle(x: Any, y: Any, width: Any, height: Any) -> Outline | None:
    """The outline of a box [x, y, width, height]; None if it has no area.

    Raises `ValueError` if one of them is not a finite number.
    """
    left, top, w, h = (number(value) for value in (x, y, width, height))
    return Outline(rectangle=(top, left, top + h, left + w)) if w > 0 and h > 0 else None


def _rings(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    """The polygons of nested lists, each as [V, 2]."""
    if depth > DEEPEST or not isinstance(value, list):
        raise ValueError(f"an outline must be lists of numbers; got {str(value)[:40]!r}")
    if all(_is_point(part) for part in value) and len(value) != 2:
        yield np.array([_point(part) for part in value], float).reshape(-1, 2)
    elif all(not isinstance(part, (list, dict)) for part in value):
        flat = [_plain_number(part) for part in value]
        if len(flat) % 2:
            raise ValueError(f"a polygon has an odd number of coordinates ({len(flat)})")
        yield np.array(flat, float).reshape(-1, 2)
    else:
        for part in value:
            yield from _rings(part, depth + 1)


def _is_point(part):
    """Is it a pair of numbers, or a dict with x and y?"""
    if isinstance(part, dict):
        return "x" in part and "y" in part
    return isinstance(part, list) and len(part) == 2 and not isinstance(part[0], (list, dict))


def _point(part):
    pair = (part["x"], part["y"]) if isinstance(part, dict) else part
    return [_plain_number(value) for value in pair]


def _plain_number(value):
    """A number that may be NaN: `from_polygons` refuses it in its own words."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{str(value)[:40]!r} is not a number") from None
    except OverflowError:  # a whole number of 309 digits or more
        return math.inf


# Drawing


def outline_mask(outline: Outline, size: Sequence[int]) -> np.ndarray:
    """The mask of an outline, [H, W] bool.

    Args:
        outline: an Outline.
        size: (H, W) of the image, pixels. What lies outside is cut off.

    Raises `ValueError` if an RLE has another size.
    """
    mask = np.zeros(size, bool)
    for ring in outline.polygons:
        _fill(mask, ring)
    for code_size, counts in outline.rle:
        require_size(code_size, size)
        code = coco_mask.frPyObjects(dict(size=list(size), counts=list(counts)), *size)
        mask |= coco_mask.decode(code).astype(bool)
    if outline.rectangle is not None:
        top, left, bottom, right = (max(0, round(edge)) for edge in outline.rectangle)
        mask[top:bottom, left:right] = True
    if outline.ellipse is not None:
        y, x, radius_y, radius_x, turn = outline.ellipse
        # skimage counts from the centres of pixels, annotation tools from their corners.
        inside = draw.ellipse(y - 0.5, x - 0.5, radius_y, radius_x, shape=size, rotation=-turn)
        mask[inside] = True
    if outline.picture is not None:
        top, left, picture = outline.picture
        part = mask[top : top + picture.shape[0], left : left + picture.shape[1]]
        part |= picture[: part.shape[0], : part.shape[1]]
    return mask


def _fill(mask, ring):
    """Set the pixels of one polygon, drawn only in the part of the image that it touches."""
    height, width = mask.shape
    if abs(ring).max() > FAR:
        ring = _clipped(ring, height, width)
    if len(ring) < 3:
        return
    low = np.floor(ring.min(0)).astype(int) - 1
    high = np.ceil(ring.max(0)).astype(int) + 1
    left, top = np.clip(low, 0, (width, height))
    right, bottom = np.clip(high, 0, (width, height))
    if right <= left or bottom <= top:
        return
    local = (ring - (left, top)).ravel().tolist()
    codes = coco_mask.frPyObjects([local], bottom - top, right - left)
    mask[top:bottom, left:right] |= coco_mask.decode(codes[0]).astype(bool)


def _clipped(ring, height, width):
    """A polygon without what lies more than a pixel outside the image, [V, 2]."""
    closed = np.concatenate([ring, ring[:1]])
    path = Path(closed, closed=True).clip_to_bbox(Bbox([[-1, -1], [width + 1, height + 1]]))
    return np.concatenate([*path.to_polygons(closed_only=True), np.zeros((0, 2))])
