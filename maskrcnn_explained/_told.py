"""The door to functions that draw: an error inside one becomes a sentence about its arguments.

A picture is made of many small steps, and any of them may stumble over an array of another shape or
a missing field. The names that `viz` and `pages` offer to users pass through here: whatever is
raised, the user reads what was given, and the error itself stands behind it. Inside of this package
pictures call each other directly.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

from maskrcnn_explained._arguments import described


class CannotDraw(ValueError):
    """Something cannot be drawn from these arguments. The message lists them."""


def told(package: str, lookup: Callable[[str], Any]) -> Callable[[str], Any]:
    """`__getattr__` of a package whose functions tell their arguments when they fail.

    Args:
        package: its name.
        lookup: what `lazy_loader.attach_stub` gives as `__getattr__`. It keeps what it has found
            in the package, so the telling function takes that place.
    """

    def get(name: str) -> Any:
        value = lookup(name)
        if isinstance(value, types.FunctionType):
            value = telling(value)
            setattr(sys.modules[package], name, value)
        return value

    return get


@functools.cache
def telling(function: Callable) -> Callable:
    """The function, with errors that tell its arguments. Errors about files stay as they are.

    The new function raises `CannotDraw`; the first error is its cause.
    """

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except (CannotDraw, MemoryError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and (error.filename or type(error) is not OSError):
                raise  # it is about a file; a library that cannot encode raises OSError as well
            given = _given(function, arguments, named)
            if given is None:  # Python's own error says which argument is missing
                raise
            text = " ".join(str(error).split())[:200]
            raise CannotDraw(
                f"{function.__name__} cannot draw this. Its arguments: {given}. What went wrong: "
                f"{type(error).__name__}: {text}. help({function.__name__}) says what it takes."
            ) from error

    return run


def _given(function, arguments, named):
    """Each argument and what it is; None if the arguments do not fit the function."""
    try:
        bound = inspect.signature(function).bind(*arguments, **named).arguments
    except TypeError:
        return None
    return "; ".join(f"{name}: {described(value)}" for name, value in bound.items())
