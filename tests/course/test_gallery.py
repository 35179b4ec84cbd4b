"""The gallery: what it takes out of a notebook, and that every figure is in it."""

import base64
import io
import json

import pytest
from helpers import ROOT
from PIL import Image

from maskrcnn_explained import viz
from maskrcnn_explained.course import gallery

NOTEBOOKS = ROOT / "notebooks"


def test_figures_with_their_calls(notebook):
    first, second = gallery.figures_of(notebook)
    assert (first.name, second.name) == ("03_rpn_01", "03_rpn_02")
    assert first.functions == ("show_nms",) and second.functions == ("show_nms", "show_boxes")
    assert first.alt == "noise" and first.png.startswith(b"\x89PNG")
    drawn = gallery.drawn_by(first.call)
    assert drawn == ["axes = viz.show_nms(x)", "style.show(axes, alt='noise')"]


def test_each_function_is_shown_once(notebook, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *a, **k: shown.append(a[0]))
    seen = {"show_nms"}
    gallery.show_gallery(notebook, seen)
    words, picture = shown
    assert words.data.startswith("**show_boxes** · 03_rpn_02")
    assert seen == {"show_nms", "show_boxes"}
    assert picture["text/plain"] == "Figure: noise"


def test_pictures_are_made_small(notebook):
    large = gallery.figures_of(notebook)[0]
    small = Image.open(io.BytesIO(base64.b64decode(gallery.small(large.png))))
    assert small.width == gallery.SMALL_WIDTH
    assert len(small.getcolors()) <= gallery.SHADES


def test_a_missing_notebook(tmp_path):
    with pytest.raises(FileNotFoundError):
        gallery.figures_of(tmp_path / "none.ipynb")


def test_every_figure_function_is_in_the_gallery():
    """Each `show_*` is used in a notebook, and the committed gallery has its picture."""
    paths = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    used = "".join(path.read_text(encoding="utf-8") for path in paths)
    functions = [name for name in viz.__all__ if name.startswith("show_")]
    assert [name for name in functions if f"{name}(" not in used] == []
    drawn = {name for p in paths for figure in gallery.figures_of(p) for name in figure.functions}
    path = NOTEBOOKS / "gallery.ipynb"
    content = path.read_text(encoding="utf-8")
    assert [name for name in sorted(drawn) if name not in content] == []
    cells = [c for c in json.loads(content)["cells"] if c["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == [*range(1, len(cells) + 1)]
    assert path.stat().st_size < 1.5e6
