"""Quizzes as plain text, to print: the questions first, the key with all explanations last."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from maskrcnn_explained.course.quizzes.quiz import SEVERAL_RIGHT, TYPED_NUMBER, Question, Quiz

CHOICE_LETTERS = "abcdefgh"
TEXT_WIDTH = 88


def quizzes_as_text(quizzes: Sequence[Quiz]) -> str:
    """Filled quizzes, one below the other, and then their keys."""
    sheets = [_sheet(quiz) for quiz in quizzes]
    keys = [_key(quiz) for quiz in quizzes]
    return "\n\n".join([*sheets, *keys]) + "\n"


def _sheet(quiz: Quiz) -> str:
    """What learners get: questions and choices."""
    parts = [f"Quiz of notebook {quiz.notebook}"]
    for key, asked in quiz.by_key().items():
        lines = [_wrapped(f"{key}  {asked.text}{_note(asked)}", "")]
        if asked.kind == TYPED_NUMBER:
            lines.append("    Your number: ________")
        else:
            lines += [_wrapped(f"{letter}) {c.text}", "    ") for letter, c in _lettered(asked)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _key(quiz: Quiz) -> str:
    """What the instructor keeps: the right answers, and why somebody takes the others."""
    parts = [f"Key of notebook {quiz.notebook}"]
    for key, asked in quiz.by_key().items():
        right = ", ".join(name for name, choice in _names(asked) if choice.correct)
        lines = [f"{key}  {right}"]
        for name, choice in _names(asked):
            mark = "right" if choice.correct else "wrong"
            lines.append(_wrapped(f"{name} ({mark}): {choice.explanation}", "    "))
        if asked.kind == TYPED_NUMBER:
            lines.append(_wrapped(f"any other number: {asked.otherwise}", "    "))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _lettered(asked):
    return list(zip(CHOICE_LETTERS, asked.choices, strict=False))


def _names(asked: Question):
    """Choices with their letters, or with their numbers where a number is typed."""
    if asked.kind == TYPED_NUMBER:
        return [(choice.text, choice) for choice in asked.choices]
    return _lettered(asked)


def _note(asked):
    return " (Several answers are right.)" if asked.kind == SEVERAL_RIGHT else ""


def _wrapped(text, indent):
    return textwrap.fill(text, TEXT_WIDTH, initial_indent=indent, subsequent_indent=indent + "   ")
