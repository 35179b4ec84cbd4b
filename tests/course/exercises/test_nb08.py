"""The exercises of notebook 08, tried three ways: see `three_ways`."""

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb08 import EXERCISES_08
from maskrcnn_explained.course.exercises.verdict import KNOWN, judge
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.schedule import make_schedule

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_08}


@pytest.mark.parametrize("exercise", EXERCISES_08, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"08.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_08) >= 4


def test_the_rate_of_notebook_08():
    """The schedule itself, called as a function, passes; a constant rate does not."""
    exercise = BY_KEY["08.1"]

    def scheduled(step, steps, warmup_steps, highest):
        recipe = Recipe(steps=steps, warmup_steps=warmup_steps, learning_rate=highest)
        return make_schedule(recipe)(step)

    assert judge(exercise, scheduled).line() == "08.1 passed."
    line = judge(exercise, lambda step, steps, warmup_steps, highest: highest).line()
    assert line == (
        "08.1 not yet: by hand (step = 2, steps = 12, warmup_steps = 4, highest = 0.1): "
        "yours 0.1, wanted 0.05"
    )


def test_only_one_mask_head_moves_is_told():
    assert judge(BY_KEY["08.6"], [0, 0, 0, 0, 1, 1]).state == KNOWN
    assert judge(BY_KEY["08.6"], np.array([0, 0, 1, 1, 1, 1])).line() == "08.6 passed."
