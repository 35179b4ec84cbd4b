"""Answers as numbers: are two the same, where do they differ, and how are they shown in one line?

An answer is one array, a tuple of arrays, or text. Anything that NumPy can read counts as an array:
lists, numbers, tensors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

NUMERIC = "biuf"  # NumPy's letters for bool, whole numbers and floats
LONGEST_SHOWN = 170  # letters of an array that are shown


class NotNumbers(Exception):
    """An answer holds something that is no array of numbers; the message says what."""


def parts_of(answer: Any) -> list[np.ndarray]:
    """An answer as arrays: one, or one per entry of a tuple; text is one array of text.

    A tuple of single numbers is one array.

    Raises:
        NotNumbers: something is neither numbers nor text.
    """
    if isinstance(answer, tuple):
        parts = [_array(entry) for entry in answer]
        if any(part.ndim for part in parts) or any(part.dtype.kind == "U" for part in parts):
            return parts
    return [_array(answer)]


def _array(value):
    if isinstance(value, str):
        return np.asarray(" ".join(value.lower().split()))
    try:
        array = np.asarray(value)
    except Exception as error:  # rows of different lengths, tensors inside a graph
        raise NotNumbers(f"{kind_of(value)} that makes no array") from error
    if array.dtype.kind not in NUMERIC:
        raise NotNumbers(kind_of(value))
    return array.astype(np.float64)


def kind_of(value: Any) -> str:
    """What a value is, for people: "a list", "a str"."""
    name = type(value).__name__.replace("ndarray", "array of something else than numbers")
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def same_parts(one: list[np.ndarray], other: list[np.ndarray], tolerance: float) -> bool:
    """Whether two answers have the same parts, shapes and numbers (NaN equals NaN)."""
    if len(one) != len(other):
        return False
    return all(_same(a, b, tolerance) for a, b in zip(one, other, strict=True))


def _same(one, other, tolerance):
    if one.shape != other.shape or one.dtype.kind != other.dtype.kind:
        return False
    return len(different_at(one, other, tolerance)) == 0


def different_at(one: np.ndarray, other: np.ndarray, tolerance: float) -> np.ndarray:
    """Where two arrays of one shape differ: [n, axes] indices, in order.

    For two single numbers that is [1, 0] if they differ and [0, 0] if not: count the rows.
    """
    if one.dtype.kind == "U":
        return np.argwhere(one != other)
    near = np.isclose(one, other, rtol=1e-5, atol=tolerance, equal_nan=True)
    return np.argwhere(~near)


def shown(value: Any) -> str:
    """A value in one short line: small arrays with their numbers, large ones by their shape."""
    if isinstance(value, (str, bool)) or value is None:
        return repr(value)
    try:
        array = np.asarray(value)
    except Exception:
        return kind_of(value)
    if array.dtype.kind not in NUMERIC:
        return kind_of(value)
    if array.dtype.kind == "f":
        array = array.astype(np.float64)  # 0.1 of float32 is shown as 0.1
    text = np.array2string(array, separator=", ", formatter={"float_kind": _short})
    text = " ".join(text.split())
    if array.size <= 24 and len(text) <= LONGEST_SHOWN:
        return text
    return f"numbers {shape_text(array)}"


def _short(number: Any) -> str:
    """Six digits are enough to compare."""
    return f"{number:.6g}"


def shape_text(array: np.ndarray) -> str:
    """[3, 4] for an array; "one number" for a scalar."""
    return f"[{', '.join(str(side) for side in array.shape)}]" if array.shape else "one number"
