"""The exercises of notebook 04, tried three ways: see `three_ways`."""

from functools import partial

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb04 import EXERCISES_04
from maskrcnn_explained.course.exercises.nb04_answers import roi_align_answer
from maskrcnn_explained.course.exercises.verdict import judge
from maskrcnn_explained.roi_align import roi_align_unaligned

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_04}


@pytest.mark.parametrize("exercise", EXERCISES_04, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"04.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_04) == 3


def test_two_mistakes_get_both_sentences():
    exercise = BY_KEY["04.3"]
    half, *_, largest, _ = exercise.wrong
    both = partial(roi_align_answer, **half.answer.keywords, **largest.answer.keywords)
    assert judge(exercise, both).line() == (
        f"04.3 not yet: two mistakes. {half.sentence} {largest.sentence}"
    )


def test_a_level_by_hand():
    line = judge(BY_KEY["04.1"], lambda boxes, canonical: np.full(len(boxes), 3)).line()
    assert line.endswith("canonical = 112): yours [3, 3, 3, 3, 3], wanted [2, 3, 4, 2, 5]")


def test_a_prediction_that_nobody_knows_is_not_told_the_answer():
    line = judge(BY_KEY["04.5"], (50, 16, 4)).line()
    assert line == "04.5 not yet: your answer: it is not [50, 16, 4]."
    assert judge(BY_KEY["04.5"], [56, 16, 4]).line() == "04.5 passed."


def test_the_packages_first_version_is_a_known_mistake():
    exercise = BY_KEY["04.3"]

    def late(feature_map, box, size, stride):
        return roi_align_unaligned(feature_map[None], box[None], [0], size, stride)[0]

    assert judge(exercise, late).sentence == exercise.wrong[0].sentence


def test_a_point_that_is_read_the_wrong_way_is_known():
    """Both axes are long enough for it, so nothing stops."""
    exercise = BY_KEY["04.2"]
    verdict = judge(exercise, lambda feature_map, y, x: exercise.right(feature_map, x, y))
    assert verdict.sentence.startswith("You exchanged y and x.")
