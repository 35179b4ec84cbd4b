"""The gallery: what it takes out of a notebook, and that the catalogue cannot lie."""

import base64
import io
import json

import numpy as np
import pytest
from helpers import ROOT
from PIL import Image

from maskrcnn_explained import viz
from maskrcnn_explained.course import gallery


def png(width=800, height=300):
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    Image.fromarray(noise).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture
def notebook(tmp_path):
    """A notebook of three code cells, two of which show a figure."""

    def cell(source, picture=None):
        outputs = [{"output_type": "stream", "text": "words"}]
        if picture:
            outputs.append(
                {
                    "output_type": "display_data",
                    "data": {"image/png": picture},
                    "metadata": {"image/png": {"alt": "noise"}},
                }
            )
        return {"cell_type": "code", "source": source.splitlines(True), "outputs": outputs}

    cells = [
        {"cell_type": "markdown", "source": ["show_nothing("]},
        cell("x = 1\naxes = viz.show_nms(x)\nstyle.show(axes, alt='noise')\nprint(x)", png()),
        cell("print(2)"),
        cell("viz.show_nms(3); viz.show_boxes(4)", png(100, 50)),
    ]
    path = tmp_path / "03_rpn.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    return path


def test_figures_with_their_calls(notebook):
    first, second = gallery.figures_of(notebook)
    assert (first.name, second.name) == ("03_rpn_01", "03_rpn_02")
    assert first.functions == ("show_nms",) and second.functions == ("show_nms", "show_boxes")
    assert first.alt == "noise" and first.png.startswith(b"\x89PNG")
    drawn = gallery.drawn_by(first.call)
    assert drawn == ["axes = viz.show_nms(x)", "style.show(axes, alt='noise')"]


def test_shown_once_and_small(notebook, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *a, **k: shown.append(a[0]))
    seen = {"show_nms"}
    gallery.show_gallery(notebook, seen)
    words, picture = shown
    assert words.data.startswith("**show_boxes** · 03_rpn_02") and seen == {
        "show_nms",
        "show_boxes",
    }
    assert picture["text/plain"] == "Figure: noise"
    large = Image.open(
        io.BytesIO(base64.b64decode(gallery.small(gallery.figures_of(notebook)[0].png)))
    )
    assert large.width == gallery.SMALL_WIDTH


def test_a_missing_notebook(tmp_path):
    with pytest.raises(FileNotFoundError):
        gallery.figures_of(tmp_path / "none.ipynb")


def test_figures_are_saved_for_slides(tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.setenv(viz.style.FIGURES, str(tmp_path / "03_rpn"))
    monkeypatch.setattr("IPython.display.display", lambda *_, **__: None)
    viz.show(plt.figure(), "empty")
    saved = sorted(path.suffix for path in tmp_path.iterdir())
    assert saved == [".png", ".svg"]


NOTEBOOKS = ROOT / "notebooks"


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
