"""Ground truth and detections as COCO records: what average precision is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained._arguments import (
    check_has,
    check_names,
    check_sample,
    check_sequence,
    described,
)
from maskrcnn_explained.data.formats.rle import encode

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections


def truth_records(sample: Sample) -> list[dict[str, Any]]:
    """The instances of a Sample as COCO records: dicts of class_id, box, rle, area, crowd, tags.

    A box is [x, y, width, height] in pixels. An instance with an empty mask is left out, because no
    model could find it.
    """
    check_sample(sample)
    masks = sample.cut  # one whole mask in memory at a time
    return [
        dict(
            class_id=int(class_id),
            box=_xywh(box),
            rle=encode(masks.one(i)),
            area=int(area),
            crowd=bool(sample.crowd[i]),
            tags={name: values[i] for name, values in sample.tags.items()},
        )
        for i, (class_id, box, area) in enumerate(
            zip(sample.class_ids, sample.boxes, masks.areas, strict=True)
        )
        if area
    ]


def found_records(detections: Detections) -> list[dict[str, Any]]:
    """Detections as COCO records: dicts of class_id, box, rle, score."""
    check_has("detections", detections, "Detections", "scores", "masks", "class_names")
    rows = zip(
        detections.class_ids, detections.boxes, detections.masks, detections.scores, strict=True
    )
    return [
        dict(class_id=int(class_id), box=_xywh(box), rle=encode(mask), score=float(score))
        for class_id, box, mask, score in rows
    ]


def check_records(name: str, images: Any, *keys: str) -> None:
    """Raise `ValueError` unless there is one list of records per image, each with these keys."""
    check_sequence(name, images, "a list with one list of records per image")
    for records in images:
        check_sequence(name, records, "a list with one list of records per image")
        for record in records:
            missing = [key for key in keys if not isinstance(record, dict) or key not in record]
            if missing:
                raise ValueError(f"A record of {name} has no {missing[0]!r}: {described(record)}.")


def check_lists(
    samples: Sequence[list[dict[str, Any]]],
    found: Sequence[list[dict[str, Any]]],
    class_names: Sequence[str],
) -> None:
    """Raise `ValueError` unless both are lists of records of the same images and these classes."""
    check_names("class_names", class_names)
    check_records("samples", samples, "class_id", "box", "rle", "area", "crowd", "tags")
    check_records("found", found, "class_id", "box", "rle", "score")
    if len(samples) != len(found):
        raise ValueError(f"`found` needs one list per sample: {len(samples)}, not {len(found)}.")
    known = range(1, len(class_names))
    if any(r["class_id"] not in known for records in [*samples, *found] for r in records):
        raise ValueError(f"A record has a class_id outside 1..{len(known)}: see class_names.")


def check_limit(limit: int | None) -> None:
    """Raise `ValueError` if a limit is neither None nor a whole number from 1 on."""
    whole = isinstance(limit, (int, np.integer)) and not isinstance(limit, bool)
    if limit is not None and not (whole and limit >= 1):
        raise ValueError(f"limit must be a whole number from 1 on, or None; got {limit!r}.")


def _xywh(box):
    """A box (y1, x1, y2, x2) as COCO's [x, y, width, height]."""
    y1, x1, y2, x2 = (float(v) for v in box)
    return [x1, y1, x2 - x1, y2 - y1]
