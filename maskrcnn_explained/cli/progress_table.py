"""The command `progress`: which exercises of the course have passed, of one learner or of many."""

from __future__ import annotations

import argparse
import pathlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from maskrcnn_explained.course.exercises.exercise import Exercise
    from maskrcnn_explained.course.exercises.progress import Attempts


def progress_options(add: Callable[..., object]) -> None:
    """Give the command its options, by argparse's `add_argument`."""
    text = "a folder of exercise notebooks, or the file of the records in it (without: this folder,"
    text += " or the folder of the exercises in it); for several, one line each"
    add("places", type=pathlib.Path, nargs="*", metavar="FOLDER", help=text)


def progress(arguments: argparse.Namespace) -> None:
    """List the exercises and which of them have passed; for several folders, one line each."""
    from maskrcnn_explained.course.exercises.progress import progress_found, read_progress

    # What is absent or damaged is told before TensorFlow is imported.
    paths = [progress_found(place) for place in arguments.places or [None]]
    entries = {path: read_progress(path) for path in paths}
    from maskrcnn_explained.course.exercises.registry import all_exercises

    if len(entries) > 1:
        print(progress_list(all_exercises(), entries))
        return
    [(path, only)] = entries.items()
    print(progress_table(all_exercises(), only))
    if path is None:
        print("Nothing is stored (none).")
    elif path.exists():
        print(f"From {path}")
    else:
        print(f"There is no file {path} yet: nothing was checked here.")


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


def progress_list(
    exercises: Sequence[Exercise],
    entries: Mapping[pathlib.Path | None, Mapping[str, Attempts]],
) -> str:
    """One line per learner: the file, how many exercises have passed, and which have not yet.

    Args:
        exercises: those of the course.
        entries: of each learner, by the file that they are from.
    """
    lines = []
    for path, found in entries.items():
        tried = {e.key: found[e.key].passed for e in exercises if e.key in found}
        failed = [key for key, passed in tried.items() if not passed and found[key].tries]
        line = f"{path}: {sum(tried.values())} of {len(exercises)} passed"
        lines.append(f"{line}; not yet: {', '.join(failed)}" if failed else line)
    return "\n".join(lines)
