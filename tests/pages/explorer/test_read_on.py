"""Sections of the explorer, and the headings of the notebooks that tell more."""

import json
import re

import pytest
from helpers import ROOT

from maskrcnn_explained.pages.explorer.read_on import READ_ON, places
from maskrcnn_explained.pages.page import FOLDER

SECTIONS = [
    name
    for path in [*(FOLDER / "explorer" / "page").glob("*.js"), *(FOLDER / "report").glob("*.js")]
    for name in re.findall(r'addSection\(\s*"(\w+)"', path.read_text("utf-8"))
]


def headings(notebook):
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return re.findall(r"^#+ (.+)$", text, re.MULTILINE)


def test_a_place_is_a_notebook_and_a_heading():
    assert places()["detections"] == [
        dict(notebook="06_detection", heading="3 · Suppress: one winner, many losers")
    ]
    assert len(places()["maps"]) == 2


def test_every_section_has_its_places():
    assert sorted(READ_ON) == sorted(SECTIONS)
    assert all(places().values())


@pytest.mark.parametrize("section", READ_ON)
def test_the_headings_stand_in_the_notebooks(section):
    for notebook, wanted in READ_ON[section].items():
        assert set(wanted) <= set(headings(notebook))
        assert "(more)" not in "".join(wanted)  # JupyterLab folds those
