"""The gallery: what it takes out of a notebook, and that every figure is in it."""

import io
import json

import numpy as np
import pytest
from helpers import ROOT
from PIL import Image

from maskrcnn_explained import viz
from maskrcnn_explained.course import gallery

NOTEBOOKS = ROOT / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))


def test_figures_with_their_calls(notebook):
    first, second = gallery.figures_of(notebook)
    assert (first.name, second.name) == ("03_rpn_01", "03_rpn_02")
    assert first.functions == ("show_nms",) and second.functions == ("show_nms", "show_boxes")
    assert first.alt == "noise" and first.png.startswith(b"\x89PNG")
    assert gallery.drawn_by(first.call) == "axes = viz.show_nms(x)\nstyle.show(axes, alt='noise')"


def test_a_drawing_is_shown_from_its_own_file(tmp_path):
    data = {"image/svg+xml": "<svg/>", "text/plain": "Figure: x"}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    cell = {"cell_type": "code", "source": ['show_diagram("iou")'], "outputs": [output]}
    (tmp_path / "03_rpn.ipynb").write_text(json.dumps({"cells": [cell]}))
    [drawing] = gallery.figures_of(tmp_path / "03_rpn.ipynb")
    assert (drawing.name, drawing.path) == ("iou", "../assets/iou.svg")


def test_every_figure_is_shown_with_a_link_to_its_file(notebook, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda out: shown.append(out.data))
    gallery.show_gallery(notebook)
    [text] = shown
    assert text.count('<a href="gallery/03_rpn_0') == 2
    assert 'alt="noise"' in text and "viz.show_nms(3); viz.show_boxes(4)" not in text
    assert "<b>03_rpn_02</b><pre><code>viz.show_nms(3)\nviz.show_boxes(4)</code></pre>" in text


def test_figures_become_files_and_old_files_go(notebook, tmp_path):
    folder = tmp_path / "gallery"
    assert gallery.save_figures([notebook], folder) == 2
    (folder / "03_rpn_09.webp").write_bytes(b"old")
    assert gallery.save_figures([notebook], folder) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["03_rpn_01.webp", "03_rpn_02.webp"]
    assert Image.open(folder / "03_rpn_01.webp").size == (800, 300)


def test_a_missing_notebook(tmp_path):
    with pytest.raises(FileNotFoundError):
        gallery.figures_of(tmp_path / "none.ipynb")


def test_every_figure_function_is_used_in_a_notebook():
    used = "".join(path.read_text(encoding="utf-8") for path in PATHS)
    # show_boxes draws the panels of other figures.
    functions = [n for n in viz.__all__ if n.startswith("show_") and n != "show_boxes"]
    assert [name for name in functions if f"{name}(" not in used] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_committed_gallery_has_every_figure_as_it_is_now(path):
    figures = gallery.figures_of(path)
    assert figures
    text = (NOTEBOOKS / "gallery.ipynb").read_text(encoding="utf-8")
    assert [f.name for f in figures if f.path not in text] == []
    for figure in figures:
        file = NOTEBOOKS / figure.path
        assert file.is_file(), f"run make gallery: {figure.path}"
        if figure.png:
            pictures = [Image.open(f).convert("RGB") for f in (file, io.BytesIO(figure.png))]
            assert pictures[0].size == pictures[1].size
            # WebP changes single pixels, and keeps what is seen from farther away.
            stored, now = (np.asarray(picture.reduce(8), int) for picture in pictures)
            assert np.abs(stored - now).mean() < 2, figure.name


def test_the_committed_gallery_ran_and_is_small():
    content = json.loads((NOTEBOOKS / "gallery.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == [*range(1, len(cells) + 1)]
    files = [*(NOTEBOOKS / gallery.GALLERY).iterdir(), NOTEBOOKS / "gallery.ipynb"]
    assert sum(path.stat().st_size for path in files) < 5e6
