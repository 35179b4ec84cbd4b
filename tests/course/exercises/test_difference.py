"""Where an answer differs, in one sentence: parts, kinds, shapes, NaN, numbers."""

import dataclasses

import numpy as np
import pytest
from course_exercise import DOUBLE, VALUE

from maskrcnn_explained.course.exercises.difference import difference, form_of, place_of
from maskrcnn_explained.course.exercises.values import parts_of

[CASE, LARGE] = DOUBLE.cases


def told(mine, wanted, case=CASE, exercise=DOUBLE):
    return difference(exercise, case, parts_of(mine), parts_of(wanted))


@pytest.mark.parametrize(
    ("mine", "wanted", "words"),
    [
        ([1, 2], [1, 3], "yours [1, 2], wanted [1, 3]"),
        (1, 3, "yours 1, wanted 3"),
        ([[1, 2]], [1, 3], "the shape of yours is [1, 2], wanted [2]."),
        (1, [1, 3], "the shape of yours is one number, wanted [2]."),
        ([1, np.nan], [1, 3], "yours has NaN (not a number) in 1 of 2 places."),
        ("one", [1, 3], "yours is text, wanted numbers [2]."),
        ([1, 3], ([1], [3]), "yours has 1 parts, wanted 2: numbers [1], numbers [1]."),
        (([1], [2]), ([1], [3]), "part 2 of 2: yours [2], wanted [3]"),
    ],
)
def test_sentences(mine, wanted, words):
    line = told(mine, wanted)
    assert line.startswith("by hand (x = [1, 2])") and line.endswith(words)


def test_large_arrays_show_the_first_place_that_differs():
    wanted = np.zeros((30, 4))
    mine = wanted.copy()
    mine[7, 2] = 5
    wanted_line = "random (x = numbers [30, 4]): at [7, 2] yours 5, wanted 0"
    assert told(mine, wanted, LARGE) == wanted_line


def test_the_value_that_is_asked_for_is_not_told():
    assert told(5, 42, VALUE.cases[0], VALUE) == "your answer: it is not 5."


def test_forms_and_places():
    assert form_of(parts_of(([1, 2], [[3]]))) == "numbers [2], numbers [1, 1]"
    assert form_of(parts_of("word")) == "text" and form_of(parts_of(2)) == "one number"
    named = dataclasses.replace(DOUBLE, arguments=("boxes",))
    assert place_of(named, CASE) == "by hand (boxes = [1, 2])"
    assert place_of(VALUE, VALUE.cases[0]) == "your answer"
