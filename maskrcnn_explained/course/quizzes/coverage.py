"""Where each of the twenty questions is answered, and which quiz items ask it again."""

from __future__ import annotations

import os
import pathlib

from maskrcnn_explained.course.questions import QUESTIONS, cells_that_answer
from maskrcnn_explained.course.quizzes.filling import filled_numbers, filled_quiz

HEAD_OF_QUESTIONS = """\
# Twenty questions that learners ask

Each has one home: a heading in a notebook, and below it cells that show the answer. Quiz items ask
it again; `show_quiz("03")` shows the quiz of notebook 03, and 03.q2 is its second question.
(`make quizzes` writes this page.)
"""


def items_that_ask() -> dict[int, list[str]]:
    """The keys of the quiz items that cover each question: {1: ["05.q1", ..], ..}, 1 to 20."""
    found: dict[int, list[str]] = {number: [] for number in range(1, len(QUESTIONS) + 1)}
    for notebook in filled_numbers():
        for key, asked in filled_quiz(notebook).by_key().items():
            for number in asked.asks:
                found[number].append(key)
    return found


def questions_page(notebooks: str | os.PathLike) -> str:
    """The page `teaching/questions.md`: question, cells that answer it, quiz items.

    Args:
        notebooks: the folder of the notebooks; links lead there from a folder beside it.

    Raises:
        FileNotFoundError: a notebook is not there.
        ValueError: a question has no cell below its heading, or no quiz item asks it.
    """
    folder, items = pathlib.Path(notebooks), items_that_ask()
    lines = ["| | question | its cells | quiz items |", "|---|---|---|---|"]
    for number, (question, notebook) in enumerate(QUESTIONS, start=1):
        cells = len(cells_that_answer(question, folder / f"{notebook}.ipynb"))
        if not items[number]:
            raise ValueError(f"No quiz item asks question {number}, {question!r}.")
        place = f"../{folder.name}/{notebook}.ipynb#{question.replace(' ', '-')}"
        cell_word = "1 cell" if cells == 1 else f"{cells} cells"
        asked = ", ".join(items[number])
        lines.append(f"| {number} | {question} | [{notebook}]({place}), {cell_word} | {asked} |")
    return "\n".join([HEAD_OF_QUESTIONS, *lines]) + "\n"
