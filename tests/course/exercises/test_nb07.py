"""The exercises of notebook 07, tried three ways: see `three_ways`."""

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.boxes import decode_deltas, encode_deltas
from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb07 import EXERCISES_07
from maskrcnn_explained.course.exercises.verdict import judge

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_07}


@pytest.mark.parametrize("exercise", EXERCISES_07, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"07.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_07) >= 5


def test_targets_are_what_decoding_undoes():
    for case in BY_KEY["07.2"].cases:
        boxes, targets, std = case.arguments()
        back = decode_deltas(boxes, encode_deltas(boxes, targets, std), std)
        np.testing.assert_allclose(back, targets, atol=1e-2)


def test_what_the_head_says_of_background_moves_the_broken_loss_only():
    exercise = BY_KEY["07.6"]
    class_ids, targets, deltas = exercise.cases[0].arguments()
    other = np.where(class_ids[:, None, None] == 0, 0, deltas)
    right, broken = exercise.right, exercise.wrong[0].answer
    assert right(class_ids, targets, other) == right(class_ids, targets, deltas)
    assert broken(class_ids, targets, other) < broken(class_ids, targets, deltas) - 0.1


def test_without_any_anchor_asked_nan_is_told():
    line = judge(BY_KEY["07.4"], BY_KEY["07.4"].wrong[3].answer).line()
    assert line.startswith("07.4 not yet: If no anchor is asked, yours is not a number.")
