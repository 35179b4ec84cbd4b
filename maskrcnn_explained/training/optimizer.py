"""The optimizer of a recipe, and the layers that it trains."""

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
    """AdamW with the schedule of `make_schedule`; the norm of all gradients together is clipped.

    Args:
        recipe: learning rate, weight decay and clipping.
        devices: their number. With several, each gradient that is clipped is a mean over them, and
            the optimizer adds up one such mean per device.
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
    """Wrap the optimizer in loss scaling for "mixed_float16"; otherwise return it unchanged.

    Gradients in float16 are often so small that they would round to zero. bfloat16 has the range
    of float32 and needs no scaling.
    """
    if config.precision != "mixed_float16":
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def set_stage(model: MaskRCNN, stage: str) -> list[str]:
    """Train only the layers of a stage. Returns their names.

    A batch norm layer that is not trained uses its moving statistics, also during training.
    """
    learning = []
    for layer in model.all_layers:
        if layer.weights:
            layer.trainable = re.fullmatch(TRAINED_LAYERS[stage], layer.name) is not None
            if layer.trainable:
                learning.append(layer.name)
    return learning
