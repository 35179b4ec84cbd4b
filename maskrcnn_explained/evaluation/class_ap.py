"""AP of each class alone: a mean over classes hides which of them a model knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maskrcnn_explained._arguments import check_model, check_sample, check_sequence
from maskrcnn_explained.data.checks import check_class_ids, say_left_out
from maskrcnn_explained.evaluation.coco_ap import LIMIT_KEY, average_precision
from maskrcnn_explained.evaluation.records import (
    check_limit,
    check_lists,
    found_records,
    truth_records,
)

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN

OBJECTS_KEY = "objects"  # how many objects of the class there are, without crowds


def evaluate_classes(
    model: MaskRCNN, dataset: Any, limit: int | None = None
) -> dict[str, dict[str, float]]:
    """Run a model on a data set and compute the AP of each class.

    Args:
        model: a MaskRCNN; its configuration's `detection_min_score` applies.
        dataset: a sequence of Samples.
        limit: as for `evaluate`.

    Returns:
        As `class_average_precision`.

    Raises:
        ValueError: the data set is empty; a sample has a class that the model does not have;
            `limit` is no whole number from 1 on.

    Warns of what the data set left out.
    """
    check_model(model)
    check_sequence("dataset", dataset, "a sequence of Samples")
    check_limit(limit)
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to evaluate.")
    say_left_out(dataset)
    samples, found = [], []
    for index in range(len(dataset)):
        sample = dataset[index]
        check_sample(sample, f"dataset[{index}]")
        check_class_ids(sample, model.config)
        samples.append(truth_records(sample))
        found.append(found_records(model.detect(sample.image)))
    counted = model.config.detections if limit is None else limit
    return class_average_precision(samples, found, model.config.class_names, counted)


def class_average_precision(
    samples: Sequence[list[dict[str, Any]]],
    found: Sequence[list[dict[str, Any]]],
    class_names: Sequence[str],
    limit: int | None = None,
) -> dict[str, dict[str, float]]:
    """The AP of each class, from ground truth and detections that are COCO records already.

    COCO computes a curve per class and takes the mean at the end. So what other classes have does
    not matter: their records are left out, and the rest is `average_precision`. The mean over all
    classes that have objects is what `average_precision` gives for all of them.

    Args:
        samples, found, class_names, limit: as for `average_precision`.

    Returns:
        Class name -> "mask_AP", "mask_AP50", "mask_AP75", "box_AP", "box_AP50", "box_AP75", each in
        0..1, or -1 if there is no object of the class; and "objects", their number.

    Raises `ValueError` as `average_precision` does.
    """
    check_lists(samples, found, class_names)
    results = {}
    for class_id, name in enumerate(class_names):
        if class_id == 0:
            continue
        own = [_of_class(records, class_id) for records in samples]
        theirs = [_of_class(records, class_id) for records in found]
        result = average_precision(own, theirs, class_names, strata=False, limit=limit)
        result.pop(LIMIT_KEY)
        result[OBJECTS_KEY] = sum(not r["crowd"] for records in own for r in records)
        results[name] = result
    return results


def _of_class(records, class_id):
    """The records of one class."""
    return [record for record in records if record["class_id"] == class_id]
