"""Question, cells, quiz items: the table of the twenty questions is in step."""

import json
import shutil

import pytest
from helpers import ROOT

from maskrcnn_explained.course.questions import QUESTIONS
from maskrcnn_explained.course.quizzes import coverage
from maskrcnn_explained.course.quizzes.coverage import items_that_ask, questions_page
from maskrcnn_explained.course.quizzes.filling import filled_quiz

PAGE = ROOT / "teaching" / "questions.md"


def test_the_page_is_in_step():
    assert PAGE.read_text(encoding="utf-8") == questions_page(ROOT / "notebooks"), (
        "run make quizzes"
    )


def test_each_row_has_a_cell_and_a_quiz_item():
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if len(row) == 4][1:]
    assert [row[1] for row in rows] == [question for question, _ in QUESTIONS]
    for number, (_, _, cells, items) in enumerate(rows, start=1):
        path = cells.partition("](../")[2].partition("#")[0]
        assert (ROOT / path).is_file() and "cell" in cells
        keys = items.removesuffix(" |").split(", ")
        assert keys == items_that_ask()[number] != []
        assert all(number in filled_quiz(key[:2]).by_key()[key].asks for key in keys)


def test_a_question_without_a_cell_or_an_item_is_an_error(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns("exercises", "gal*"))
    monkeypatch.setattr(coverage, "filled_numbers", lambda: ["03"])
    with pytest.raises(ValueError, match="No quiz item asks question 1, 'What are deltas"):
        questions_page(folder)
    path = folder / "05_mrcnn_heads.ipynb"
    path.write_text(json.dumps({"cells": []}), encoding="utf-8")
    with pytest.raises(ValueError, match="05_mrcnn_heads.ipynb has no code below a heading"):
        questions_page(folder)
