"""The verdict as an exception, and points."""

import pytest
from course_exercise import DOUBLE

from maskrcnn_explained.course.exercises.grading import points_of, require_passed
from maskrcnn_explained.course.exercises.nb03 import EXERCISES_03
from maskrcnn_explained.course.exercises.nb03_answers import shapes_answer
from maskrcnn_explained.course.exercises.registry import all_exercises


def test_what_passes_is_silent(capsys):
    require_passed("03.1", shapes_answer)
    assert capsys.readouterr().out == ""


def test_what_does_not_pass_says_what_check_says():
    known = EXERCISES_03[0].wrong[0]
    with pytest.raises(AssertionError) as told:
        require_passed("03.1", known.answer)
    assert str(told.value) == f"03.1 not yet: {known.sentence}"
    with pytest.raises(AssertionError, match="^03.1 not attempted"):
        require_passed("03.1", None)
    with pytest.raises(ValueError, match="No exercise"):
        require_passed("03.77", None)


def test_points():
    assert points_of(DOUBLE) == DOUBLE.difficulty
    assert {points_of(exercise, "one") for exercise in all_exercises()} == {1}
    with pytest.raises(ValueError, match="by must be one of"):
        points_of(DOUBLE, "minutes")
