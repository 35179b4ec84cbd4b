"""Recipes: a recipe that fits its length; impossible values and contradictions are refused."""

import dataclasses

import keras
import pytest

from maskrcnn_explained.training.recipe import FINE_TUNING, FROM_SCRATCH, TRAINED_LAYERS, Recipe


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stage": "(5"}, r"'\(5', which is no stage \(heads, 5\+, 4\+, 3\+, all\) and no pattern"),
        ({"stage": 5}, "Recipe.stage is 5"),
        ({"stage": ()}, "Recipe.stage needs some"),
        ({"steps": 0}, "Recipe.steps must be at least 1; got 0"),
        ({"steps": 10.5}, "Recipe.steps is 10.5; it must be a whole number"),
        ({"steps": "10"}, "Recipe.steps is '10'"),
        ({"steps": None}, "Recipe.steps is None"),
        ({"batch_size": 0}, "batch_size"),
        ({"steps_per_epoch": -1}, "steps_per_epoch"),
        ({"accumulate": 0}, "accumulate"),
        ({"accumulate": 3, "steps": 100}, "must be multiples of it"),
        ({"learning_rate": 0.0}, "learning_rate must be positive"),
        ({"learning_rate": float("nan")}, "learning_rate must be positive"),
        ({"learning_rate": float("inf")}, "learning_rate must be finite"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"weight_decay": -1}, "weight_decay must be positive or zero"),
        ({"clip_norm": 0}, "clip_norm must be positive"),
        ({"validation_images": -1}, "validation_images"),
        ({"seed": -1}, "seed"),
        ({"steps": 10, "warmup_steps": 11}, "warmup_steps is 11, more than the 10 steps"),
        ({"schedule": "linear"}, "schedule is 'linear'; choose one of .*'cosine', 'constant'"),
        ({"schedule": "constant", "warmup_steps": 5}, "belongs to the schedule 'cosine'"),
        ({"schedule": abs, "learning_rate": 0.1}, "not both"),
        ({"optimizer": 3}, "Recipe.optimizer is a int"),
        ({"optimizer": keras.optimizers.SGD(), "learning_rate": 0.1}, "and learning_rate would"),
        ({"optimizer": keras.optimizers.SGD(), "schedule": "constant"}, "and schedule would have"),
        ({"optimizer": keras.optimizers.SGD(), "accumulate": 2, "steps": 4}, "and accumulate wou"),
    ],
)
def test_recipe_errors(change, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**change)


def test_epochs_are_rounded_up():
    assert Recipe(steps=1000, steps_per_epoch=500).epochs == 2
    assert Recipe(steps=1001, steps_per_epoch=500).epochs == 3


def test_a_run_shorter_than_an_epoch_is_one_epoch():
    recipe = Recipe(steps=3, steps_per_epoch=100)
    assert (recipe.epochs, recipe.epoch_steps) == (1, 3)


@pytest.mark.parametrize(
    ("steps", "warmup"),
    [(1, 0), (10, 1), (300, 30), (2_000, 200), (10_000, 1_000), (30_000, 1_000)],
)
def test_the_warm_up_follows_from_the_steps(steps, warmup):
    assert Recipe(steps=steps).settled().warmup_steps == warmup
    assert Recipe(steps=steps, warmup_steps=0).settled().warmup_steps == 0


def test_fine_tuning_has_defaults_of_its_own():
    assert Recipe().settled().learning_rate == 1.5e-3
    assert Recipe().settled(fine_tuning=True).learning_rate == 5e-4
    assert Recipe(learning_rate=0.1).settled(fine_tuning=True).learning_rate == 0.1
    assert FINE_TUNING.steps < FROM_SCRATCH.steps
    settled = FINE_TUNING.settled(fine_tuning=True)
    assert settled.settled(fine_tuning=False) == settled, "what is settled stays so"


def test_the_shipped_recipe_is_what_it_was():
    facts = dataclasses.asdict(FROM_SCRATCH.settled())
    assert {name: facts[name] for name in ("steps", "learning_rate", "warmup_steps")} == dict(
        steps=30_000, learning_rate=1.5e-3, warmup_steps=1_000
    )


def test_an_optimizer_of_your_own_brings_its_rate():
    settled = Recipe(optimizer=keras.optimizers.SGD(0.1)).settled()
    assert settled.own_optimizer and settled.learning_rate is None
    assert not Recipe(optimizer="sgd").own_optimizer
    assert not Recipe(optimizer=keras.optimizers.SGD).own_optimizer


def test_stages_and_patterns():
    assert Recipe().patterns is None
    assert Recipe(stage="heads").patterns == (TRAINED_LAYERS["heads"],)
    assert Recipe(stage=["heads", "my_.*"]).patterns == (TRAINED_LAYERS["heads"], "my_.*")
