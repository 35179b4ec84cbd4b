"""Recipes: impossible values are refused, epochs are counted."""

import pytest

from maskrcnn_explained.training.recipe import Recipe


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stage": "5+"}, "'5\\+'.*heads, 4\\+, all"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"batch_size": 0}, "batch_size"),
        ({"steps_per_epoch": -1}, "steps_per_epoch"),
        ({"accumulate": 0}, "accumulate"),
        ({"accumulate": 3, "steps": 100}, "must be multiples of it"),
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
