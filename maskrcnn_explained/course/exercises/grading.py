"""For graded courses: the verdict as an exception, which otter-grader and nbgrader understand.

A test of theirs is one call, `require_passed("03.3", decode_deltas)`. What learners read there is
the sentence that `check` prints. Nothing is recorded.
"""

from __future__ import annotations

from typing import Any

from maskrcnn_explained.course.exercises.exercise import Exercise
from maskrcnn_explained.course.exercises.registry import find_exercise
from maskrcnn_explained.course.exercises.verdict import PASSED, judge

POINTS_BY = ("difficulty", "one")


def require_passed(key: str, answer: Any) -> None:
    """Do nothing if an answer passes, for tests of other tools.

    Args:
        key: of the exercise, "03.3".
        answer: the learner's function or value; None: it is not attempted.

    Raises:
        AssertionError: it does not pass; the message is the line that `check` prints.
        TypeError, ValueError: there is no such exercise.
    """
    verdict = judge(find_exercise(key), answer)
    if verdict.state != PASSED:
        raise AssertionError(verdict.line())


def points_of(exercise: Exercise, by: str = "difficulty") -> int:
    """How many points an exercise gives.

    Args:
        exercise: the exercise.
        by: "difficulty" for 1 to 3 points, "one" for one point each.

    Raises:
        ValueError: `by` is neither.
    """
    if by not in POINTS_BY:
        raise ValueError(f"by must be one of {POINTS_BY}; got {by!r}.")
    return exercise.difficulty if by == "difficulty" else 1
