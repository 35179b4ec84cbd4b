"""COCO's average precision (AP) of boxes and masks, computed by pycocotools.

AP is the mean of the area under the precision-recall curve over ten IoU thresholds (0.50, 0.55, ..
0.95). AP50 is the area at the threshold 0.50 alone, AP75 that at 0.75. -1 means that there is
nothing to measure: no such object exists.
"""

from __future__ import annotations

import collections
import contextlib
import io
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from maskrcnn_explained._arguments import (
    check_model,
    check_sample,
    check_sequence,
    described,
)
from maskrcnn_explained.data.checks import check_class_ids, say_left_out
from maskrcnn_explained.data.scenes.strata import STRATA
from maskrcnn_explained.evaluation.records import check_limit as check_limit
from maskrcnn_explained.evaluation.records import check_lists, found_records, truth_records

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN

LIMIT = 100  # detections per image and class that COCO itself counts
LIMIT_KEY = "detection_limit"  # in a result: how many were counted; all other keys are AP
FULL_IMAGES = "images hold more objects"  # in every warning of `evaluate` about such images
# pycocotools can ignore objects by their area alone. So, to measure a stratum, its objects get one
# area, all other objects another, and the range of areas leaves the others out.
HARD = 1
NOT_HARD = 2


def evaluate(
    model: MaskRCNN, dataset: Any, strata: bool = True, limit: int | None = None
) -> dict[str, float]:
    """Run a model on a data set and compute its AP.

    Args:
        model: a MaskRCNN; its configuration's `detection_min_score` applies.
        dataset: a sequence of Samples.
        strata: also measure each kind of hard objects (`STRATA`) for which the samples have a tag.
            All other objects are then ignored, but each false alarm still counts.
        limit: the largest number of detections per image and class that count, best first; None:
            as many as the model keeps (`detections` of its configuration). COCO uses 100.

    Returns:
        A dict with the keys "mask_AP", "mask_AP50", "mask_AP75", "box_AP", "box_AP50", "box_AP75"
        and, for strata, "mask_AP_small", ...; each value is in 0..1, or -1. "detection_limit" is
        the limit that was used.

    Warnings tell what the data set left out, and of images that hold more objects than the model
    keeps detections, or more of one class than count.

    Raises:
        ValueError: the data set is empty; a sample has a class that the model does not have;
            `limit` is no whole number from 1 on.
    """
    check_model(model)
    check_sequence("dataset", dataset, "a sequence of Samples")
    check_limit(limit)
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to evaluate.")
    say_left_out(dataset)
    kept = model.config.detections
    counted = kept if limit is None else limit
    samples, found = [], []
    # One image in memory at a time: a hundred masks of a photograph need a gigabyte.
    for index in range(len(dataset)):
        sample = dataset[index]
        check_sample(sample, f"dataset[{index}]")
        check_class_ids(sample, model.config)
        samples.append(truth_records(sample))
        found.append(found_records(model.detect(sample.image)))
    _warn_of_full_images(samples, counted, kept)
    return average_precision(samples, found, model.config.class_names, strata, counted)


def average_precision(
    samples: Sequence[list[dict[str, Any]]],
    found: Sequence[list[dict[str, Any]]],
    class_names: Sequence[str],
    strata: bool = True,
    limit: int | None = None,
) -> dict[str, float]:
    """The same as `evaluate`, from ground truth and detections that are COCO records already.

    Args:
        samples: the result of `truth_records` per sample.
        found: the result of `found_records` per sample.
        class_names: K names, background first.
        strata: as for `evaluate`.
        limit: as for `evaluate`; None: all that were found count.

    Returns:
        As `evaluate`.

    Raises:
        ValueError: a wrong `limit`; not as many `found` as `samples`; a class without a name.
    """
    check_limit(limit)
    check_lists(samples, found, class_names)
    if limit is None:
        limit = max([1, *(len(records) for records in found)])
    truth = _coco(samples, class_names)
    result: dict[str, float] = {}
    for kind, iou_type in (("mask", "segm"), ("box", "bbox")):
        precision = _precision(truth, found, iou_type, limit)
        result |= _summary(precision, kind)
    tags = {key for records in samples for record in records for key in record["tags"]}
    measured = [stratum for stratum in STRATA if strata and stratum.tag in tags]
    for stratum in measured:
        hard = _coco(samples, class_names, stratum)
        precision = _precision(hard, found, "segm", limit, only_area=HARD)
        result[f"mask_AP_{stratum.name}"] = _summary(precision, "mask")["mask_AP"]
    return result | {LIMIT_KEY: int(limit)}


def _warn_of_full_images(samples, limit, kept):
    """Tell of images in which some objects cannot be found, or cannot count as found."""
    objects = [[r["class_id"] for r in records if not r["crowd"]] for records in samples]
    beyond_model = sum(len(ids) > kept for ids in objects)
    if beyond_model:
        warnings.warn(
            f"{beyond_model} of {len(samples)} {FULL_IMAGES} than the {kept} detections that the "
            "model keeps, so it cannot find all: raise `detections` (--detections).",
            stacklevel=3,
        )
    # The model keeps `kept` of all classes together; COCO counts `limit` of each class.
    fullest = [max(collections.Counter(ids).values(), default=0) for ids in objects]
    beyond_limit = sum(number > limit for number in fullest)
    if beyond_limit and limit < kept:
        warnings.warn(
            f"{beyond_limit} of {len(samples)} {FULL_IMAGES} of one class than the {limit} "
            "detections that count, so the others are missed: raise `limit` (--limit).",
            stacklevel=3,
        )


def _coco(samples, class_names, stratum=None):
    """The ground truth as pycocotools takes it. With a stratum, areas are HARD or NOT_HARD."""
    annotations: list[dict] = []
    for image_id, records in enumerate(samples, start=1):
        for r in records:
            annotation = dict(
                id=len(annotations) + 1,
                image_id=image_id,
                category_id=r["class_id"],
                bbox=r["box"],
                segmentation=r["rle"],
                area=_area(r, stratum),
                iscrowd=int(r["crowd"]),
            )
            annotations.append(annotation)
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


def _area(record, stratum):
    """The area of an object, or with a stratum the constant that stands for hard or not."""
    if stratum is None:
        return record["area"]
    return HARD if stratum.is_hard(record["tags"][stratum.tag]) else NOT_HARD


def _precision(truth, found, iou_type, limit, only_area=None):
    """pycocotools' precision array [thresholds, recalls, classes, areas, detection limits]."""
    results = _results(found, iou_type)
    if not results:  # pycocotools fails on an empty list; say 0, or -1 if there is no object
        largest = np.inf if only_area is None else only_area
        wanted = any(annotation["area"] <= largest for annotation in truth.anns.values())
        return np.full((10, 101, len(truth.cats), 1, 1), 0.0 if wanted else -1.0)
    with contextlib.redirect_stdout(io.StringIO()):
        loaded = truth.loadRes(results)
        run = COCOeval(truth, loaded, iou_type)
        run.params.areaRng = [[0, 1e10]]
        run.params.areaRngLbl = ["all"]
        if only_area is not None:
            for annotation in loaded.anns.values():
                annotation["area"] = only_area  # in the range, so that each false alarm counts
            run.params.areaRng = [[0, only_area + 0.5]]
        run.params.maxDets = [limit]  # the summary that it prints needs 100; this array does not
        run.evaluate()
        run.accumulate()
    return run.eval["precision"]


def _results(found, iou_type):
    """Detections as pycocotools takes them, with their masks ("segm") or boxes ("bbox")."""
    results = []
    for image_id, records in enumerate(found, start=1):
        for r in records:
            result = dict(image_id=image_id, category_id=r["class_id"], score=r["score"])
            if iou_type == "segm":
                result["segmentation"] = r["rle"]
            else:
                result["bbox"] = r["box"]
            results.append(result)
    return results


def _summary(precision, kind):
    """AP, AP50 and AP75; the first axis of `precision` is the ten IoU thresholds."""
    return {
        f"{kind}_AP": _mean(precision),
        f"{kind}_AP50": _mean(precision[0]),
        f"{kind}_AP75": _mean(precision[5]),
    }


def _mean(values):
    """The mean without the -1 of classes that have no object, or -1 if there is nothing else."""
    measured = values[values > -1]
    return float(measured.mean()) if measured.size else -1.0


def metrics_table(result: dict[str, float]) -> str:
    """The result of `evaluate` as a text table: AP, AP50, AP75, and the AP of hard objects."""
    if not isinstance(result, dict) or "mask_AP" not in result:
        raise ValueError(f"result must be what evaluate returns; got {described(result)}.")
    text = {name: "none" if value < 0 else f"{value:.3f}" for name, value in result.items()}
    lines = [f"{'':<22}{'AP':>7}{'AP50':>7}{'AP75':>7}"]
    for kind in ("mask", "box"):
        values = [text[f"{kind}_{metric}"] for metric in ("AP", "AP50", "AP75")]
        lines.append(f"{kind:<22}" + "".join(f"{value:>7}" for value in values))
    for stratum in STRATA:
        key = f"mask_AP_{stratum.name}"
        if key in text:
            lines.append(f"{'mask, ' + stratum.title:<22}{text[key]:>7}")
    if LIMIT_KEY in result:
        lines.append(f"At most {result[LIMIT_KEY]} detections per image and class count.")
    return "\n".join(lines)
