"""AP per class: its mean is the AP of all, and what other classes do does not matter."""

import dataclasses

import numpy as np
import pytest
from helpers import found_of, sample_of

from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.evaluation.class_ap import class_average_precision, evaluate_classes
from maskrcnn_explained.evaluation.coco_ap import LIMIT_KEY, average_precision, evaluate
from maskrcnn_explained.evaluation.records import found_records, truth_records
from maskrcnn_explained.presets import SCENES_CLASSES

A, B = (0, 0, 10, 20), (20, 20, 50, 50)


def per_class(sample, found):
    return class_average_precision([truth_records(sample)], [found_records(found)], SCENES_CLASSES)


def test_by_hand():
    """The disk is found; the rectangle is called a triangle, which is nobody's object."""
    results = per_class(sample_of([A, B], [1, 2]), found_of([A, B], [1, 3], [0.9, 0.8]))
    assert {name: result["mask_AP"] for name, result in results.items()} == pytest.approx(
        {"disk": 1, "rectangle": 0, "triangle": -1, "star": -1}
    )
    assert [result["objects"] for result in results.values()] == [1, 1, 0, 0]
    assert all(LIMIT_KEY not in result for result in results.values())


def test_a_false_alarm_of_one_class_costs_no_other():
    wrong = found_of([B, A, B], [1, 1, 2], [0.95, 0.9, 0.8])
    results = per_class(sample_of([A, B], [1, 2]), wrong)
    assert results["disk"]["mask_AP"] == pytest.approx(0.5)
    assert results["rectangle"]["mask_AP"] == pytest.approx(1)


def test_crowds_are_no_objects():
    sample = dataclasses.replace(sample_of([A, B], [1, 1]), crowd=np.array([False, True]))
    assert per_class(sample, found_of([A], [1], [0.9]))["disk"]["objects"] == 1


@pytest.mark.slow
def test_the_mean_over_classes_is_the_ap_of_all(trained):
    dataset = Scenes("validation", 6)
    results = evaluate_classes(trained, dataset)
    whole = evaluate(trained, dataset, strata=False)
    for key in ("mask_AP", "mask_AP50", "mask_AP75", "box_AP", "box_AP50", "box_AP75"):
        values = [result[key] for result in results.values() if result[key] >= 0]
        assert np.mean(values) == pytest.approx(whole[key], abs=1e-9)


def test_the_mean_over_made_up_records():
    rng = np.random.default_rng(0)
    corners = rng.integers(0, 40, (12, 2))
    boxes = [(y, x, y + 15, x + 18) for y, x in corners]
    sample = sample_of(boxes[:8], [1, 1, 2, 2, 3, 3, 4, 4])
    found = found_of(boxes, list(rng.integers(1, 5, 12)), list(rng.random(12)))
    results = per_class(sample, found)
    whole = average_precision([truth_records(sample)], [found_records(found)], SCENES_CLASSES)
    mean = np.mean([result["box_AP"] for result in results.values()])
    assert mean == pytest.approx(whole["box_AP"])


def test_an_empty_data_set_is_refused(tiny):
    with pytest.raises(ValueError, match="empty"):
        evaluate_classes(tiny, [])


def test_a_wrong_limit_or_class_is_refused_before_any_work(tiny, monkeypatch):
    monkeypatch.setattr(type(tiny), "detect", None)  # it must not be called
    with pytest.raises(ValueError, match="limit"):
        evaluate_classes(tiny, [sample_of([A], [1])], limit=0)
    with pytest.raises(ValueError, match="class"):
        evaluate_classes(tiny, [sample_of([A], [9])])
