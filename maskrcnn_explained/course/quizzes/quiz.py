"""What a quiz is: questions, and choices that each say why somebody takes them and what is true.

Texts are templates. A number in them is a field, `{iou:.2f}`: a function computes its value with
the modules of the package, so a quiz cannot say a wrong number. Words between backticks are code.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

# Of a question's choices one is right, or several are; or the learner types a number, and the
# choices are the right number and the wrong numbers that have an explanation.
ONE_RIGHT, SEVERAL_RIGHT, TYPED_NUMBER = "one right", "several right", "number"
QUESTION_KINDS = (ONE_RIGHT, SEVERAL_RIGHT, TYPED_NUMBER)


@dataclasses.dataclass(frozen=True)
class Choice:
    """One answer to choose.

    text: what the learner reads; for TYPED_NUMBER the number alone, "{iou:.2f}".
    correct: whether it is right.
    explanation: shown after the choice: why somebody thinks so, and what is true.
    """

    text: str
    correct: bool
    explanation: str


def right(text: str, explanation: str) -> Choice:
    """A right choice."""
    return Choice(text, True, explanation)


def wrong(text: str, explanation: str) -> Choice:
    """A wrong choice: one that somebody could take."""
    return Choice(text, False, explanation)


@dataclasses.dataclass(frozen=True)
class Question:
    """One question with its choices.

    text: what is asked.
    choices: in the order in which they are shown.
    topic: a few words, the title of the question in exports.
    asks: the numbers (1..20) of the questions in `course.questions.QUESTIONS` that it covers.
    kind: one of QUESTION_KINDS.
    tolerance: TYPED_NUMBER only: how far a typed number may lie from a choice.
    otherwise: TYPED_NUMBER only: what is said to a number that is none of the choices.
    """

    text: str
    choices: tuple[Choice, ...]
    topic: str = ""
    asks: tuple[int, ...] = ()
    kind: str = ONE_RIGHT
    tolerance: float = 0.0
    otherwise: str = ""

    def __post_init__(self) -> None:
        """Raise `ValueError` if the question cannot be asked so."""
        if self.kind not in QUESTION_KINDS:
            raise ValueError(f"kind must be one of {QUESTION_KINDS}; got {self.kind!r}.")
        right = sum(choice.correct for choice in self.choices)
        if right == len(self.choices):
            raise ValueError(f"At least one choice must be wrong: {self.text!r}")
        if (right < 2) if self.kind == SEVERAL_RIGHT else (right != 1):
            raise ValueError(f"{right} choices are right, for {self.kind!r}: {self.text!r}")
        if any(number not in range(1, 21) for number in self.asks):
            raise ValueError(f"asks must be numbers in 1..20; got {self.asks}.")
        typed = self.kind == TYPED_NUMBER
        if typed != (self.tolerance > 0) or typed != bool(self.otherwise):
            raise ValueError(
                f"tolerance and otherwise belong to {TYPED_NUMBER!r} alone: {self.text!r}"
            )

    def templates(self) -> list[str]:
        """Every text of the question, in the order in which it is read."""
        found = [self.topic, self.text]
        for choice in self.choices:
            found += [choice.text, choice.explanation]
        return [*found, self.otherwise]


@dataclasses.dataclass(frozen=True)
class Quiz:
    """The quiz of one notebook.

    notebook: its number, "03".
    questions: in the order in which they are asked.
    numbers: computes the values of all fields, {"iou": 0.14}; a filled quiz has none to fill.
    """

    notebook: str
    questions: tuple[Question, ...]
    numbers: Callable[[], dict[str, Any]] = dict

    def __post_init__(self) -> None:
        """Raise `ValueError` if the notebook is no number of two digits, or nothing is asked."""
        if not re.fullmatch("[0-9]{2}", self.notebook):
            raise ValueError(f'notebook must be its number, "03"; got {self.notebook!r}.')
        if not self.questions:
            raise ValueError(f"The quiz of notebook {self.notebook} has no questions.")

    def by_key(self) -> dict[str, Question]:
        """The questions by key: {"03.q1": ...}. A key follows from the place."""
        return {f"{self.notebook}.q{i}": asked for i, asked in enumerate(self.questions, start=1)}
