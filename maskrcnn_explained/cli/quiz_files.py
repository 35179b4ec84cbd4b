"""The command `quiz`: quizzes of the course as files for print and for learning platforms."""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Callable

# The forms of `course.quizzes.export`; a test compares.
FORM_NAMES = ("text", "gift", "qti", "jupyterquiz")


def quiz_options(add: Callable[..., object]) -> None:
    """The options of `quiz`."""
    add("number", metavar="NN", help="the notebook, such as 03, or all")
    text = "text to print, gift for Moodle, qti for Canvas, or jupyterquiz's own (text)"
    add("--form", choices=FORM_NAMES, default="text", help=text)
    text = "the file to write: .txt, .gift, .zip or .json, as the form wants it"
    add("-o", "--output", type=pathlib.Path, required=True, metavar="FILE", help=text)


def quiz(arguments: argparse.Namespace) -> None:
    """Write the quiz of a notebook as text, or for Moodle (GIFT), Canvas (QTI) or jupyterquiz."""
    from maskrcnn_explained.course.quizzes.export import export_quizzes

    found = export_quizzes(arguments.number, arguments.output, arguments.form)
    quizzes = "1 quiz" if len(found) == 1 else f"{len(found)} quizzes"
    print(f"{arguments.output}: {quizzes}, {sum(found.values())} questions, as {arguments.form}")
