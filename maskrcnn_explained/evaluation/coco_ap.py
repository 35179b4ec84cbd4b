"""Evaluation: COCO's average precision of boxes and masks, through pycocotools.

AP is the mean over ten IoU thresholds (0.50, 0.55, .. 0.95) of the area under the precision-recall
curve; AP50 is that at 0.50 alone. -1 stands for "nothing to measure" (no such object).
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections
    from maskrcnn_explained.model import MaskRCNN

# Hard objects of the scenes: tag, and which values are hard. See data/scenes.py.
STRATA = {
    "small": lambda tags: tags["size"] < 20,
    "occluded": lambda tags: tags["occlusion"] > 0.3,
    "low_contrast": lambda tags: tags["contrast"] < 20,
}
BATCH = 8
LIMIT = 100  # detections of an image and class that COCO counts


def evaluate(
    model: MaskRCNN, dataset: Any, strata: bool = True, limit: int = LIMIT
) -> dict[str, float]:
    """Run a model over a data set and measure.

    Args:
        model: a MaskRCNN; its configuration's `detection_min_score` applies.
        dataset: a sequence of Samples.
        strata: also measure the hard objects of samples that carry the tags for it. There, all
            other objects are ignored, but every false alarm still counts.
        limit: how many detections per image and class count, best first; COCO's own is 100.

    Returns:
        {"mask_AP", "mask_AP50", "mask_AP75", "box_AP", "box_AP50", "box_AP75"} and, for strata,
        {"mask_AP_small", ...}: numbers in 0..1, or -1.

    Raises:
        ValueError: the data set is empty, or class ids do not fit the model.
    """
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to evaluate.")
    samples, found = [], []
    for start in range(0, len(dataset), BATCH):
        part = [dataset[i] for i in range(start, min(start + BATCH, len(dataset)))]
        found += [found_records(d) for d in model.detect([sample.image for sample in part])]
        samples += [truth_records(sample) for sample in part]
    return average_precision(samples, found, model.config.class_names, strata, limit)


def average_precision(
    samples: Sequence[list[dict]],
    found: Sequence[list[dict]],
    class_names: Sequence[str],
    strata: bool = True,
    limit: int = LIMIT,
) -> dict[str, float]:
    """As `evaluate`, from ground truth and detections already turned into COCO's records.

    Args:
        samples: one per sample, what `truth_records` gives.
        found: one per sample, what `found_records` gives.
        class_names: K names, background first.
        limit: as for `evaluate`.
    """
    truth = _coco(samples, class_names)
    result: dict[str, float] = {}
    for kind, iou_type in (("mask", "segm"), ("box", "bbox")):
        precision = _precision(truth, found, iou_type, limit)
        result |= _summary(precision, kind)
    tags = {key for records in samples for record in records for key in record["tags"]}
    for name, is_hard in STRATA.items() if strata else ():
        if {"small": "size", "occluded": "occlusion", "low_contrast": "contrast"}[name] in tags:
            hard = _coco(samples, class_names, is_hard)
            precision = _precision(hard, found, "segm", limit, only_area=1)
            result[f"mask_AP_{name}"] = _summary(precision, "mask")["mask_AP"]
    return result


def truth_records(sample: Sample) -> list[dict]:
    """A Sample's instances as COCO records: class_id, box_xywh, rle, area, crowd, tags.

    An instance with an empty mask is left out: no model could find it.
    """
    return [
        dict(
            class_id=int(class_id),
            box=_xywh(box),
            rle=encode(mask),
            area=int(mask.sum()),
            crowd=bool(sample.crowd[i]),
            tags={name: values[i] for name, values in sample.tags.items()},
        )
        for i, (class_id, box, mask) in enumerate(
            zip(sample.class_ids, sample.boxes, sample.masks, strict=True)
        )
        if mask.any()
    ]


def found_records(detections: Detections) -> list[dict]:
    """Detections as COCO records: class_id, box_xywh, rle, score."""
    rows = zip(
        detections.class_ids, detections.boxes, detections.masks, detections.scores, strict=True
    )
    return [
        dict(class_id=int(class_id), box=_xywh(box), rle=encode(mask), score=float(score))
        for class_id, box, mask, score in rows
    ]


def encode(mask: np.ndarray) -> dict:
    """COCO's compressed run-length code of a mask [H, W] bool."""
    return coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))


def _xywh(box):
    y1, x1, y2, x2 = (float(v) for v in box)
    return [x1, y1, x2 - x1, y2 - y1]


def _coco(samples, class_names, is_hard=None):
    """COCO's ground truth object. With `is_hard`, the area says 1 for hard and 2 for other
    objects, so that an area range can leave the others out."""
    annotations: list[dict] = []
    for image_id, records in enumerate(samples, start=1):
        for r in records:
            area = r["area"] if is_hard is None else (1 if is_hard(r["tags"]) else 2)
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=image_id,
                    category_id=r["class_id"],
                    bbox=r["box"],
                    segmentation=r["rle"],
                    area=area,
                    iscrowd=int(r["crowd"]),
                )
            )
    coco = COCO()
    coco.dataset = dict(
        info={},
        images=[dict(id=i, height=0, width=0) for i in range(1, len(samples) + 1)],
        annotations=annotations,
        categories=[dict(id=i, name=name) for i, name in enumerate(class_names) if i],
    )
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
    return coco


def _precision(truth, found, iou_type, limit, only_area=None):
    """pycocotools' precision array [thresholds, recalls, classes, areas, detection limits]."""
    key = dict(segm="rle", bbox="box")[iou_type]
    name = dict(segm="segmentation", bbox="bbox")[iou_type]
    results = [
        {"image_id": image_id, "category_id": r["class_id"], "score": r["score"], name: r[key]}
        for image_id, records in enumerate(found, start=1)
        for r in records
    ]
    if not results:  # pycocotools refuses an empty list
        largest = np.inf if only_area is None else only_area
        wanted = any(annotation["area"] <= largest for annotation in truth.anns.values())
        return np.zeros((10, 101, len(truth.cats), 1, 1)) - (0 if wanted else 1)
    with contextlib.redirect_stdout(io.StringIO()):
        loaded = truth.loadRes(results)
        run = COCOeval(truth, loaded, iou_type)
        run.params.areaRng, run.params.areaRngLbl = [[0, 1e10]], ["all"]
        if only_area is not None:
            for annotation in loaded.anns.values():
                annotation["area"] = only_area  # every unmatched detection counts
            run.params.areaRng = [[0, only_area + 0.5]]
        run.params.maxDets = [limit]  # its printed summary knows 100 alone; this array does not
        run.evaluate()
        run.accumulate()
    return run.eval["precision"]


def _summary(precision, kind):
    """Means over what there is to measure (-1 marks classes without objects)."""

    def mean(values):
        return float(values[values > -1].mean()) if (values > -1).any() else -1.0

    return {
        f"{kind}_AP": mean(precision),
        f"{kind}_AP50": mean(precision[0]),
        f"{kind}_AP75": mean(precision[5]),
    }


def metrics_table(result: dict[str, float]) -> str:
    """What `evaluate` returned as text: AP, AP50, AP75 of masks and boxes; the hard objects."""
    text = {name: "none" if value < 0 else f"{value:.3f}" for name, value in result.items()}
    lines = [f"{'':<22}{'AP':>7}{'AP50':>7}{'AP75':>7}"]
    for kind in ("mask", "box"):
        values = [text[f"{kind}_{metric}"] for metric in ("AP", "AP50", "AP75")]
        lines.append(f"{kind:<22}" + "".join(f"{value:>7}" for value in values))
    hard = {"small": "under 20 pixels", "occluded": "30 % hidden", "low_contrast": "low contrast"}
    for name, meaning in hard.items():
        if f"mask_AP_{name}" in text:
            lines.append(f"{'mask, ' + meaning:<22}{text[f'mask_AP_{name}']:>7}")
    return "\n".join(lines)
