"""A filled quiz in the form of the package jupyterquiz: a list that it shows in a notebook.

Source: the README of jupyterquiz (types `multiple_choice`, `many_choice`, `numeric`).
"""

from __future__ import annotations

import html
import math
import re
from typing import Any

from maskrcnn_explained.course.quizzes.quiz import (
    ONE_RIGHT,
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Choice,
    Question,
    Quiz,
)

TYPE_NAMES = {
    ONE_RIGHT: "multiple_choice",
    SEVERAL_RIGHT: "many_choice",
    TYPED_NUMBER: "numeric",
}
# What a learner has to know to answer.
HOW_TO_ANSWER = {
    SEVERAL_RIGHT: " <em>Several answers are right.</em>",
    TYPED_NUMBER: " <em>Type it and press Enter.</em>",
}


def jupyterquiz_questions(quiz: Quiz) -> list[dict[str, Any]]:
    """The questions of a filled quiz, each as jupyterquiz reads it.

    Choices stand one below the other. A typed number is right within the tolerance of its question.
    """
    return [_question(number, asked) for number, asked in enumerate(quiz.questions, start=1)]


def quiz_html(text: str) -> str:
    """A text as HTML: signs escaped, words between backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def _question(number: int, asked: Question) -> dict[str, Any]:
    text = f"{number}. {quiz_html(asked.text)}{HOW_TO_ANSWER.get(asked.kind, '')}"
    form: dict[str, Any] = {"type": TYPE_NAMES[asked.kind], "question": text}
    if asked.kind == TYPED_NUMBER:
        answers = [_typed(choice, asked.tolerance) for choice in asked.choices]
        form["answers"] = [*answers, {"type": "default", "feedback": quiz_html(asked.otherwise)}]
    else:
        form["answer_cols"] = 1
        form["answers"] = [
            {"answer": quiz_html(choice.text), **_judgement(choice)} for choice in asked.choices
        ]
    return form


def _typed(choice: Choice, tolerance: float) -> dict[str, Any]:
    """A range of numbers; jupyterquiz leaves its upper end out, so it lies a little higher."""
    value = float(choice.text)
    upper = math.nextafter(value + tolerance, math.inf)
    return {"type": "range", "range": [value - tolerance, upper], **_judgement(choice)}


def _judgement(choice: Choice) -> dict[str, Any]:
    return {"correct": choice.correct, "feedback": quiz_html(choice.explanation)}
