"""Texts of a quiz with their numbers filled in, and the files that keep them.

`filled/03.json` is made by `make quizzes`; a test computes all numbers again and compares.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import string
from typing import Any

from maskrcnn_explained.course.quizzes.quiz import Choice, Question, Quiz

FILLED_FOLDER = pathlib.Path(__file__).parent / "filled"


def fields_of(template: str) -> set[str]:
    """The names of the fields in a text: "{iou:.2f} of {total}" gives {"iou", "total"}.

    Raises:
        ValueError: a brace that is not closed.
    """
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def fill_quiz(quiz: Quiz) -> Quiz:
    """A quiz whose texts have their numbers; they are computed now.

    Raises:
        ValueError: a field has no number of its name, or a number is used nowhere.
    """
    numbers = quiz.numbers()
    texts = [text for question in quiz.questions for text in question.templates()]
    used = set().union(*(fields_of(text) for text in texts))
    if used != set(numbers):
        raise ValueError(
            f"Quiz {quiz.notebook}: fields without a number: {sorted(used - set(numbers))}; "
            f"numbers without a field: {sorted(set(numbers) - used)}."
        )
    questions = tuple(_fill_question(question, numbers) for question in quiz.questions)
    return Quiz(quiz.notebook, questions)


def _fill_question(question, numbers):
    choices = tuple(
        Choice(choice.text.format(**numbers), choice.correct, choice.explanation.format(**numbers))
        for choice in question.choices
    )
    return dataclasses.replace(
        question,
        topic=question.topic.format(**numbers),
        text=question.text.format(**numbers),
        choices=choices,
        otherwise=question.otherwise.format(**numbers),
    )


def quiz_as_json(quiz: Quiz) -> str:
    """A filled quiz as the text of its file."""
    questions = [
        {"key": key} | dataclasses.asdict(question) for key, question in quiz.by_key().items()
    ]
    content = {"notebook": quiz.notebook, "questions": questions}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def filled_quiz(number: str) -> Quiz:
    """The quiz of a notebook with its numbers, from its file; nothing is computed.

    Args:
        number: of the notebook, "03".

    Raises:
        TypeError: the number is no text.
        ValueError: there is no quiz of this number.
    """
    if not isinstance(number, str):
        raise TypeError(f'The notebook must be text such as "03", in quotes; got {number!r}.')
    if number not in filled_numbers():
        there = ", ".join(filled_numbers())
        raise ValueError(f"No quiz of a notebook {number!r}; there are: {there}.")
    text = (FILLED_FOLDER / f"{number}.json").read_text(encoding="utf-8")
    return _from_json(json.loads(text))


def filled_numbers() -> list[str]:
    """The notebooks whose quiz has a file: ["00", ..]."""
    return sorted(path.stem for path in FILLED_FOLDER.glob("[0-9][0-9].json"))


def _from_json(content: dict[str, Any]) -> Quiz:
    questions = []
    for entry in content["questions"]:
        fields = {name: value for name, value in entry.items() if name != "key"}
        fields["choices"] = tuple(Choice(**choice) for choice in fields["choices"])
        questions.append(Question(**fields | {"asks": tuple(fields["asks"])}))
    return Quiz(content["notebook"], tuple(questions))
