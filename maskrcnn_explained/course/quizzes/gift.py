"""Quizzes in the GIFT format, which Moodle and other learning platforms import.

Every choice has its explanation as feedback. Of several right choices each gives its share of the
point, and a wrong one takes its share away.

Source: docs.moodle.org, "GIFT format".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maskrcnn_explained.course.quizzes.jupyterquiz_form import quiz_html
from maskrcnn_explained.course.quizzes.quiz import SEVERAL_RIGHT, TYPED_NUMBER, Question, Quiz

GIFT_CATEGORY = "Mask R-CNN explained"


def quizzes_as_gift(quizzes: Sequence[Quiz]) -> str:
    """Filled quizzes as the text of a GIFT file, one category per notebook."""
    parts = []
    for quiz in quizzes:
        parts.append(f"$CATEGORY: {GIFT_CATEGORY}/{quiz.notebook}")
        parts += [_question(key, asked) for key, asked in quiz.by_key().items()]
    return "\n\n".join(parts) + "\n"


def gift_escaped(text: str) -> str:
    """A text without signs that GIFT would take for its own: a backslash before ~ = # { } and :."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", text)


def _question(key: str, asked: Question) -> str:
    title = gift_escaped(f"{key} {asked.topic}")
    text = gift_escaped(quiz_html(asked.text))
    if asked.kind == TYPED_NUMBER:
        answers = _number_answers(asked)
    else:
        answers = [
            f"{mark}{_html(choice.text)}#{_html(choice.explanation)}"
            for mark, choice in zip(_marks(asked), asked.choices, strict=True)
        ]
    start = "{#" if asked.kind == TYPED_NUMBER else "{"
    return "\n".join([f"::{title}::[html]{text}{start}", *answers, "}"])


def _marks(asked: Question) -> list[str]:
    """What stands before each choice: "=" for right and "~" for wrong, or shares of the point."""
    if asked.kind != SEVERAL_RIGHT:
        return ["=" if choice.correct else "~" for choice in asked.choices]
    right = sum(choice.correct for choice in asked.choices)
    wrong = len(asked.choices) - right
    shares = [100 / right if choice.correct else -100 / wrong for choice in asked.choices]
    return [f"~%{share:.5f}".rstrip("0").rstrip(".") + "%" for share in shares]


def _number_answers(asked: Question) -> list[str]:
    """The right number with its tolerance, explained wrong numbers for no points, and any other."""
    lines = []
    for choice in asked.choices:
        share = "" if choice.correct else "%0%"
        feedback = gift_escaped(quiz_html(choice.explanation))
        lines.append(f"={share}{choice.text}:{asked.tolerance:g}#{feedback}")
    return [*lines, f"~#{gift_escaped(quiz_html(asked.otherwise))}"]


def _html(text):
    return f"[html]{gift_escaped(quiz_html(text))}"
