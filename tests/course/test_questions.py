"""Each of the twenty questions has one home, where a cell shows the answer."""

import json

import pytest
from helpers import ROOT

from maskrcnn_explained.course.questions import QUESTIONS, cells_that_answer, questions_table

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


def headings(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return [line.lstrip("# ") for line in prose.split("\n") if line.startswith("#")]


@pytest.mark.parametrize("question, home", QUESTIONS)
def test_a_question_has_one_home_and_a_cell_shows_the_answer(question, home):
    assert [path.stem for path in NOTEBOOKS if question in headings(path)] == [home]
    cells = cells_that_answer(question, ROOT / "notebooks" / f"{home}.ipynb")
    assert any(cell.get("outputs") for cell in cells)


def test_there_are_twenty_of_them_in_one_list():
    assert len(QUESTIONS) == 20
    assert questions_table(ROOT / "notebooks").count("](") == 20


def test_a_notebook_without_the_question_is_an_error(notebook):
    with pytest.raises(ValueError, match="no code below a heading 'Why"):
        cells_that_answer("Why?", notebook)
