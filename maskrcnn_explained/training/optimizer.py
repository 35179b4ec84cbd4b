"""The optimizer of a recipe, and the layers that it trains."""

from __future__ import annotations

import re
from typing import Any

import keras

from maskrcnn_explained.config import Config
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.schedule import make_schedule

NOT_DECAYED = ["bias", "gamma", "beta"]


def make_optimizer(
    recipe: Recipe, devices: int = 1, first_step: int = 0, first_rate: float = 0.0
) -> keras.optimizers.Optimizer:
    """AdamW with the schedule of `make_schedule`; the norm of all gradients together is clipped.

    Args:
        recipe: learning rate, weight decay and clipping; or another optimizer.
        devices: their number. With several, each gradient that is clipped is a mean over them, and
            the optimizer adds up one such mean per device.
        first_step, first_rate: as in `make_schedule`.

    Raises `ValueError` if `recipe.optimizer` is no optimizer of Keras.
    """
    own = recipe.optimizer
    if recipe.own_optimizer:  # a copy: an optimizer serves one model
        return own.__class__.from_config(own.get_config())
    rate = make_schedule(recipe, first_step, first_rate)
    if callable(own):
        return _checked(own(rate))
    kind = keras.optimizers.AdamW if own is None else type(keras.optimizers.get(own))
    optimizer = kind(
        rate,
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.clip_norm / devices,
        gradient_accumulation_steps=recipe.accumulate if recipe.accumulate > 1 else None,
    )
    optimizer.exclude_from_weight_decay(var_names=NOT_DECAYED)
    return optimizer


def _checked(optimizer: Any) -> keras.optimizers.Optimizer:
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise ValueError(
            f"Recipe.optimizer gave a {type(optimizer).__name__}; the function must return an "
            "optimizer of Keras."
        )
    return optimizer


def scaled(optimizer: keras.optimizers.Optimizer, config: Config) -> keras.optimizers.Optimizer:
    """Wrap the optimizer in loss scaling for "mixed_float16"; otherwise return it unchanged.

    Gradients in float16 are often so small that they would round to zero. bfloat16 has the range
    of float32 and needs no scaling.
    """
    if config.precision != "mixed_float16":
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def thawed(model: MaskRCNN) -> list[keras.Variable]:
    """Every weight that learns if no layer is frozen. What is frozen stays so."""
    parts = list(_parts(model))
    flags = [part.trainable for part in parts]
    for part in parts:
        part.trainable = True
    variables = list(model.trainable_variables)
    for part, flag in zip(parts, flags, strict=True):  # a model first, then what is in it
        part.trainable = flag
    return variables


def _parts(model):
    """A model, and all models and layers in it, from the outside in."""
    yield model
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _parts(layer)
        else:
            yield layer


def set_stage(model: MaskRCNN, stage: str | tuple[str, ...] | None) -> list[str]:
    """Train only the layers of a stage. Returns the names of the layers that learn.

    A batch norm layer that is not trained uses its moving statistics, also during training.

    Args:
        model: changed in place.
        stage: as `Recipe.stage`; None changes nothing.

    Raises `ValueError` if a pattern fits no layer, or if no layer is left that learns.
    """
    layers = {name: layer for name, layer in model.named_layers.items() if layer.weights}
    patterns = Recipe(stage=stage).patterns
    if patterns is not None:
        chosen = _chosen(patterns, layers)
        for part in _parts(model):  # also models in the model, which would hold layers back
            part.trainable = True
        for name, layer in layers.items():
            layer.trainable = name in chosen
    learning = {id(variable) for variable in model.trainable_variables}
    names = [n for n, layer in layers.items() if learning & {id(v) for v in layer.weights}]
    if not names:
        raise ValueError(
            "No layer of the model learns: all are frozen. Give a stage, such as "
            "mrx.Recipe(stage='all'), or set `trainable` of some layers."
        )
    return names


def _chosen(patterns, layers) -> set[str]:
    """The names of the layers that fit a pattern, as a whole or in their last part."""
    chosen = set()
    for pattern in patterns:
        fits = {
            name
            for name in layers
            if re.fullmatch(pattern, name) or re.fullmatch(pattern, name.rsplit("/", 1)[-1])
        }
        if not fits:
            raise ValueError(
                f"No layer of the model has a name that fits {pattern!r}. Layers with weights: "
                f"{', '.join(list(layers)[:5])}, .. (`model.named_layers` has all)."
            )
        chosen |= fits
    return chosen
