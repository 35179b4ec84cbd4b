"""How many detections count in COCO's AP, and images that hold more objects than that."""

import dataclasses
import json

import numpy as np
import pytest
from helpers import Oracle

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.evaluation.coco_ap import (
    LIMIT,
    LIMIT_KEY,
    average_precision,
    evaluate,
    metrics_table,
)
from maskrcnn_explained.evaluation.records import found_records, truth_records
from maskrcnn_explained.masks import boxes_from_masks

A, B, C = (2, 2, 22, 22), (30, 5, 60, 25), (10, 40, 30, 60)


def grid(number, classes=1):
    """A sample of this many small squares, and detections that equal them. Classes take turns."""
    masks = np.zeros((number, 120, 120), bool)
    for i in range(number):
        y, x = divmod(i, 20)
        masks[i, 6 * y : 6 * y + 4, 6 * x : 6 * x + 4] = True
    class_ids = (np.arange(number) % classes + 1).astype(np.int32)
    sample = Sample(np.zeros((120, 120, 3), np.uint8), masks, class_ids)
    found = Detections(
        boxes=boxes_from_masks(masks),
        class_ids=class_ids,
        class_names=["thing"] * number,
        scores=np.linspace(1, 0.5, number),
        masks=masks,
        mask_probs=masks,
    )
    return sample, found


def records_of(*pairs):
    """Pairs of a Sample and Detections as the two arguments of `average_precision`."""
    samples = [truth_records(sample) for sample, _ in pairs]
    return samples, [found_records(found) for _, found in pairs]


@pytest.mark.parametrize("number", [99, 101, 150, 300])
def test_all_that_was_found_counts_by_default(number):
    result = average_precision(*records_of(grid(number)), ("background", "thing"))
    assert result["mask_AP"] == result["box_AP"] == pytest.approx(1)
    assert result[LIMIT_KEY] == number
    assert f"At most {number} detections per image and class count." in metrics_table(result)


def test_coco_s_limit_is_one_argument_away():
    records = records_of(grid(150))
    coco = average_precision(*records, ("background", "thing"), limit=LIMIT)
    assert coco["mask_AP"] == pytest.approx(67 / 101)  # recalls 0 .. 0.66 are reached
    assert coco[LIMIT_KEY] == LIMIT == 100 and "At most 100" in metrics_table(coco)


def test_the_limit_is_per_class():
    records = records_of(grid(300, classes=3))
    result = average_precision(*records, ("background", "a", "b", "c"), limit=100)
    assert result["mask_AP"] == pytest.approx(1)


def test_evaluate_counts_as_many_as_the_model_keeps():
    sample, found = grid(150)
    result = evaluate(Oracle([found], detections=200), [sample])
    assert result[LIMIT_KEY] == 200 and result["mask_AP"] == pytest.approx(1)


def test_the_result_can_be_written_as_json():
    result = average_precision(*records_of(grid(3)), ("background", "a"), limit=np.int64(7))
    assert json.loads(json.dumps(result))[LIMIT_KEY] == 7


def test_a_table_of_older_results_has_no_limit():
    result = average_precision(*records_of(grid(3)), ("background", "a"))
    del result[LIMIT_KEY]
    assert "At most" not in metrics_table(result)


@pytest.mark.parametrize("limit", [0, -1, 2.5, True, "100", np.nan])
def test_a_limit_that_is_no_whole_number_from_one_on(limit):
    sample, found = grid(3)
    with pytest.raises(ValueError, match="limit must be a whole number from 1 on, or None; got"):
        average_precision(*records_of((sample, found)), ("background", "a"), limit=limit)
    model = Oracle([found])
    with pytest.raises(ValueError, match="limit must be a whole number"):
        evaluate(model, [sample], limit=limit)
    assert model.answers, "before any image ran"


@pytest.mark.parametrize("classes", [1, 4])
def test_more_objects_than_the_model_keeps(classes):
    """120 objects; whether of one class or of four, a model of 100 detections misses some."""
    full, found = grid(120, classes)
    few, all_found = grid(7)
    model = Oracle([found, all_found])
    with pytest.warns(UserWarning, match="^1 of 2 images hold more objects than the 100") as told:
        evaluate(model, [full, few])
    assert len(told) == 1 and "--detections" in str(told[0].message)


def test_more_objects_of_one_class_than_count():
    sample, found = grid(150)
    with pytest.warns(UserWarning, match="1 of 1 images hold more .* one class than the 100") as t:
        result = evaluate(Oracle([found], detections=200), [sample], limit=LIMIT)
    assert result["mask_AP"] == pytest.approx(67 / 101)
    assert len(t) == 1 and "--limit" in str(t[0].message)


@pytest.mark.filterwarnings("error")
def test_no_warning_where_all_can_be_found():
    sample, found = grid(100)
    evaluate(Oracle([found]), [sample])
    sample, found = grid(150, classes=2)
    evaluate(Oracle([found], detections=150), [sample], limit=75)
    # Crowds are no objects to find.
    sample, found = grid(101)
    crowd = np.arange(101) == 0
    evaluate(Oracle([found]), [dataclasses.replace(sample, crowd=crowd)])
