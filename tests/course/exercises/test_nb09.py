"""The exercises of notebook 09, tried three ways: see `three_ways`."""

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb09 import EXERCISES_09
from maskrcnn_explained.course.exercises.verdict import KNOWN, judge
from maskrcnn_explained.evaluation.precision_recall import average_precision_by_hand

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_09}


@pytest.mark.parametrize("exercise", EXERCISES_09, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"09.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_09) >= 4


def test_a_product_of_bytes_gets_its_sentence():
    """How people get there: masks as uint8, and a matrix product, which stays uint8."""

    def iou_of_bytes(masks1, masks2):
        one = masks1.reshape(len(masks1), -1).astype(np.uint8)
        other = masks2.reshape(len(masks2), -1).astype(np.uint8)
        common = (one @ other.T).astype(int)
        union = one.sum(1)[:, None] + other.sum(1)[None].astype(int) - common
        return common / np.maximum(union, 1)

    verdict = judge(BY_KEY["09.1"], iou_of_bytes)
    assert verdict.state == KNOWN and "uint8" in verdict.sentence


def test_the_masks_by_hand_are_shown():
    line = judge(BY_KEY["09.1"], lambda masks1, masks2: np.ones((2, 2))).line()
    assert "masks1 = [[[ True, True, True], [ True, False, False]], [[False" in line
    assert line.endswith("yours [[1, 1], [1, 1]], wanted [[0.4, 0], [0, 0]]")


def test_pooled_is_what_average_precision_does():
    """Of images with masks, by the package's own way from IoU to AP50."""
    images = [
        (np.array([[0.8]]), [0.6], [1], [1]),
        (np.array([[0.9, 0], [0, 0.1], [0, 0.7]]), [0.9, 0.8, 0.7], [1, 1, 1], [1, 1]),
        (np.zeros((0, 1)), [], [], [1]),
    ]
    exercise = BY_KEY["09.5"]
    pooled = exercise.right(*exercise.cases[0].arguments())
    assert pooled == pytest.approx(average_precision_by_hand(images, [0.5]))


def test_a_prediction_is_told_its_change():
    assert judge(BY_KEY["09.6"], [-1, 0, 0, 1, -1]).line() == "09.6 passed."
    verdict = judge(BY_KEY["09.6"], (1, 0, 0, 1, -1))
    assert verdict.state == KNOWN and verdict.sentence.startswith("Change 1:")
    assert "[5]" not in judge(BY_KEY["09.6"], [1, 1, 1, 1, 1]).line()
