"""The learning rate over the steps of a run, as a schedule of Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf
from keras import saving
from keras.optimizers.schedules import CosineDecay, LearningRateSchedule

from maskrcnn_explained.training.recipe import Recipe


def make_schedule(
    recipe: Recipe, first_step: int = 0, first_rate: float = 0.0
) -> LearningRateSchedule | float:
    """Step -> learning rate: a linear warm-up, then a cosine down to zero; or what the recipe says.

    Args:
        recipe: its schedule, learning rate, steps and warm-up.
        first_step: the step of the optimizer at which this recipe begins; above 0 for a second
            stage, or for a run that got more steps.
        first_rate: the learning rate at which the warm-up begins.

    Returns:
        A schedule; for "constant" the rate itself, which callbacks may change.

    Raises `ValueError` if a function of the recipe does not give a number for a step.
    """
    recipe = recipe.settled()
    warmup = recipe.warmup_steps or 0
    if recipe.schedule == "constant":
        return float(recipe.learning_rate or 0)  # Keras takes no whole number
    if recipe.schedule == "cosine":
        schedule = CosineDecay(
            initial_learning_rate=first_rate,
            decay_steps=max(1, recipe.steps - warmup),
            warmup_target=recipe.learning_rate,
            warmup_steps=warmup,
        )
    elif isinstance(recipe.schedule, LearningRateSchedule):
        schedule = recipe.schedule
    else:
        schedule = StepFunction(recipe.schedule)
    return Later(schedule, first_step) if first_step else schedule


@saving.register_keras_serializable("maskrcnn_explained")
class Later(LearningRateSchedule):
    """A schedule that begins at a later step: the second stage of a run has steps of its own."""

    def __init__(self, schedule: LearningRateSchedule, first_step: int) -> None:
        super().__init__()
        self.schedule = schedule
        self.first_step = first_step

    def __call__(self, step: Any) -> Any:
        return self.schedule(tf.maximum(tf.cast(step, tf.int64) - self.first_step, 0))

    def get_config(self) -> dict[str, Any]:
        schedule = saving.serialize_keras_object(self.schedule)
        return {"schedule": schedule, "first_step": self.first_step}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Later:
        schedule = saving.deserialize_keras_object(config["schedule"])
        return cls(schedule, config["first_step"])


@saving.register_keras_serializable("maskrcnn_explained")
class StepFunction(LearningRateSchedule):
    """A function of the user's own, step -> rate, as a schedule. The step is a tensor.

    Raises `ValueError` if the function fails on a tensor, or gives no single number.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function
        try:
            rate = tf.function(self.__call__)(tf.constant(0, tf.int64))
        except Exception as error:
            raise ValueError(
                f"Recipe.schedule cannot be a part of the graph: {type(error).__name__}: "
                f"{str(error)[:200]}. It is called with the step as a tensor: use "
                "keras.ops or TensorFlow in it, no `if` on the step."
            ) from error
        if rate.shape.rank:
            raise ValueError(f"Recipe.schedule must give one number per step; got {rate.shape}.")

    def __call__(self, step: Any) -> Any:
        return tf.cast(self.function(tf.cast(step, tf.float32)), tf.float32)

    def get_config(self) -> dict[str, Any]:
        return {"function": saving.serialize_keras_object(self.function)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> StepFunction:
        return cls(saving.deserialize_keras_object(config["function"]))
