"""Ground truth and detections as COCO records: what average precision is computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maskrcnn_explained.data.formats.rle import encode

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections


def truth_records(sample: Sample) -> list[dict[str, Any]]:
    """The instances of a Sample as COCO records: dicts of class_id, box, rle, area, crowd, tags.

    A box is [x, y, width, height] in pixels. An instance with an empty mask is left out, because no
    model could find it.
    """
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
    rows = zip(
        detections.class_ids, detections.boxes, detections.masks, detections.scores, strict=True
    )
    return [
        dict(class_id=int(class_id), box=_xywh(box), rle=encode(mask), score=float(score))
        for class_id, box, mask, score in rows
    ]


def _xywh(box):
    """A box (y1, x1, y2, x2) as COCO's [x, y, width, height]."""
    y1, x1, y2, x2 = (float(v) for v in box)
    return [x1, y1, x2 - x1, y2 - y1]
