"""Which checks have passed: a small JSON file in the learner's folder, beside the notebooks.

Nothing leaves the machine. The variable MASKRCNN_EXPLAINED_PROGRESS names another file; if it is
"none", nothing is stored. An exercise that has passed once stays passed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
from typing import Any

from filelock import FileLock

from maskrcnn_explained._files import atomic_write

PROGRESS_VARIABLE = "MASKRCNN_EXPLAINED_PROGRESS"
FORMAT, VERSION = "maskrcnn_explained progress", 1
PROGRESS_NAME = "maskrcnn_explained_progress.json"
EXERCISE_FOLDERS = ("notebooks/exercises", "exercises")  # from the repository, from notebooks/
WAIT = 10  # seconds, for another notebook that writes at this moment


@dataclasses.dataclass(frozen=True)
class Attempts:
    """What is known of one exercise.

    passed: whether a check has passed, ever; tries: checks of an attempted answer, until it passed;
    hints: how many hints were given.
    """

    passed: bool = False
    tries: int = 0
    hints: int = 0


def progress_file() -> pathlib.Path | None:
    """The file that a check writes to: in the current folder; None: nothing is stored.

    The current folder of a notebook is the one that the notebook is in.
    """
    named = os.environ.get(PROGRESS_VARIABLE)
    if named == "none":
        return None
    if named:
        return pathlib.Path(named)
    return pathlib.Path(PROGRESS_NAME)


def progress_found(place: pathlib.Path | None = None) -> pathlib.Path | None:
    """The file of the records for somebody who wants to read them.

    Args:
        place: the file, or its folder. Without it: the file that a check here would write to, or
            else the one in the folder of the exercises, seen from the repository or `notebooks`.

    Returns None if nothing is stored, and a path that may be absent if nothing is stored yet.

    Raises:
        FileNotFoundError: nothing is at this place.
    """
    if place is None:
        here = progress_file()
        if os.environ.get(PROGRESS_VARIABLE) or here is None or here.exists():
            return here
        below = (pathlib.Path(folder, PROGRESS_NAME) for folder in EXERCISE_FOLDERS)
        return next((path for path in below if path.exists()), here)
    path = place / PROGRESS_NAME if place.is_dir() else place
    if not path.exists():
        raise FileNotFoundError(
            f"There is no file {path}. The first `check` of an answer writes {PROGRESS_NAME} "
            "into the folder of its notebook."
        )
    return path


def read_progress(path: pathlib.Path | None) -> dict[str, Attempts]:
    """The entries of a file by key of the exercise; {} if there is no file.

    Raises:
        ValueError: the file is damaged, is no such file, or is of a later version.
        OSError: it cannot be read.
    """
    if path is None or not path.exists():
        return {}
    help_text = "Nothing in it was changed. Move it away to begin a new one."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # no JSON, or no text
        raise ValueError(f"{path} is damaged: {error}. {help_text}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"{path} is no file of progress: {FORMAT!r} is not in it. {help_text}")
    if content.get("version") != VERSION:
        found = content.get("version")
        raise ValueError(f"{path} is of version {found!r}; this one reads {VERSION}. {help_text}")
    try:
        return {str(key): _entry(values) for key, values in content["exercises"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is damaged: {error!r}. {help_text}") from error


def _entry(values: dict[str, Any]) -> Attempts:
    entry = Attempts(**values)
    numbers = (entry.tries, entry.hints)
    if not isinstance(entry.passed, bool) or not all(type(n) is int and n >= 0 for n in numbers):
        raise TypeError(f"an entry is {values}")
    return entry


def _write(path, entries):
    exercises = {key: dataclasses.asdict(entry) for key, entry in sorted(entries.items())}
    content = {"format": FORMAT, "version": VERSION, "exercises": exercises}
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def record_check(path: pathlib.Path, key: str, passed: bool) -> Attempts:
    """Add one check of an attempted answer; the new entry. Errors as for `read_progress`."""

    def changed(entry: Attempts) -> Attempts:
        if entry.passed:
            return entry
        return dataclasses.replace(entry, passed=passed, tries=entry.tries + 1)

    return _change(path, key, changed)


def record_hint(path: pathlib.Path, key: str) -> Attempts:
    """Add one hint; the new entry. Errors as for `read_progress`."""
    return _change(path, key, lambda entry: dataclasses.replace(entry, hints=entry.hints + 1))


def _change(path, key, change):
    """Change one entry of the file, while no other notebook does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock"), timeout=WAIT):
        entries = read_progress(path)
        entries[key] = change(entries.get(key, Attempts()))
        _write(path, entries)
    return entries[key]
