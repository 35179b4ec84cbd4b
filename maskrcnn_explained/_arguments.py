"""Arguments of public functions, checked where they enter: which one, what it must be, what it is.

Nothing here computes with numbers, so tensors inside a graph are checked, too, as far as their
shapes are known there. This module needs nothing but NumPy.
"""

from __future__ import annotations

import math
import os
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

NUMBERS = "biuf"  # NumPy's letters for bool, whole numbers and floats
OTHER_FLOATS = ("bfloat16",)


def check_arrays(**given: tuple[Any, str]) -> None:
    """Check arrays or tensors of numbers against shapes as docstrings write them.

        check_arrays(boxes=(boxes, "... N 4"), scores=(scores, "N"))

    A number is the length of an axis; a letter is any length, the same wherever it stands. "..." in
    front stands for any axes; those of several arguments must fit together (broadcasting). "*" in
    front stands for any axes, the same in all arguments.

    Raises `ValueError` that names the argument, the shape that it must have, and what it is.
    """
    lengths: dict[str, tuple[int, str]] = {}
    fronts: dict[str, tuple[int | None, ...]] = {}
    same = any(wanted.startswith("*") for _, wanted in given.values())
    for name, (value, wanted) in given.items():
        shape = _shape(name, value, wanted)
        if shape is None:  # known only when the graph runs
            continue
        axes = wanted.split()
        if axes[0] in ("...", "*"):
            axes = axes[1:]
            cut = len(shape) - len(axes)
            fronts[name] = shape[: max(cut, 0)]
            shape = shape[cut:] if cut >= 0 else shape
        if len(shape) != len(axes):
            raise _wrong(name, value, wanted)
        for side, axis in zip(shape, axes, strict=True):
            _check_side(side, axis, name, value, wanted, lengths)
    _check_fronts(fronts, same)


def _check_side(side, axis, name, value, wanted, lengths):
    if side is None:
        return
    if axis.isdecimal():
        if side != int(axis):
            raise _wrong(name, value, wanted)
        return
    length, other = lengths.setdefault(axis, (side, name))
    if length != side:
        raise ValueError(
            f"{other} and {name} do not fit together: {axis} is {length} in {other} and {side} in "
            f"{name}."
        )


def _check_fronts(fronts, same):
    """Axes in front must fit together; an axis that is not known fits any."""
    known = [tuple(1 if side is None else side for side in front) for front in fronts.values()]
    try:
        np.broadcast_shapes(*known)
        fitting = not same or all(_equal(front, fronts) for front in fronts.values())
    except ValueError:
        fitting = False
    if not fitting:
        listed = " and ".join(f"{list(front)} in {name}" for name, front in fronts.items())
        raise ValueError(f"The first axes do not fit together: {listed}.")


def _equal(front, fronts):
    """Whether axes are as in all arguments, as far as they are known."""
    return all(
        len(front) == len(other)
        and all(a == b or None in (a, b) for a, b in zip(front, other, strict=True))
        for other in fronts.values()
    )


def _shape(name, value, wanted):
    """The shape of numbers, with None for unknown sides; None if it is not known at all."""
    array = value
    if not (hasattr(value, "shape") and hasattr(value, "dtype")):
        try:
            array = np.asarray(value)
        except Exception as error:  # rows of different lengths; tensors inside a graph
            raise _wrong(name, value, wanted) from error
    if not _is_numeric(array.dtype):
        raise _wrong(name, value, wanted)
    shape = array.shape
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    return tuple(None if side is None else int(side) for side in shape)


def _is_numeric(dtype):
    """Whether a dtype of NumPy, TensorFlow or Keras is one of numbers."""
    name = getattr(dtype, "name", dtype)
    try:
        return name in OTHER_FLOATS or np.dtype(name).kind in NUMBERS
    except TypeError:  # texts, and others that NumPy does not know
        return False


def _wrong(name, value, wanted):
    form = ", ".join(wanted.split())
    return ValueError(f"{name} must be numbers, [{form}]; got {described(value)}.")


def check_number(
    name: str, value: Any, low: float = -math.inf, high: float = math.inf, whole: bool = False
) -> None:
    """Check one number: a finite one of Python or NumPy, or a tensor without axes.

    Raises `ValueError` if it is none, is not in low..high, or is not whole and should be.
    """
    if hasattr(value, "shape") and not isinstance(value, (np.generic, np.ndarray)):
        return  # a tensor: known when the graph runs
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    fitting = isinstance(value, (int, float, np.integer, np.floating))
    fitting = fitting and not isinstance(value, bool) and low <= value <= high
    fitting = fitting and abs(value) != math.inf and (not whole or int(value) == value)
    if not fitting:
        must = _must(low, high, "a whole number" if whole else "a number")
        raise ValueError(f"{name} must {must}; got {described(value)}.")


def _must(low, high, kind):
    """What a number of that kind must be or do, in words."""
    if low == -math.inf and high == math.inf:
        return f"be {kind}"
    if high >= 2**31 - 1:  # so large that it needs no word
        return f"be {kind} from {low:g} on"
    return f"lie in {low:g}..{high:g}" if kind == "a number" else f"be {kind} in {low:g}..{high:g}"


def check_has(name: str, value: Any, words: str, *attributes: str) -> None:
    """Check that an argument is what `words` says: that it has these attributes.

    Raises `ValueError`.
    """
    if isinstance(value, type) or not all(hasattr(value, wanted) for wanted in attributes):
        raise ValueError(f"{name} must be {words}; got {described(value)}.")


def check_sides(**given: Any) -> None:
    """Check whole numbers from 1 on, such as a number of pixels or of bins."""
    for name, value in given.items():
        check_number(name, value, 1, 2**31, whole=True)


def check_kind(name: str, value: Any, kind: type | tuple[type, ...], words: str) -> None:
    """Check that an argument is of a type; `words` says which. Raises `ValueError`."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be {words}; got {described(value)}.")


def check_model(value: Any) -> None:
    """Check that the argument `model` is a MaskRCNN, or can do what one does."""
    check_has("model", value, "a MaskRCNN (mrx.load or mrx.build gives one)", "detect", "config")


def check_config(value: Any) -> None:
    """Check that the argument `config` is a Config."""
    check_has("config", value, "a Config (mrx.get_config gives one)", "changed", "class_names")


def check_sample(value: Any, name: str = "sample") -> None:
    """Check that an argument is a Sample."""
    check_has(name, value, "a Sample", "cut", "image", "class_ids")


def check_images(images: Any) -> None:
    """Check a list of images, [H, W, 3] uint8, or a batch of them."""
    batch = isinstance(images, np.ndarray)
    if not batch:
        check_sequence("images", images, "a list of images")
    if batch or not len(images):
        check_arrays(images=(images, "B H W 3"))
    for place, image in enumerate(images):
        name = f"images[{place}]"
        check_arrays(**{name: (image, "H W 3")})
        if 0 in image.shape or image.dtype != np.uint8:
            raise ValueError(f"{name} must hold pixels, uint8; got {described(image)}.")


def check_image_size(image_size: Any) -> None:
    """Check that the argument `image_size` is (H, W), whole numbers or tensors of them."""
    if hasattr(image_size, "shape"):
        check_arrays(image_size=(image_size, "2"))
    else:
        check_sequence("image_size", image_size, "(H, W)")
        if len(image_size) != 2:
            raise ValueError(f"image_size must be (H, W); got {described(image_size)}.")
    check_sides(H=image_size[0], W=image_size[1])


def check_resize(image: Any, size: Any) -> None:
    """Check an image [H, W, 3] with pixels, and the size (h, w) that it should get."""
    check_images([image])
    check_arrays(size=(size, "2"))
    check_sides(height=size[0], width=size[1])


def check_sequence(name: str, value: Any, words: str) -> None:
    """Check that an argument can be counted and indexed, and is no text and no table."""
    table = isinstance(value, (str, bytes, Mapping, np.ndarray))
    if table or not (hasattr(value, "__len__") and hasattr(value, "__getitem__")):
        raise ValueError(f"{name} must be {words}; got {described(value)}.")


def check_names(name: str, value: Any) -> None:
    """Check that an argument is a sequence of texts, such as class names; not one text."""
    check_sequence(name, value, "a sequence of names")
    if not all(isinstance(one, str) for one in value):
        raise ValueError(f"{name} must hold names; got {described(value)}.")


def checked_path(name: str, value: Any) -> pathlib.Path:
    """A path from text or a path. Raises `ValueError` for anything else."""
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if not isinstance(text, str) or not text or "\0" in text:
        raise ValueError(f"{name} must be a path, as text or pathlib.Path; got {described(value)}.")
    return pathlib.Path(text)


def described(value: Any) -> str:
    """What something is, in a few words: its shape and dtype, or itself, or its type."""
    if hasattr(value, "shape") and hasattr(value, "dtype") and not isinstance(value, type):
        sides = "unknown" if getattr(value.shape, "rank", 0) is None else list(value.shape)
        return f"shape {sides} of {getattr(value.dtype, 'name', value.dtype)}"
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:60]}.."
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}: {repr(value)[:60]}"
    return f"a {type(value).__name__}"
