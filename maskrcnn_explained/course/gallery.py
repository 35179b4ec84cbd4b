"""All figures of the course in one place, each with the call that drew it."""

from __future__ import annotations

import ast
import base64
import dataclasses
import html
import io
import json
import os
import pathlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from PIL import Image

from maskrcnn_explained._files import atomic_write

GALLERY = "gallery"  # beside the notebooks: the figures as files
QUALITY = 72  # of WebP: full colours, and a fifth of the bytes of PNG
THUMBNAIL = 420  # pixels: the width at which the gallery shows a figure


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure of a notebook.

    name: that of its files in `make figures`, such as "03_rpn_05", or of a drawing, such as "iou";
    functions: the `show_*` that drew it; call: the source of the cell; alt: what it shows; png: the
    picture itself, empty for a drawing in assets/.
    """

    name: str
    functions: tuple[str, ...]
    call: str
    alt: str
    png: bytes

    @property
    def path(self) -> str:
        """Its file, seen from the folder of the notebooks."""
        return f"{GALLERY}/{self.name}.webp" if self.png else f"../assets/{self.name}.svg"


def figures_of(notebook: str | os.PathLike) -> list[Figure]:
    """The figures of an executed notebook, in its order.

    Args:
        notebook: path of an .ipynb.

    Raises `FileNotFoundError` if there is no such file.
    """
    path = pathlib.Path(notebook)
    found: list[Figure] = []
    numbers = iter(range(1, 1000))
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        call = "".join(cell["source"])
        functions = tuple(dict.fromkeys(re.findall(r"\bshow_\w+(?=\()", call)))
        drawings = iter(re.findall(r"show_diagram\(\"(\w+)\"", call))
        for alt, png in _pictures(cell):
            name = f"{path.stem}_{next(numbers):02}" if png else next(drawings)
            found.append(Figure(name, functions, call=call, alt=alt, png=png))
    return found


def _pictures(cell: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """(alternative, PNG) of each picture of a cell; for a drawing the PNG is empty."""
    for output in cell.get("outputs", ()):
        for kind, content in output.get("data", {}).items():
            if kind in ("image/png", "image/svg+xml"):
                alt = output["metadata"].get(kind, {}).get("alt", "")
                yield alt, base64.b64decode("".join(content)) if kind == "image/png" else b""


def drawn_by(call: str) -> str:
    """The statements of a cell that draw a figure."""
    statements = [ast.get_source_segment(call, node) or "" for node in ast.parse(call).body]
    return "\n".join(text for text in statements if re.search(r"\bshow\w*\(", text))


def save_figures(notebooks: Iterable[str | os.PathLike], folder: str | os.PathLike) -> int:
    """Write every figure of some notebooks as WebP, and remove the files of earlier figures.

    Args:
        notebooks: paths of executed notebooks.
        folder: where to; it is made if it is not there.

    Returns the number of files.
    """
    target = pathlib.Path(folder)
    target.mkdir(exist_ok=True)
    wanted = {f"{f.name}.webp": f.png for path in notebooks for f in figures_of(path) if f.png}
    for old in target.glob("*.webp"):
        if old.name not in wanted:
            old.unlink()
    for name, png in wanted.items():
        with atomic_write(target / name) as temporary:
            Image.open(io.BytesIO(png)).convert("RGB").save(
                temporary, "WEBP", quality=QUALITY, method=6
            )
    return len(wanted)


def show_gallery(notebook: str | os.PathLike) -> None:
    """Show, in a notebook, all figures of another one, each with the call that drew it.

    A figure is a link to its own file, in full size.

    Args:
        notebook: path of an executed .ipynb.
    """
    from IPython.display import Markdown, display

    rows = "\n".join(row_of(figure) for figure in figures_of(notebook))
    display(Markdown(f"<table>\n{rows}\n</table>"))


def row_of(figure: Figure) -> str:
    """One figure of the gallery as a row of an HTML table: picture with its link; name and call."""
    alt = html.escape(figure.alt, quote=True)
    picture = f'<img src="{figure.path}" alt="{alt}" width="{THUMBNAIL}">'
    # An empty line would end the table, for Markdown.
    code = html.escape(drawn_by(figure.call)).replace("\n\n", "\n")
    return (
        f'<tr><td><a href="{figure.path}">{picture}</a></td>\n'
        f"<td><b>{figure.name}</b><pre><code>{code}</code></pre></td></tr>"
    )
