"""The command `progress`: which exercises of the course have passed on this machine."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maskrcnn_explained.course.exercises.exercise import Exercise
    from maskrcnn_explained.course.exercises.progress import Attempts


def progress(arguments: argparse.Namespace) -> None:
    """List the exercises of the notebooks, and which of them have passed here."""
    from maskrcnn_explained.course.exercises.progress import progress_file, read_progress

    path = progress_file() if arguments.file is None else arguments.file
    entries = read_progress(path)  # a damaged file is told before TensorFlow is imported
    if arguments.file is not None and not arguments.file.exists():
        raise FileNotFoundError(f"There is no file {arguments.file}.")
    from maskrcnn_explained.course.exercises.registry import all_exercises

    print(progress_table(all_exercises(), entries))
    print("Nothing is stored (none)." if path is None else f"From {path}")


def progress_table(exercises: Sequence[Exercise], entries: Mapping[str, Attempts]) -> str:
    """One line per exercise, and a last line with the sum.

    Entries of exercises that the course does not have are counted at the end.
    """
    lines = [
        f"{'':<6}{'exercise':<20}{'kind':<14}{'minutes':>7}  {'state':<12}{'tries':>5}{'hints':>6}"
    ]
    passed = 0
    for exercise in exercises:
        entry = entries.get(exercise.key)
        state = "passed" if entry and entry.passed else "not yet" if entry and entry.tries else "-"
        passed += state == "passed"
        tries, hints = (entry.tries, entry.hints) if entry else (0, 0)
        lines.append(
            f"{exercise.key:<6}{exercise.name:<20}{exercise.kind:<14}{exercise.minutes:>7}  "
            f"{state:<12}{tries:>5}{hints:>6}"
        )
    lines.append(f"{passed} of {len(exercises)} passed")
    others = sorted(set(entries) - {exercise.key for exercise in exercises})
    if others:
        lines.append(f"Also recorded, but not in this course: {', '.join(others)}")
    return "\n".join(lines)
