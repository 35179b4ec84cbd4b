"""What a learner calls in a notebook: `check`, `hint` and `solution`.

A check prints one line and records whether it passed. If the record cannot be written, the line
says so, and nothing else changes.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from filelock import Timeout

from maskrcnn_explained.course.exercises.printed import FirstLetters
from maskrcnn_explained.course.exercises.progress import (
    PROGRESS_VARIABLE,
    progress_file,
    read_progress,
    record_check,
    record_hint,
)
from maskrcnn_explained.course.exercises.registry import find_exercise
from maskrcnn_explained.course.exercises.verdict import NOT_ATTEMPTED, PASSED, judge

ABSENT = object()  # no answer was given; None is an answer: a blank

# Hints given by this process, for those who store nothing.
_hints_here: dict[str, int] = {}


def check(key: str, answer: Any = ABSENT) -> None:
    """Judge an answer, print the verdict in one line, and record it.

    What your function prints is shown above that line, up to MOST_LETTERS of `printed`. A function
    that does not end is stopped after 20 seconds per case, on Linux and macOS (see `judge`).

    Args:
        key: of the exercise, "03.3".
        answer: your function (the function itself, not its result), or your value.

    Raises:
        TypeError, ValueError: there is no such exercise, or no answer. No error of your function
            gets out.
    """
    exercise = find_exercise(key)
    if answer is ABSENT:
        wanted = f'check("{key}", {exercise.name})'
        raise TypeError(f"check takes your answer as well, with its name: {wanted}.")
    stream = FirstLetters(sys.stdout)
    with contextlib.redirect_stdout(stream):
        verdict = judge(exercise, answer)
    remarks = stream.finish()
    if verdict.state != NOT_ATTEMPTED:
        remarks += _stored(lambda path: record_check(path, key, verdict.state == PASSED))
    print(verdict.line() + remarks)


def hint(key: str) -> None:
    """Print the next hint of an exercise; after the last one, the last one again.

    Args:
        key: of the exercise, "03.3".

    Raises:
        TypeError, ValueError: there is no such exercise.
    """
    hints = find_exercise(key).hints
    number = min(_hints_given(key), len(hints) - 1)
    text = f"{key} hint {number + 1} of {len(hints)}: {hints[number]}"
    if number == len(hints) - 1:
        text += f' This was the last hint; solution("{key}") shows the code of the package.'
    _hints_here[key] = number + 1
    print(text + _stored(lambda path: record_hint(path, key)))


def _hints_given(key):
    """How many hints were given before: by this process, or as the file tells."""
    try:
        entry = read_progress(progress_file()).get(key)
    except (ValueError, OSError):
        entry = None
    return max(_hints_here.get(key, 0), entry.hints if entry else 0)


def _stored(store):
    """Write a record. Returns what is added to the line: "", or why it was not written."""
    path = progress_file()
    if path is None:
        return ""
    try:
        store(path)
    except (ValueError, OSError, Timeout) as error:
        return f" (Not recorded: {error} The variable {PROGRESS_VARIABLE} can name another file.)"
    return ""


def solution(key: str) -> None:
    """Show the code of the package that solves an exercise.

    Args:
        key: of the exercise, "03.3".

    Raises:
        TypeError, ValueError: there is no such exercise.
    """
    from maskrcnn_explained.viz.source import show_source

    show_source(find_exercise(key).source)
