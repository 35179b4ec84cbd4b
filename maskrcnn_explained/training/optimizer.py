"""The optimizer of a recipe, and the layers that it may change."""

from __future__ import annotations

import re

import keras

from maskrcnn_explained.config import Config
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.training.recipe import TRAINED_LAYERS, Recipe


def make_schedule(recipe: Recipe) -> keras.optimizers.schedules.LearningRateSchedule:
    """Step -> learning rate: a linear warm-up, then a cosine down to zero."""
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=max(1, recipe.steps - recipe.warmup_steps),
        warmup_target=recipe.learning_rate,
        warmup_steps=recipe.warmup_steps,
    )


def make_optimizer(recipe: Recipe, devices: int = 1) -> keras.optimizers.Optimizer:
    """AdamW on `make_schedule`; gradients clipped together.

    Args:
        recipe: rates and limits.
        devices: how many there are. What is clipped is then a mean over them, and the optimizer
            adds up as many of these means.
    """
    optimizer = keras.optimizers.AdamW(
        make_schedule(recipe),
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.clip_norm / devices,
        gradient_accumulation_steps=recipe.accumulate if recipe.accumulate > 1 else None,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def scaled(optimizer: keras.optimizers.Optimizer, config: Config) -> keras.optimizers.Optimizer:
    """Wrap the optimizer in loss scaling for "mixed_float16"; else return it as it is.

    Gradients in float16 are often so small that they would round to zero. bfloat16 has the range
    of float32 and needs no scaling.
    """
    if config.precision != "mixed_float16":
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def set_stage(model: MaskRCNN, stage: str) -> list[str]:
    """Let only the layers of a stage learn; returns their names.

    Batch norm in a layer that does not learn uses its moving statistics, also in training.
    """
    learning = []
    for layer in model.all_layers:
        if layer.weights:
            layer.trainable = re.fullmatch(TRAINED_LAYERS[stage], layer.name) is not None
            if layer.trainable:
                learning.append(layer.name)
    return learning
