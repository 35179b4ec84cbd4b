"""Show the code of this package in a notebook, so that no notebook copies it."""

from __future__ import annotations

import html
import inspect
import io
import itertools
import textwrap
import tokenize
from typing import Any

# One fixed-width font, lines that scroll and never break, on any ground: light, dark or white.
LOOK = (
    "font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:13px;"
    "line-height:1.45;white-space:pre;overflow-x:auto;overflow-wrap:normal;word-break:normal;"
    "color:inherit;background:rgba(128,128,128,.09);border:1px solid rgba(128,128,128,.45);"
    "border-radius:4px;padding:8px 12px;margin:0;max-width:100%;box-sizing:border-box"
)


def show_source(function: Any) -> None:
    """Display the source of a function or class in a notebook, in a fixed-width font.

    The first line names the module. The docstring is left out: the notebook explains the code. The
    output has three forms: HTML, Markdown (for what shows no HTML) and plain text.
    """
    from IPython.display import display

    code = f"# {function.__module__}\n{without_docstring(function)}".rstrip() + "\n"
    forms = {
        "text/html": as_html(code, f"Source of {function.__qualname__}"),
        "text/markdown": f"```python\n{code}```",
        "text/plain": code,
    }
    display(forms, raw=True)


def as_html(code: str, label: str) -> str:
    """Python code as one `<pre>`: comments in italics, the names that it defines in bold.

    Args:
        code: valid Python.
        label: what screen readers call it.
    """
    pieces, at = [], 0
    for tag, start, end in _marked(code):
        pieces.append(html.escape(code[at:start], quote=False))
        pieces.append(f"<{tag}>{html.escape(code[start:end], quote=False)}</{tag}>")
        at = end
    pieces.append(html.escape(code[at:], quote=False))
    text = "".join(pieces)
    return f'<pre tabindex="0" aria-label="{html.escape(label)}" style="{LOOK}">{text}</pre>'


def _marked(code):
    """Comments and the names that it defines: (tag, where it begins, where it ends)."""
    lengths = [len(line) for line in code.splitlines(keepends=True)]
    starts = [0, *itertools.accumulate(lengths)]
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        if token.type == tokenize.COMMENT:
            yield "i", start, end
        if token.type == tokenize.NAME and before in ("def", "class"):
            yield "b", start, end
        before = token.string


def without_docstring(function: Any) -> str:
    """The source of a function or class without its own docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    for quote in ('"""', "'''"):
        before, found, rest = source.partition(quote)
        if found and before.rstrip().endswith(":"):
            return before.rstrip() + rest.partition(quote)[2].rstrip() + "\n"
    return source + "\n"
