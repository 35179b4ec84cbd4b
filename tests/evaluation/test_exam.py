"""The exam: objects found in one image, and false positives."""

import numpy as np
import pytest
from helpers import found_of, sample_of

from maskrcnn_explained.data.examples.everyday import everyday_names, everyday_sample
from maskrcnn_explained.evaluation.exam import EVERYDAY_IOU, everyday_exam, exam
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.weights.load import load

A, B, C = (2, 2, 22, 22), (30, 5, 60, 25), (10, 40, 30, 60)


def test_exam_counts_found_and_false():
    truth = sample_of([A, B, C], [1, 1, 1])
    shifted = (30, 5, 60, 20)  # 15 of B's 20 columns: IoU 0.75
    found = found_of([A, shifted, C, A], [1, 1, 2, 1], [0.9, 0.8, 0.7, 0.6])
    result = exam(found, truth)
    assert result["found"] == 1
    assert result["false_positives"] == 3  # too small; the wrong class; A a second time
    assert result["ious"] == pytest.approx([1, 0.75, 0])
    assert exam(found, truth, min_iou=0.7)["found"] == 2


def test_the_higher_score_chooses_first():
    truth = sample_of([A], [1])
    inside = (2, 2, 22, 19)  # IoU 0.85
    result = exam(found_of([A, inside], [1, 1], [0.5, 0.9]), truth)
    assert (result["found"], result["false_positives"]) == (1, 1)
    assert result["ious"] == pytest.approx([0.85])


def test_exam_of_nothing():
    nothing, empty = found_of([], [], []), sample_of([], [])
    assert exam(nothing, sample_of([A], [1]))["ious"].tolist() == [0]
    assert exam(found_of([A], [1], [0.9]), empty)["false_positives"] == 1
    result = exam(nothing, empty)
    assert (result["found"], result["false_positives"], len(result["ious"])) == (0, 0, 0)


def test_exam_errors():
    with pytest.raises(ValueError, match="min_iou"):
        exam(found_of([], [], []), sample_of([], []), min_iou=1.2)
    with pytest.raises(ValueError, match="one size"):
        mask_iou(np.zeros((1, 4, 4), bool), np.zeros((1, 4, 5), bool))


@pytest.mark.slow
def test_the_everyday_exam_is_exam_on_each_photograph():
    model = load("photos")
    results = everyday_exam(model, 0.4)
    assert tuple(results) == everyday_names()
    truth = everyday_sample("coffee")
    again = exam(model.detect(truth.image, min_score=0.4), truth, EVERYDAY_IOU)
    assert results["coffee"]["found"] == again["found"]
    np.testing.assert_array_equal(results["coffee"]["ious"], again["ious"])
    assert results["moon"]["found"] == 0


def test_the_everyday_exam_needs_its_classes(tiny):
    with pytest.raises(ValueError, match="person, animal"):
        everyday_exam(tiny)
