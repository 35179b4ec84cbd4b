"""Detections as COCO results, the records that COCO's tools and servers take; and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained._arguments import check_kind, check_names, check_number, check_sequence
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.formats.rle import checked_rle, decode_rle, number

if TYPE_CHECKING:
    from maskrcnn_explained.results.detections import Detections

SMALL_SIDE = 28  # of the small masks of a detection


def coco_records(
    found: Detections, image_id: int | str, category_ids: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """Detections as dicts of image_id, category_id, bbox, score and segmentation.

    See `Detections.to_coco`. Raises `ValueError` for a class that `category_ids` has not.
    """
    check_kind("image_id", image_id, (int, str, np.integer), "a whole number or text")
    if category_ids is not None:
        check_kind("category_ids", category_ids, Mapping, "a table: class name -> id")
        unknown = sorted(set(found.class_names) - set(category_ids))
        if unknown:
            raise ValueError(f"category_ids has no id for the classes {', '.join(unknown)}.")
    rows = zip(
        found.class_ids, found.class_names, found.boxes, found.scores, found.rles(), strict=True
    )
    return [
        dict(
            image_id=image_id,
            category_id=int(class_id if category_ids is None else category_ids[name]),
            bbox=_xywh(box),
            score=float(score),
            segmentation=rle,
        )
        for class_id, name, box, score, rle in rows
    ]


def _xywh(box):
    """A box (y1, x1, y2, x2) as COCO's [x, y, width, height], exact."""
    y1, x1, y2, x2 = (float(edge) for edge in box)
    return [x1, y1, x2 - x1, y2 - y1]


def coco_fields(
    found: Sequence[Mapping[str, Any]],
    class_names: Sequence[str] | Mapping[int, str],
    image_size: Sequence[int] | None = None,
) -> dict[str, Any]:
    """The fields of Detections from the records of one image, in their order.

    See `Detections.from_coco`, also for the `ValueError`s that it raises.
    """
    if isinstance(found, Mapping) or not isinstance(found, Sequence):
        raise ValueError(f"COCO results are a list of records; got {type(found).__name__}.")
    if not isinstance(class_names, Mapping):
        check_names("class_names", class_names)
    names = class_names if isinstance(class_names, Mapping) else dict(enumerate(class_names))
    rows = [_checked(place, record, names) for place, record in enumerate(found, start=1)]
    size = _one_image(found, image_size)
    return dict(
        boxes=np.array([box for box, _, _ in rows], np.float32).reshape(-1, 4),
        class_ids=np.array([class_id for _, class_id, _ in rows], np.int32),
        class_names=[names[class_id] for _, class_id, _ in rows],
        scores=np.array([score for _, _, score in rows], np.float32),
        masks=CutMasks.of((decode_rle(record["segmentation"]) for record in found), size),
        mask_probs=np.full((len(rows), SMALL_SIDE, SMALL_SIDE), np.nan, np.float32),
    )


def _checked(place, record, names):
    """The box [4], the class id and the score of a record; its RLE is checked as well."""
    try:
        if not isinstance(record, Mapping):
            raise ValueError(f"a record must be a dict; got {str(record)[:40]!r}")
        missing = [k for k in ("category_id", "bbox", "score", "segmentation") if k not in record]
        if missing:
            raise ValueError(f"it has no {' and no '.join(missing)}")
        class_id = record["category_id"]
        if class_id not in names or class_id == 0:
            raise ValueError(f"there is no class with the id {class_id!r}")
        score = number(record["score"])
        if not 0 <= score <= 1:
            raise ValueError(f"its score must lie in 0..1; got {score:g}")
        checked_rle(record["segmentation"])
        return _corners(record["bbox"]), class_id, score
    except (ValueError, TypeError) as error:  # a TypeError is an id that is a list or a dict
        raise ValueError(f"Record {place} of the COCO results: {error}.") from error


def _corners(bbox):
    """COCO's [x, y, width, height] as (y1, x1, y2, x2)."""
    if not isinstance(bbox, Sequence) or isinstance(bbox, str) or len(bbox) != 4:
        raise ValueError(f"its bbox must be [x, y, width, height]; got {str(bbox)[:40]!r}")
    x, y, width, height = (number(edge) for edge in bbox)
    if min(width, height) < 0:
        raise ValueError(f"its bbox has a negative side: {list(bbox)}")
    return y, x, y + height, x + width


def _one_image(found, image_size):
    """(H, W) of the image; raises `ValueError` unless all records are of one."""
    ids = {str(record.get("image_id")) for record in found}
    if len(ids) > 1:
        raise ValueError(
            f"The COCO results are of {len(ids)} images; Detections are of one. Give the records "
            "of one image_id."
        )
    sizes = {tuple(checked_rle(record["segmentation"])[0]) for record in found}
    if image_size is not None:
        check_sequence("image_size", image_size, "(H, W)")
        for side in image_size:
            check_number("image_size", side, whole=True)
        sizes.add(tuple(int(side) for side in image_size))
    if not sizes:
        raise ValueError("There is no record: give the size of the image, image_size=(H, W).")
    if len(sizes) > 1:
        raise ValueError(
            f"The masks of one image must have one size; got {', '.join(map(str, sorted(sizes)))}."
        )
    size = sizes.pop()
    if len(size) != 2 or not math.prod(size) or min(size) < 0:
        raise ValueError(f"An image has a height and a width above 0; got {list(size)}.")
    return size
