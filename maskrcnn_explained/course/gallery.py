"""All figures of the course in one place, each with the call that drew it."""

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

SMALL_WIDTH = 340  # pixels of the gallery's pictures: its file must stay small
SHADES = 24  # colours of the gallery's pictures, for the same reason


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure of a notebook.

    name: the name of its files in `make figures`, such as "03_rpn_05"; functions: the `show_*` that
    drew it; call: the source of the cell; alt: what it shows; png: the picture itself.
    """

    name: str
    functions: tuple[str, ...]
    call: str
    alt: str
    png: bytes


def figures_of(notebook: str | os.PathLike) -> list[Figure]:
    """The figures of an executed notebook, in its order.

    Args:
        notebook: path of an .ipynb.

    Raises `FileNotFoundError` if there is no such file.
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
                picture = base64.b64decode("".join(png))
                found.append(Figure(name, functions, call=call, alt=alt, png=picture))
    return found


def drawn_by(call: str) -> list[str]:
    """The sources of those statements of a cell that draw a figure."""
    statements = [ast.get_source_segment(call, node) or "" for node in ast.parse(call).body]
    return [text for text in statements if re.search(r"\bshow\w*\(", text)]


def show_gallery(notebook: str | os.PathLike, seen: set[str]) -> None:
    """Show, in a notebook, the figures of another one, small, each with the call that drew it.

    Args:
        notebook: path of an executed .ipynb.
        seen: names of the `show_*` that are shown already and left out; new ones are added to it.
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
    """A picture in PNG, made at most SMALL_WIDTH pixels wide and with few shades, as base64."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    scale = min(1.0, SMALL_WIDTH / picture.width)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    buffer = io.BytesIO()
    picture.quantize(SHADES, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
