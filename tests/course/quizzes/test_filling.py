"""Texts get their numbers; the stored quizzes are in step with what the modules compute."""

import dataclasses
import json

import pytest
from helpers import ROOT

from maskrcnn_explained.course.quizzes.filling import (
    FILLED_FOLDER,
    fields_of,
    fill_quiz,
    filled_numbers,
    filled_quiz,
    quiz_as_json,
)
from maskrcnn_explained.course.quizzes.quiz import Choice, Question, Quiz
from maskrcnn_explained.course.quizzes.registry import quiz_numbers, quiz_of

ASKED = Question(
    "What is {a} + {b}?",
    (Choice("{total}", True, "It is {total:.1f}."), Choice("{b}", False, "You forgot {a}.")),
)
SUMS = Quiz("03", (ASKED,), lambda: {"a": 1, "b": 2, "total": 3})


def test_fields_of_a_text():
    assert fields_of("{iou:.2f} of {total}, {{not}} {iou}") == {"iou", "total"}


def test_numbers_are_filled_in_everywhere():
    [question] = fill_quiz(SUMS).questions
    assert question.text == "What is 1 + 2?"
    assert question.choices[0] == Choice("3", True, "It is 3.0.")
    assert question.choices[1] == Choice("2", False, "You forgot 1.")


@pytest.mark.parametrize(
    "numbers, told",
    [
        ({"a": 1, "b": 2}, r"fields without a number: \['total'\]"),
        ({"a": 1, "b": 2, "total": 3, "c": 4}, r"numbers without a field: \['c'\]"),
    ],
)
def test_fields_and_numbers_belong_together(numbers, told):
    with pytest.raises(ValueError, match=told):
        fill_quiz(dataclasses.replace(SUMS, numbers=lambda: numbers))


@pytest.mark.parametrize("number", quiz_numbers())
def test_the_stored_quiz_is_in_step(number):
    """Every number in every quiz is computed here, again."""
    filled = fill_quiz(quiz_of(number))
    stored = (FILLED_FOLDER / f"{number}.json").read_text(encoding="utf-8")
    assert stored == quiz_as_json(filled), "run make quizzes"
    assert filled_quiz(number) == filled
    assert list(filled.by_key()) == [entry["key"] for entry in json.loads(stored)["questions"]]


def test_every_quiz_is_stored_and_belongs_to_a_notebook():
    assert filled_numbers() == quiz_numbers()
    notebooks = {path.stem[:2] for path in (ROOT / "notebooks").glob("[01]*.ipynb")}
    assert set(quiz_numbers()) <= notebooks


def test_a_quiz_that_is_not_there():
    with pytest.raises(ValueError, match="No quiz of a notebook '77'; there are: "):
        filled_quiz("77")
    with pytest.raises(TypeError, match='"03", in quotes; got 3'):
        filled_quiz(3)
