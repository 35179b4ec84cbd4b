"""The exercises of notebook 02, tried three ways: see `three_ways`."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from three_ways import CHECKS

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.map_tools import coin_layer
from maskrcnn_explained.course.exercises.nb02 import EXERCISES_02
from maskrcnn_explained.course.exercises.verdict import judge

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_02}


@pytest.mark.parametrize("exercise", EXERCISES_02, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"02.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_02) >= 3


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("02.1", lambda: coin_layer("fpn_p4upsampled")),
        ("02.2", lambda: coin_layer("fpn_p3add")),
        ("02.3", lambda: photo.coin_tensors()["P4"]),
        ("02.5", lambda: photo.coin_tensors()["P6"]),
    ],
)
def test_the_cases_of_the_coins_are_the_models_own_numbers(key, wanted):
    exercise = BY_KEY[key]
    found = exercise.right(*exercise.cases[-1].arguments())
    np.testing.assert_allclose(found, wanted(), rtol=1e-3, atol=1e-2)


def test_learners_who_call_bilinear_upsampling_are_told_so():
    sentence = BY_KEY["02.1"].wrong[1].sentence
    linear = keras.layers.UpSampling2D(2, interpolation="bilinear")
    for other in (
        lambda x: linear(x[None])[0],
        lambda x: tf.image.resize(x, (2 * x.shape[0], 2 * x.shape[1])),
    ):
        assert judge(BY_KEY["02.1"], other).sentence == sentence


def test_values():
    # P6 has 13 x 21 cells, and every finer level four times as many.
    assert BY_KEY["02.4"].right() == 13 * 21 * (1 + 4 + 16 + 64 + 256)
    assert BY_KEY["02.6"].right().tolist() == [4, 16, 4]
    assert judge(BY_KEY["02.6"], (4, 16, 4)).line() == "02.6 passed."


def test_two_wrong_factors_get_both_sentences():
    line = judge(BY_KEY["02.6"], [16, 16, 1]).line()
    assert line == (
        "02.6 not yet: two mistakes. A lateral convolution reads the map of the backbone, whose "
        "depth stays. Only its output grows. The first layer of a head reads a level of the "
        "pyramid. Its input grows."
    )


def test_a_value_that_nobody_knows_is_not_given_away():
    assert judge(BY_KEY["02.4"], 12345).line() == "02.4 not yet: your answer: it is not 12345."
