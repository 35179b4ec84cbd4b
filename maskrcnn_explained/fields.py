"""Fields of a Config or a Recipe: what each may hold is declared with it, and checked.

Values are converted to plain Python first: NumPy numbers, arrays and lists become numbers and
tuples, because a saved model holds its Config as JSON.

This module needs nothing but Python, so looking at a configuration never loads TensorFlow.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import math
import types
import typing
from typing import Any

# Each of these declares a field: its default, and the rule that its values obey.


def choice(default: str, *others: str) -> Any:
    """A field that holds one of these words; the first one is the default."""
    return dataclasses.field(default=default, metadata={"choices": (default, *others)})


def fraction(default: float) -> Any:
    """A field that holds a number in 0..1."""
    return dataclasses.field(default=default, metadata={"low": 0.0, "high": 1.0})


def positive(default: Any, length: int | None = None) -> Any:
    """A field of positive numbers: one number, or a tuple of `length` (None: any length)."""
    return dataclasses.field(default=default, metadata={"above": 0, "length": length})


def not_negative(default: Any, length: int | None = None) -> Any:
    """As `positive`, but zero is allowed as well."""
    return dataclasses.field(default=default, metadata={"low": 0, "length": length})


def counted(default: int | None) -> Any:
    """A field that holds a whole number from 1 on."""
    return dataclasses.field(default=default, metadata={"least": 1})


# Checking


def check_fields(owner: Any) -> None:
    """Make the values of a frozen dataclass plain Python, and check each against its field.

    Args:
        owner: in its `__post_init__`.

    Raises `ValueError` that names the field, what it may hold, and what it was given.
    """
    kinds: dict[str, Any] = _kinds(type(owner))  # type: ignore[arg-type]
    for field in dataclasses.fields(owner):
        value = _convert(getattr(owner, field.name), kinds[field.name])
        name = f"{type(owner).__name__}.{field.name}"
        _check_choice(name, field.metadata, value)
        _check_kind(name, kinds[field.name], value)
        _check_numbers(name, field.metadata, value)
        object.__setattr__(owner, field.name, value)


def plain_value(value: Any) -> Any:
    """A value as plain Python: NumPy numbers, arrays and lists become numbers and tuples."""
    if hasattr(value, "tolist"):  # whatever NumPy has
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(plain_value(item) for item in value)
    return value


@functools.lru_cache(maxsize=8)
def _kinds(owner: Any) -> dict[str, Any]:
    """Field -> the types that it may hold, with None, and tuples by the type of their items."""
    hints = typing.get_type_hints(owner)
    kinds = {}
    for name, hint in hints.items():
        union = isinstance(hint, types.UnionType)
        kinds[name] = typing.get_args(hint) if union else (hint,)
    return kinds


def _convert(value, kinds):
    """The value as plain Python, and 300.0 as 300 where only whole numbers are meant."""
    value = plain_value(value)
    whole = int in kinds and float not in kinds
    if whole and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _check_choice(name, rule, value):
    if "choices" in rule and value not in rule["choices"]:
        raise ValueError(f"{name} is {value!r}; choose one of {rule['choices']}.")


def _check_kind(name, kinds, value):
    if not any(_is(value, kind) for kind in kinds):
        wanted = " or ".join(_in_words(kind) for kind in kinds)
        raise ValueError(f"{name} is {value!r}; it must be {wanted}.")


def _is(value, kind) -> bool:
    """Whether a value is of a type. True and False are no numbers; a word is no tuple of words."""
    if kind is Any:
        return True
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return isinstance(value, tuple) and all(_is(one, item) for one in value)
    if kind in (int, float):
        allowed = (int,) if kind is int else (int, float)
        return isinstance(value, allowed) and not isinstance(value, bool)
    return isinstance(value, kind)


def _in_words(kind) -> str:
    """A type as a reader says it."""
    words: dict[Any, str] = {
        int: "a whole number",
        float: "a number",
        str: "text",
        bool: "True or False",
        types.NoneType: "None",
        collections.abc.Callable: "a function",
    }
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return {int: "whole numbers", float: "numbers", str: "a tuple of names"}[item]
    return words.get(kind, str(kind))


def _check_numbers(name, rule, value):
    """Raise `ValueError` for another number of values, or one out of range."""
    values = value if isinstance(value, tuple) else (value,)
    length = rule.get("length") or len(values)
    if len(values) != length or not values:
        wanted = rule.get("length") or "some"
        raise ValueError(f"{name} needs {wanted} numbers; got {value}.")
    for number in values:
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            _check_range(name, rule, number, value)


def _check_range(name, rule, number, value):
    """Raise `ValueError` if one number lies outside the range of its field (NaN always does)."""
    if "high" in rule and not rule["low"] <= number <= rule["high"]:
        raise ValueError(f"{name} must lie in 0..1; got {value}.")
    if "above" in rule and not number > rule["above"]:
        raise ValueError(f"{name} must be positive; got {value}.")
    if "low" in rule and not number >= rule["low"]:
        raise ValueError(f"{name} must be positive or zero; got {value}.")
    if "least" in rule and not number >= rule["least"]:
        raise ValueError(f"{name} must be at least {rule['least']}; got {value}.")
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite; got {value}.")
