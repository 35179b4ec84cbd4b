"""The exercises of notebook 01, tried three ways: see `three_ways`."""

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.map_tools import coin_layer, conv_map
from maskrcnn_explained.course.exercises.nb01 import EXERCISES_01
from maskrcnn_explained.course.exercises.verdict import NOT_ATTEMPTED, judge

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_01}


@pytest.mark.parametrize("exercise", EXERCISES_01, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"01.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_01) >= 3


def on_the_coins(key):
    exercise = BY_KEY[key]
    return exercise.right(*exercise.cases[-1].arguments())


def test_the_cases_of_the_coins_are_the_models_own_numbers():
    cell = coin_layer("res2a_branch2b")[30, 50]
    np.testing.assert_allclose(on_the_coins("01.2"), cell, rtol=1e-3, atol=1e-3)
    c3 = photo.coin_tensors()["C3"]
    np.testing.assert_allclose(on_the_coins("01.3"), c3, rtol=1e-3, atol=1e-3)
    norm = coin_layer("bn3b_branch2b")[None]
    np.testing.assert_allclose(on_the_coins("01.5"), norm, rtol=1e-3, atol=1e-3)


def test_known_sides():
    assert BY_KEY["01.1"].right().tolist() == [32, 20, 320]
    assert BY_KEY["01.4"].right((2, 2, 2, 2)).tolist() == [27, 59, 123, 251]
    assert on_the_coins("01.4").tolist()[-1] > 900
    assert BY_KEY["01.6"].right().tolist() == [4 * 192, 2 * 192, 0]


def test_a_shape_may_be_a_tuple_or_a_list_and_a_blank_is_no_mistake():
    assert judge(BY_KEY["01.1"], (32, 20, 320)).line() == "01.1 passed."
    assert judge(BY_KEY["01.1"], [32, 20, 320]).line() == "01.1 passed."
    assert judge(BY_KEY["01.1"], ...).state == NOT_ATTEMPTED
    line = judge(BY_KEY["01.1"], (32, 18, 80)).line()
    assert "two mistakes. After shrinking, each side" in line and "four times the width" in line


def test_a_cell_by_hand():
    line = judge(BY_KEY["01.2"], lambda *_: [0, 0]).line()
    assert line.startswith("01.2 not yet: by hand (feature_map = [[[1], [2], [0], [3]], [[0], [1],")
    assert line.endswith("row = 0, column = 1): yours [0, 0], wanted [19, -3]")


def test_mistakes_as_learners_would_write_them():
    def begins_here(feature_map, kernel, bias, row, column):
        side = len(kernel)
        patch = feature_map[row : row + side, column : column + side]
        return np.einsum("ijc,ijcd->d", patch, kernel) + bias

    def relu_too_early(x, down, middle, up):
        y = x
        for kernel, bias in (down, middle, up):
            y = np.maximum(conv_map(y, kernel, bias), 0)
        return x + y

    def whole_kernel(blocks):
        size, stride, sides = 1 + 7 + 3 * 2, 4, []
        for stage, number in enumerate(blocks):
            stride *= 2 if stage else 1
            size += 3 * number * stride
            sides.append(size)
        return sides

    for key, answer, number in (
        ("01.2", begins_here, 0),
        ("01.3", relu_too_early, 0),
        ("01.4", whole_kernel, 3),
    ):
        assert judge(BY_KEY[key], answer).sentence == BY_KEY[key].wrong[number].sentence
