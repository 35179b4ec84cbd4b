"""A small notebook, for tests of what reads notebooks."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image


def noise(width, height):
    """A PNG of noise, as notebooks store it."""
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def code_cell(source, picture=None):
    """A code cell that printed something, and showed a picture if one is given."""
    outputs = [{"output_type": "stream", "text": "words"}]
    if picture:
        data = {"image/png": picture}
        metadata = {"image/png": {"alt": "noise"}}
        outputs.append({"output_type": "display_data", "data": data, "metadata": metadata})
    return {"cell_type": "code", "source": source.splitlines(True), "outputs": outputs}


@pytest.fixture
def notebook(tmp_path):
    """A notebook of three code cells, two of which show a figure."""
    first = "x = 1\naxes = viz.show_nms(x)\nstyle.show(axes, alt='noise')\nprint(x)"
    cells = [
        {"cell_type": "markdown", "source": ["show_nothing("]},
        code_cell(first, noise(800, 300)),
        code_cell("print(2)"),
        code_cell("viz.show_nms(3); viz.show_boxes(4)", noise(100, 50)),
    ]
    path = tmp_path / "03_rpn.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    return path
