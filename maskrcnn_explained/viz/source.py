"""Show the code of this package in a notebook, so that no notebook copies it."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any


def show_source(function: Any) -> None:
    """Display the source of a function or class in a notebook, as highlighted code.

    The first line names the module. The docstring is left out: the notebook explains the code.
    """
    from IPython.display import Markdown, display

    display(Markdown(f"```python\n# {function.__module__}\n{without_docstring(function)}```"))


def without_docstring(function: Any) -> str:
    """The source of a function or class without its own docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    for quote in ('"""', "'''"):
        before, found, rest = source.partition(quote)
        if found and before.rstrip().endswith(":"):
            return before.rstrip() + rest.partition(quote)[2].rstrip() + "\n"
    return source + "\n"
