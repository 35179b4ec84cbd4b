"""The learning rate over the steps: it fits the length of the run, and never jumps."""

import keras
import pytest

from maskrcnn_explained.training.optimizer import make_optimizer
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.schedule import Later, StepFunction, make_schedule


def rates(schedule, steps):
    return [float(schedule(step)) for step in steps]


@pytest.mark.parametrize("steps", [3, 40, 300, 2_000, 30_000])
def test_every_run_reaches_its_rate_and_comes_down(steps):
    recipe = Recipe(steps=steps)
    schedule = make_schedule(recipe)
    found = rates(schedule, range(0, steps + 1, max(1, steps // 300)))
    assert max(found) == pytest.approx(1.5e-3, rel=1e-3)
    assert float(schedule(steps)) == pytest.approx(0, abs=1e-8)
    assert found.index(max(found)) <= 0.11 * len(found) + 1, "the warm-up is short"


def test_learning_rate_rises_then_falls_to_zero():
    schedule = make_schedule(Recipe(steps=100, warmup_steps=20, learning_rate=0.5))
    assert rates(schedule, (0, 10, 20, 60, 100)) == pytest.approx([0, 0.25, 0.5, 0.25, 0], abs=1e-6)


def test_a_whole_number_is_a_rate():
    recipe = Recipe(steps=9, schedule="constant", learning_rate=1)
    assert isinstance(make_schedule(recipe), float)
    assert float(make_optimizer(recipe).learning_rate) == 1


def test_a_later_stage_begins_at_the_rate_where_the_last_one_ended():
    recipe = Recipe(steps=100, warmup_steps=20, learning_rate=0.5)
    schedule = make_schedule(recipe, first_step=1_000, first_rate=0.1)
    found = rates(schedule, (900, 1_000, 1_010, 1_020, 1_060, 1_100))
    assert found == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.25, 0], abs=1e-6)


def test_a_constant_rate_is_a_number_that_callbacks_can_change():
    assert make_schedule(Recipe(schedule="constant", learning_rate=0.25)) == 0.25
    assert make_schedule(Recipe(schedule="constant"), first_step=7) == 1.5e-3


def test_a_schedule_of_keras():
    own = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    assert make_schedule(Recipe(schedule=own)) is own
    later = make_schedule(Recipe(schedule=own), first_step=5)
    assert rates(later, (5, 15)) == pytest.approx([0.1, 0.05])


def test_a_function_of_the_step():
    schedule = make_schedule(Recipe(schedule=lambda step: 0.5 / (1 + step)))
    assert rates(schedule, (0, 1, 4)) == pytest.approx([0.5, 0.25, 0.1])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda step: 0.1 if step < 5 else 0.2, "cannot be a part of the graph"),
        (lambda: 0.1, "cannot be a part of the graph"),
        (lambda step: [0.1, 0.2], "one number per step"),
        (lambda step: None, "cannot be a part of the graph"),
    ],
)
def test_a_function_that_cannot_be_a_schedule_is_refused(function, message):
    with pytest.raises(ValueError, match=message):
        make_schedule(Recipe(schedule=function))


@keras.saving.register_keras_serializable("tests")
def half(step):
    return 0.5 + 0 * step


def test_schedules_are_saved_with_the_optimizer():
    later = make_schedule(Recipe(steps=100), first_step=1_000)
    own = Later(StepFunction(half), 3)
    for schedule in (later, own):
        stored = keras.saving.serialize_keras_object(schedule)
        again = keras.saving.deserialize_keras_object(stored)
        assert rates(again, (1_000, 1_050)) == rates(schedule, (1_000, 1_050))
