"""Rules that every notebook of the course keeps; what they compute, nbval checks."""

import json
import re

import pytest
from helpers import ROOT

FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("[0-9]*.ipynb"))  # without the gallery, which reads them
COURSE = (
    "00_the_whole_picture",
    "01_backbone",
    "02_fpn",
    "03_rpn",
    "04_roi_align",
    "05_mrcnn_heads",
    "06_detection",
    "07_targets_and_losses",
    "08_training",
    "09_evaluation",
    "10_pretrained_weights",
    "11_your_own_data",
)
FIRST_CELL = """\
import keras
import numpy as np
import tensorflow as tf
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.viz import style

model = mrx.load("scenes")
image = mrx.data.images.as_rgb(data.coins())"""
PROMISED = (
    "You will be able to",
    "You need",
    "Takes",
    "Common confusions",
    "Exercises",
    "Quiz",
    "Summary",
    "Further reading",
)
MAP = "Map of the data flow"  # how the alternative of the small map begins
TAG = "nbval-check-output"
# What a person's machine would leave behind: folders, addresses of objects, clock times.
TRACES = re.compile(
    r"/(?:home|root|tmp|usr|var|Users|work)/|[A-Z]:\\\\|\.venv|0x[0-9a-f]{6,}|\d\d:\d\d:\d\d"
)


class Notebook:
    """One notebook as the tests want it."""

    def __init__(self, path):
        self.path = path
        self.content = json.loads(path.read_text(encoding="utf-8"))
        self.cells = self.content["cells"]
        self.code = [cell for cell in self.cells if cell["cell_type"] == "code"]
        prose = [cell for cell in self.cells if cell["cell_type"] == "markdown"]
        self.prose = "\n\n".join(source(cell) for cell in prose)
        self.outputs = [output for cell in self.code for output in cell["outputs"]]

    def pictures(self):
        """(kind, metadata) of every picture."""
        for output in self.outputs:
            for kind in output.get("data", {}):
                if kind.startswith("image/"):
                    yield kind, output["metadata"].get(kind, {})


def source(cell) -> str:
    return "".join(cell["source"])


def printed(output) -> str:
    """The text of an output, pictures left out."""
    plain = output.get("data", {}).get("text/plain", "")
    return "".join(output.get("text", "")) + "".join(plain)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    return Notebook(request.param)


def test_the_course_is_complete():
    assert set(COURSE) == {path.stem for path in PATHS}


def test_ran_from_top_to_bottom(notebook):
    assert [cell["execution_count"] for cell in notebook.code] == [
        *range(1, len(notebook.code) + 1)
    ]


def test_no_error_and_nothing_on_stderr(notebook):
    assert not [o for o in notebook.outputs if o["output_type"] == "error"]
    assert not [o for o in notebook.outputs if o.get("name") == "stderr"]


def test_first_code_cell_is_the_same_everywhere(notebook, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    from make_buttons import with_install  # on Colab it installs the course

    assert source(notebook.code[0]) == with_install(FIRST_CELL)


def test_code_cells_are_short(notebook):
    too_long = [source(cell) for cell in notebook.code if source(cell).count("\n") >= 25]
    assert not too_long


def test_tagged_cells_have_output_to_check(notebook):
    # nbval passes a tagged cell without stored output in silence.
    tagged = [cell for cell in notebook.code if TAG in cell["metadata"].get("tags", [])]
    assert len(tagged) >= 3
    silent = [source(c) for c in tagged if not any(printed(o).strip() for o in c["outputs"])]
    assert not silent


def test_four_figures_each_with_a_text_alternative(notebook):
    pictures = list(notebook.pictures())
    assert all(metadata.get("alt", "").strip() for _, metadata in pictures)
    alternatives = [metadata["alt"] for kind, metadata in pictures if kind == "image/png"]
    assert len([alt for alt in alternatives if not alt.startswith(MAP)]) >= 4


def test_says_where_its_stage_sits_in_the_data_flow(notebook):
    # The first notebook is about the whole of it and shows the large diagram; those about training
    # show how it differs: targets and losses, and no detection.
    calls = ("show_data_flow(", 'show_diagram("data_flow"', 'show_diagram("training"')
    assert any(call in source(cell) for cell in notebook.code for call in calls)


def test_sections_that_the_course_promises(notebook):
    assert [words for words in PROMISED if words not in notebook.prose] == []
    assert re.match(r"# \S", source(notebook.cells[0]))


def test_folded_answers_render_everywhere(notebook):
    # JupyterLab and web viewers want a blank line after </summary>, else Markdown stays raw.
    opened = notebook.prose.count("<details>")
    assert opened == notebook.prose.count("</details>")
    folded = re.findall(r"^<details>\n<summary>[^\n]+</summary>\n\n", notebook.prose, re.M)
    assert len(folded) == opened


def test_plain_markdown_only(notebook):
    tags = set(re.findall(r"</?([a-z]+)[ >/]", re.sub(r"`[^`]*`", "", notebook.prose)))
    assert tags <= {"details", "summary"}
    assert "](http://" not in notebook.prose and "![](" not in notebook.prose


def test_no_trace_of_a_machine(notebook):
    texts = [source(cell) for cell in notebook.cells] + [printed(o) for o in notebook.outputs]
    assert [found for text in texts for found in TRACES.findall(text)] == []


def test_metadata_is_the_same_everywhere(notebook):
    spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert notebook.content["metadata"] == {"kernelspec": spec, "language_info": {"name": "python"}}
    assert all(cell.get("id") for cell in notebook.cells)
    assert len({cell["id"] for cell in notebook.cells}) == len(notebook.cells)


def test_file_is_small(notebook):
    assert notebook.path.stat().st_size < 1.5e6
