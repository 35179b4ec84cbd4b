"""Quizzes as files for print and for learning platforms."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Sequence

from maskrcnn_explained._files import require_writable_file, write_bytes
from maskrcnn_explained.course.quizzes.filling import filled_numbers, filled_quiz
from maskrcnn_explained.course.quizzes.gift import quizzes_as_gift
from maskrcnn_explained.course.quizzes.jupyterquiz_form import jupyterquiz_questions
from maskrcnn_explained.course.quizzes.plain_text import quizzes_as_text
from maskrcnn_explained.course.quizzes.qti import quizzes_as_qti
from maskrcnn_explained.course.quizzes.quiz import Quiz

ALL_NOTEBOOKS = "all"
# What the name of a file of each form ends in.
QUIZ_FORMS = {"text": ".txt", "gift": ".gift", "qti": ".zip", "jupyterquiz": ".json"}


def export_quizzes(
    number: str, output: str | os.PathLike, quiz_form: str = "text"
) -> dict[str, int]:
    """Write the quiz of a notebook, or all of them, as one file.

    Args:
        number: of a notebook, "03", or "all".
        output: the file. Its name ends as QUIZ_FORMS says.
        quiz_form: "text" to print, "gift" for Moodle, "qti" for Canvas and others, "jupyterquiz"
            for pages of your own.

    Returns:
        How many questions of each notebook are in it: {"03": 8}.

    Raises:
        TypeError: the number is no text.
        ValueError: no such quiz or form, or the name of the file ends otherwise.
        OSError: the file cannot be written there.
    """
    if quiz_form not in QUIZ_FORMS:
        forms = ", ".join(QUIZ_FORMS)
        raise ValueError(f"quiz_form must be one of {forms}; got {quiz_form!r}.")
    require_writable_file(pathlib.Path(output), QUIZ_FORMS[quiz_form])
    numbers = filled_numbers() if number == ALL_NOTEBOOKS else [number]
    quizzes = [filled_quiz(one) for one in numbers]
    write_bytes(output, _content(quizzes, quiz_form))
    return {quiz.notebook: len(quiz.questions) for quiz in quizzes}


def _content(quizzes: Sequence[Quiz], quiz_form: str) -> bytes:
    """The bytes of the file."""
    if quiz_form == "qti":
        return quizzes_as_qti(quizzes)
    if quiz_form == "gift":
        return quizzes_as_gift(quizzes).encode()
    if quiz_form == "text":
        return quizzes_as_text(quizzes).encode()
    questions = [form for quiz in quizzes for form in jupyterquiz_questions(quiz)]
    return (json.dumps(questions, indent=1, ensure_ascii=False) + "\n").encode()
