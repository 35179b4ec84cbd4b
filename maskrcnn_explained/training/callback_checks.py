"""The callbacks that a user passes: one, several or None, refused before the first step."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from typing import Any

import keras

from maskrcnn_explained import losses
from maskrcnn_explained.training.recipe import Recipe

LOSSES = ("loss", *losses.NAMES)
LOGGED = (*LOSSES, "images_per_second", "learning_rate")
VALIDATED = (
    *(f"val_{name}" for name in LOSSES),
    *(f"val_{kind}_{ap}" for kind in ("mask", "box") for ap in ("AP", "AP50")),
)
SETS_RATE = (keras.callbacks.ReduceLROnPlateau, keras.callbacks.LearningRateScheduler)


def as_list(callbacks: Any) -> list[keras.callbacks.Callback]:
    """One callback, several, or None, as a list. Raises `ValueError` for anything else."""
    if callbacks is None:
        return []
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return list(callbacks.callbacks)
    given = list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    for callback in given:
        if not isinstance(callback, keras.callbacks.Callback):
            made = " (a class: call it)" if isinstance(callback, type) else ""
            raise ValueError(f"callbacks must be callbacks of Keras; got {callback!r}{made}.")
    return given


def check_callbacks(
    callbacks: Sequence[keras.callbacks.Callback], recipe: Recipe, validated: bool
) -> None:
    """Raise `ValueError` for callbacks that could not work in this run.

    Args:
        callbacks: the user's own.
        recipe: its schedule.
        validated: whether there are validation images.

    A callback that shall watch AP without being told the direction is told that higher is better.

    Raises `ModuleNotFoundError` if TensorBoard is asked for and not installed.
    """
    own = [one for one in callbacks if not type(one).__module__.startswith("keras.")]
    for callback in callbacks:
        name = type(callback).__name__
        _check_rate(name, callback, recipe)
        _check_board(callback)
        monitor = getattr(callback, "monitor", None)
        if monitor is None or not _watches(callback):
            continue
        known = LOGGED + VALIDATED if validated else LOGGED
        if monitor in VALIDATED and not validated:
            raise ValueError(
                f"{name} watches {monitor!r}, but there are no validation images. Give a "
                "validation set (and validation_images above 0), or monitor='loss'."
            )
        if monitor not in known and not own:
            raise ValueError(
                f"{name} watches {monitor!r}, which nothing logs; there are: {', '.join(known)}."
            )
        if getattr(callback, "mode", None) == "auto":
            callback.mode = "min" if "loss" in monitor else "max"


def _watches(callback) -> bool:
    """Whether a callback needs the value that it monitors."""
    if isinstance(callback, keras.callbacks.ModelCheckpoint):
        return callback.save_best_only
    return True


def _check_rate(name, callback, recipe):
    follows = recipe.schedule != "constant" and not recipe.own_optimizer
    if isinstance(callback, SETS_RATE) and follows:
        raise ValueError(
            f"{name} sets the learning rate, but the recipe has a schedule for it. Give "
            "Recipe(schedule='constant'), and the callback decides alone."
        )


def _check_board(callback):
    board = isinstance(callback, keras.callbacks.TensorBoard)
    if board and importlib.util.find_spec("tensorboard") is None:
        raise ModuleNotFoundError(
            "The callback TensorBoard needs the package tensorboard: "
            "pip install 'maskrcnn-explained[tensorboard]'."
        )
