"""Quizzes as jupyterquiz reads them."""

import json

import pytest

from maskrcnn_explained.course.quizzes.filling import filled_numbers, filled_quiz
from maskrcnn_explained.course.quizzes.jupyterquiz_form import jupyterquiz_questions, quiz_html
from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Choice,
    Question,
    Quiz,
)

YES, ALSO = Choice("`a` & b", True, "Since a < b."), Choice("both", True, "Right, too.")
NO = Choice("none", False, "One of them is.")
TYPED = Question(
    "How many?",
    (Choice("2.5", True, "It is so."), Choice("-1", False, "A number of things.")),
    kind=TYPED_NUMBER,
    tolerance=0.1,
    otherwise="Count again.",
)


def test_signs_and_code():
    assert quiz_html("`x < 1` & y") == "<code>x &lt; 1</code> &amp; y"


def test_one_right_answer():
    [form] = jupyterquiz_questions(Quiz("03", (Question("Which?", (YES, NO)),)))
    assert form["type"] == "multiple_choice" and form["question"] == "1. Which?"
    assert form["answers"] == [
        {"answer": "<code>a</code> &amp; b", "correct": True, "feedback": "Since a &lt; b."},
        {"answer": "none", "correct": False, "feedback": "One of them is."},
    ]


def test_several_right_answers_are_told():
    asked = Question("Which?", (YES, NO, ALSO), kind=SEVERAL_RIGHT)
    [form] = jupyterquiz_questions(Quiz("03", (asked,)))
    assert form["type"] == "many_choice" and "Several answers are right." in form["question"]
    assert [answer["correct"] for answer in form["answers"]] == [True, False, True]


def test_a_number_is_right_within_its_tolerance():
    [form] = jupyterquiz_questions(Quiz("03", (TYPED,)))
    right, wrong, default = form["answers"]
    assert form["type"] == "numeric" and right["correct"] and not wrong["correct"]
    lower, upper = right["range"]
    assert lower == pytest.approx(2.4) and upper > 2.6 and upper == pytest.approx(2.6)
    assert wrong["range"] == pytest.approx([-1.1, -0.9])
    assert default == {"type": "default", "feedback": "Count again."}


@pytest.mark.parametrize("number", filled_numbers())
def test_every_quiz_has_this_form(number):
    quiz = filled_quiz(number)
    forms = jupyterquiz_questions(quiz)
    assert len(forms) == len(quiz.questions)
    for form, asked in zip(forms, quiz.questions, strict=True):
        told = [answer["feedback"] for answer in form["answers"]]
        assert len(told) == len(asked.choices) + (asked.kind == TYPED_NUMBER) and all(told)
    assert "$" not in json.dumps(forms)  # no formula, so nothing is fetched to draw one
