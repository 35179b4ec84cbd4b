"""Descriptions: plain Python for anything a run is made of; equal things, equal words."""

import json

import keras
import numpy as np
from helpers import convolutions, squares

from maskrcnn_explained.data.augmentation import Augmentation
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.training.descriptions import (
    describe,
    describe_layers,
    describe_recipe,
    describe_run,
)
from maskrcnn_explained.training.recipe import Recipe


def plain(value):
    return json.loads(json.dumps(value)) == value


def test_values_objects_and_functions():
    assert describe(np.float32(0.5)) == 0.5 and describe((1, (2, None))) == [1, [2, None]]
    found = describe(Augmentation(flip=0.25, scale=(0.5, 2.0)))
    assert found["class"] == "Augmentation" and found["flip"] == 0.25 and plain(found)
    assert found["scale"] == [0.5, 2.0]
    assert describe(convolutions) == "convolutions"
    found = describe(keras.optimizers.SGD(0.125))
    assert found["class"] == "SGD" and found["learning_rate"] == 0.125 and plain(found)
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 100)
    assert describe(schedule)["decay_steps"] == 100
    assert describe({"a": object})["a"] == "object"


def test_an_object_that_cannot_tell_its_settings_is_told_by_its_name():
    class Odd:
        def get_config(self):
            raise NotImplementedError

    assert describe(Odd()).endswith("Odd")


def test_two_models_of_one_kind_are_told_alike_whatever_their_number():
    def model(width):
        image = keras.Input((None, None, 3))
        return keras.Model(image, keras.layers.Conv2D(width, 3)(image))

    assert describe(model(4)) == describe(model(4)) != describe(model(5)) and plain(
        describe(model(4))
    )


def test_a_run_and_a_recipe_are_plain():
    config = get_config("scenes", backbone=convolutions)
    about = describe_run(config, [squares(2)], lambda sample, rng: sample)
    assert plain(about) and about["config"]["backbone"] == "convolutions"
    assert about["data"]["images"] == 1 and about["config"]["detections"] == 100
    recipe = describe_recipe(Recipe(steps=7, stage=("heads", "conv1"), optimizer="sgd"))
    assert plain(recipe) and recipe["stage"] == ["heads", "conv1"] and recipe["steps"] == 7
    assert recipe["learning_rate"] is None


def test_layers_are_told_in_one_line_whatever_their_order():
    assert describe_layers(["a", "b"]) == describe_layers(["b", "a"]) != describe_layers(["a", "c"])
    assert describe_layers(["a", "b"]).startswith("2 layers, ")
