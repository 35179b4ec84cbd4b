"""The exercises of notebook 11, tried three ways: see `three_ways`."""

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb11 import EXERCISES_11
from maskrcnn_explained.course.exercises.nb11_answers import flip_answer
from maskrcnn_explained.course.exercises.nb11_capstone import CAPSTONE_PARTS
from maskrcnn_explained.course.exercises.verdict import PASSED, judge

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_11}


@pytest.mark.parametrize("exercise", EXERCISES_11, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"11.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_11) == 3


def test_the_way_back_does_not_catch_masks_that_stay_but_the_check_does():
    def forgetful(image, masks, boxes):
        return flip_answer(image, masks, boxes, masks_stay=True)

    for case in BY_KEY["11.2"].cases:
        given = case.arguments()
        for once, twice in zip(given, forgetful(*forgetful(*given)), strict=True):
            np.testing.assert_array_equal(once, twice)
    assert "The masks stayed" in judge(BY_KEY["11.2"], forgetful).line()


def test_an_answer_rounded_to_one_decimal_passes():
    assert judge(BY_KEY["11.5"], 9.9).state == PASSED
    assert judge(BY_KEY["11.5"], 10).line() == "11.5 not yet: your answer: it is not 10."


def test_the_balloons_of_the_notebook():
    exercise = BY_KEY["11.3"]
    sides, factor, _ = exercise.cases[0].arguments()
    shifted = exercise.right(sides, factor, (24, 48, 96, 192, 384))
    np.testing.assert_allclose(shifted, [0.64, 0.92, 0.92, 0.92, 0.85], atol=0.005)


def test_the_capstone_has_a_sentence_per_part():
    missing = [known.answer.keywords["missing"] for known in BY_KEY["11.6"].wrong]
    assert missing == list(CAPSTONE_PARTS)
