"""Quizzes as files: each form, all notebooks or one, and what is refused."""

import json

import pytest

from maskrcnn_explained.course.quizzes.export import QUIZ_FORMS, export_quizzes
from maskrcnn_explained.course.quizzes.filling import filled_numbers, filled_quiz


@pytest.mark.parametrize("form", QUIZ_FORMS)
def test_each_form_is_written(form, here):
    path = here / f"quiz{QUIZ_FORMS[form]}"
    assert export_quizzes("03", path, form) == {"03": len(filled_quiz("03").questions)}
    one = path.read_bytes()
    found = export_quizzes("all", path, form)
    assert list(found) == filled_numbers() and len(path.read_bytes()) > len(one)
    assert [file.name for file in here.iterdir()] == [path.name]


def test_jupyterquiz_reads_the_whole_list(here):
    found = export_quizzes("all", here / "all.json", "jupyterquiz")
    questions = json.loads((here / "all.json").read_text(encoding="utf-8"))
    assert len(questions) == sum(found.values())


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("99", "a.txt"), "No quiz of a notebook '99'; there are: 00"),
        (("03", "a.gift"), "The name of a.gift must end in .txt"),
        (("03", "a.txt", "word"), "quiz_form must be one of text, gift, qti, jupyterquiz; got"),
    ],
)
def test_what_is_refused_before_anything_is_written(arguments, told, here):
    with pytest.raises(ValueError, match=told):
        export_quizzes(*arguments)
    assert list(here.iterdir()) == []


def test_a_folder_that_is_not_there(here):
    with pytest.raises(FileNotFoundError, match="absent"):
        export_quizzes("03", here / "absent" / "a.txt")
