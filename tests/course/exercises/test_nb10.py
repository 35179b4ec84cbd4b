"""The exercises of notebook 10, tried three ways: see `three_ways`."""

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises import nb10_cases as cases
from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb10 import EXERCISES_10
from maskrcnn_explained.course.exercises.nb10_answers import fold_answer
from maskrcnn_explained.course.exercises.verdict import judge

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_10}


@pytest.mark.parametrize("exercise", EXERCISES_10, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"10.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_10) == 3


def test_a_scale_on_the_input_axis_stops_since_no_kernel_has_as_many_inputs_as_outputs():
    def on_inputs(kernel, bias, gamma, beta, mean, variance, epsilon):
        scale = gamma / np.sqrt(variance + epsilon)
        return kernel * scale[:, None], (bias - mean) * scale + beta

    line = judge(BY_KEY["10.1"], on_inputs).line()
    assert "your function stopped in line 3 of it: ValueError: operands could not be" in line


def test_a_half_right_answer_is_told_by_its_part():
    def only_kernel(*arguments):
        kernel, bias = fold_answer(*arguments)
        return kernel, bias + 1

    assert ", part 2 of 2: yours [" in judge(BY_KEY["10.1"], only_kernel).line()


def test_another_pooling_first_shows_in_the_features_of_the_boxes():
    first = BY_KEY["10.3"].right(*cases.tensors_coins())
    assert cases.COMPARED[first] == "box_features"


def test_what_the_text_says_of_10_4_and_10_6():
    np.testing.assert_allclose(BY_KEY["10.4"].right(), (33.4, 14.2), atol=0.05)
    assert BY_KEY["10.6"].right() == 3
