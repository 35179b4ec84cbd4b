"""Every figure of the course in one place: what a notebook drew, and the call that drew it."""

from __future__ import annotations

import ast
import base64
import dataclasses
import io
import json
import os
import pathlib
import re

from PIL import Image

SMALL_WIDTH, SHADES = 340, 24  # of the gallery's small pictures: it must stay a small file


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure of a notebook.

    name: that `make figures` gives its files, such as "03_rpn_05"; functions: the `show_*` that
    drew it; call: the cell's source; alt: what it shows; png: the picture itself.
    """

    name: str
    functions: tuple[str, ...]
    call: str
    alt: str
    png: bytes


def figures_of(notebook: str | os.PathLike) -> list[Figure]:
    """Every figure of an executed notebook, in its order.

    Args:
        notebook: path of an .ipynb.

    Raises `FileNotFoundError` if it is not there.
    """
    path = pathlib.Path(notebook)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found: list[Figure] = []
    for cell in cells:
        call = "".join(cell["source"])
        for output in cell.get("outputs", ()):
            png = output.get("data", {}).get("image/png")
            if png is not None:
                functions = tuple(dict.fromkeys(re.findall(r"\bshow_\w+(?=\()", call)))
                alt = output["metadata"].get("image/png", {}).get("alt", "")
                name = f"{path.stem}_{len(found) + 1:02}"
                found.append(Figure(name, functions, call, alt, base64.b64decode("".join(png))))
    return found


def drawn_by(call: str) -> list[str]:
    """The statements of a cell in which a figure is drawn, each as its source."""
    statements = [ast.get_source_segment(call, node) or "" for node in ast.parse(call).body]
    return [text for text in statements if re.search(r"\bshow\w*\(", text)]


def show_gallery(notebook: str | os.PathLike, seen: set) -> None:
    """In a notebook: the figures of another one, small, each with the call that drew it.

    Args:
        notebook: path of an executed .ipynb.
        seen: names of `show_*` that were shown already and are left out; the new ones are added.
    """
    from IPython.display import Markdown, display

    for figure in figures_of(notebook):
        new = [name for name in figure.functions if name not in seen]
        if new:
            seen.update(new)
            code = "\n".join(drawn_by(figure.call))
            display(Markdown(f"**{', '.join(new)}** · {figure.name}\n\n```python\n{code}\n```"))
            picture = {"image/png": small(figure.png), "text/plain": f"Figure: {figure.alt}"}
            display(picture, metadata={"image/png": {"alt": figure.alt}}, raw=True)


def small(png: bytes) -> str:
    """A picture of at most SMALL_WIDTH pixels and few shades, as base64."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    scale = min(1.0, SMALL_WIDTH / picture.width)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    buffer = io.BytesIO()
    picture.quantize(SHADES, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
