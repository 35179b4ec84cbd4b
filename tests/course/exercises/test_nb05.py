"""The exercises of notebook 05, tried three ways: see `three_ways`."""

from functools import partial

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb05 import EXERCISES_05
from maskrcnn_explained.course.exercises.nb05_answers import paste_answer
from maskrcnn_explained.course.exercises.verdict import judge

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_05}


@pytest.mark.parametrize("exercise", EXERCISES_05, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"05.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_05) == 3


def test_two_mistakes_get_both_sentences():
    exercise = BY_KEY["05.4"]
    rounded, no_half, *_ = exercise.wrong
    both = partial(paste_answer, **rounded.answer.keywords, **no_half.answer.keywords)
    assert judge(exercise, both).line() == (
        f"05.4 not yet: two mistakes. {rounded.sentence} {no_half.sentence}"
    )


def test_weights_are_counted():
    assert judge(BY_KEY["05.1"], (7 * 7 * 128 + 1) * 512).line() == "05.1 passed."
    assert judge(BY_KEY["05.1"], 1000).line() == "05.1 not yet: your answer: it is not 1000."


def test_probabilities_may_be_pasted_but_are_no_mask():
    line = judge(BY_KEY["05.4"], lambda small, box, size: np.zeros(size)).line()
    assert line.startswith("05.4 not yet: by hand (small = [[1, 0.9, 0.2, 0, 0], ")
    assert line.endswith("at [1, 3] yours 0, wanted 1")


def test_a_mask_stretched_with_stairs_is_known():
    """As a learner would write it: each pixel takes the value of the cell that it lies in."""

    def stairs(small, box, image_size):
        mask = np.zeros(image_size, bool)
        for y, x in np.ndindex(*image_size):
            row = int(np.floor((y + 0.5 - box[0]) / (box[2] - box[0]) * len(small)))
            column = int(np.floor((x + 0.5 - box[1]) / (box[3] - box[1]) * small.shape[1]))
            if 0 <= row < len(small) and 0 <= column < small.shape[1]:
                mask[y, x] = small[row, column] >= 0.5
        return mask

    assert "stairs" in judge(BY_KEY["05.4"], stairs).sentence
