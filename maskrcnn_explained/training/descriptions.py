"""Words for what a run is made of, as plain Python: they are stored, and compared later."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

import keras

from maskrcnn_explained.config import Config
from maskrcnn_explained.data.fingerprint import fingerprint
from maskrcnn_explained.fields import plain_value
from maskrcnn_explained.training.recipe import Recipe


def describe(value: Any) -> Any:
    """A value as plain Python. What JSON cannot hold is told by its name and its settings.

    Two functions of one name are told alike.
    """
    value = plain_value(value)
    if isinstance(value, dict):
        return {str(name): describe(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [describe(one) for one in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return {"class": type(value).__name__, **describe(fields)}
    name = getattr(value, "__qualname__", None) or type(value).__qualname__
    if isinstance(value, keras.Model):  # its layers may be numbered otherwise the next day
        return {"class": name, "weights": [list(array.shape) for array in value.weights]}
    if hasattr(value, "get_config"):
        return _with_settings(name, value)
    return name


def _with_settings(name, value) -> Any:
    """A name, and the settings of an object of Keras if it can tell them."""
    try:
        settings = value.get_config()
    except Exception:  # a class of the user's own, which may raise anything
        return name
    return {"class": name, **describe(settings)}


def describe_run(config: Config, dataset: Any, augment: Any) -> dict[str, Any]:
    """What must stay the same when a run goes on: Config, data set, augmentation."""
    values = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    return {
        "config": describe(values),
        "data": describe(fingerprint(dataset)),
        "augment": describe(augment),
    }


def describe_recipe(recipe: Recipe) -> dict[str, Any]:
    """The fields of a recipe as they were given."""
    values = {field.name: getattr(recipe, field.name) for field in dataclasses.fields(recipe)}
    return describe(values)


def describe_layers(names: Sequence[str]) -> str:
    """Which layers learn, in one short line: how many, and a code of their names."""
    code = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:12]
    return f"{len(names)} layers, {code}"
