"""The catalogue covers what it lists, with functions that exist."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from maskrcnn_explained import viz
from maskrcnn_explained.course import catalogue
from maskrcnn_explained.pages import widgets


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


def test_the_catalogue_covers_every_item_with_functions_that_exist():
    items = {item for item, *_ in catalogue.CATALOGUE}
    assert items == {*(f"A{i}" for i in range(1, 17)), "B"}
    for *_, functions in catalogue.CATALOGUE:
        for name in functions.split(", "):
            assert hasattr(viz, name) or hasattr(widgets, name), name


def test_the_catalogue_fails_if_a_notebook_does_not_use_it(notebook, monkeypatch):
    rows = (("A1", "NMS", "03_rpn", "show_nms"), ("A2", "more", "03_rpn", "show_recall"))
    monkeypatch.setattr(catalogue, "CATALOGUE", rows[:1])
    assert "[03_rpn](03_rpn.ipynb) | `show_nms` |" in catalogue.catalogue_table(notebook.parent)
    monkeypatch.setattr(catalogue, "CATALOGUE", rows)
    with pytest.raises(ValueError, match="03_rpn does not use show_recall"):
        catalogue.catalogue_table(notebook.parent)
