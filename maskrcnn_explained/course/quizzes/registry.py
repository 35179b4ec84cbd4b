"""All quizzes, found by the number of their notebook, and imported when first asked for."""

from __future__ import annotations

import importlib
import pathlib

from maskrcnn_explained.course.quizzes.quiz import Quiz

QUIZ_PREFIX = "maskrcnn_explained.course.quizzes.q"


def quiz_numbers() -> list[str]:
    """The notebooks that have a quiz: ["00", ..]. Each has a module `q03.py` in this folder."""
    paths = pathlib.Path(__file__).parent.glob("q[0-9][0-9].py")
    return sorted(path.stem.removeprefix("q") for path in paths)


def quiz_of(number: str) -> Quiz:
    """The quiz of a notebook, with texts that are not filled yet.

    Args:
        number: "03"; the module `q03.py` holds `QUIZ_03`.

    Raises:
        ValueError: there is no module for this number.
    """
    if number not in quiz_numbers():
        there = ", ".join(quiz_numbers())
        raise ValueError(f"No quiz of a notebook {number!r}; there are: {there}.")
    return getattr(importlib.import_module(f"{QUIZ_PREFIX}{number}"), f"QUIZ_{number}")


def all_quizzes() -> list[Quiz]:
    """Every quiz of the course, in order; this imports all their modules."""
    return [quiz_of(number) for number in quiz_numbers()]
