"""Quizzes in the notebooks: one per notebook, before the summary, and as they are now."""

import json

import nbformat
import pytest
from helpers import ROOT

from maskrcnn_explained.course.quizzes.filling import filled_quiz
from maskrcnn_explained.course.quizzes.jupyterquiz_form import jupyterquiz_questions

PATHS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


@pytest.fixture
def shower(monkeypatch):
    """The script that puts quizzes into the notebooks, as a module."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import show_quizzes

    return show_quizzes


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_stored_quiz_is_the_quiz_as_it_is_now(shower, path):
    notebook = nbformat.read(path, as_version=4)
    cell = shower.quiz_cell(notebook)
    assert cell.source == f'mrx.course.show_quiz("{path.stem[:2]}")'
    place = notebook.cells.index(cell)
    assert notebook.cells[place - 1].source.startswith("## Quiz\n")
    assert notebook.cells[place + 1].source.startswith("## Summary\n")
    *_, script = (output.data for output in cell.outputs)
    stored = script["application/javascript"].partition("=")[2]
    questions, _ = json.JSONDecoder().raw_decode(stored)
    assert questions == jupyterquiz_questions(filled_quiz(path.stem[:2])), "run make quizzes"


def test_a_notebook_has_one_quiz(shower):
    cells = [nbformat.v4.new_code_cell('mrx.course.show_quiz("03")') for _ in range(2)]
    with pytest.raises(ValueError, match="found 2"):
        shower.quiz_cell(nbformat.v4.new_notebook(cells=cells))


@pytest.mark.slow
def test_another_run_stores_the_same_bytes(shower):
    notebook = nbformat.read(PATHS[3], as_version=4)
    cell = shower.quiz_cell(notebook)
    first, second = shower.shown([cell.source, cell.source])
    assert first == second == cell.outputs
