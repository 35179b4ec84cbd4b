"""All exercises, found by their key; the module of a notebook is imported when first asked for."""

from __future__ import annotations

import importlib
import pathlib

from maskrcnn_explained.course.exercises.exercise import Exercise

PREFIX = "maskrcnn_explained.course.exercises.nb"


def notebook_numbers() -> list[str]:
    """The notebooks that have exercises: ["03", ..]. Each has a module `nb03.py` in this folder."""
    paths = pathlib.Path(__file__).parent.glob("nb[0-9][0-9].py")
    return sorted(path.stem.removeprefix("nb") for path in paths)


def exercises_of(number: str) -> dict[str, Exercise]:
    """The exercises of a notebook by key, in order: {"03.1": ...}.

    Raises:
        ValueError: there is no module for this number.
    """
    if number not in notebook_numbers():
        there = ", ".join(notebook_numbers())
        raise ValueError(f"No exercises of a notebook {number!r}; there are: {there}.")
    module = importlib.import_module(f"{PREFIX}{number}")
    return {exercise.key: exercise for exercise in getattr(module, f"EXERCISES_{number}")}


def find_exercise(key: str) -> Exercise:
    """The exercise of a key such as "03.3".

    Raises:
        TypeError: the key is no text.
        ValueError: there is no such exercise; the message lists those of the notebook.
    """
    if not isinstance(key, str):
        raise TypeError(f'The key must be text such as "03.3", in quotes; got {key!r}.')
    number = key.partition(".")[0]
    if number not in notebook_numbers():
        there, meant = ", ".join(notebook_numbers()), key.strip().zfill(4)
        wish = f'Did you mean "{meant}"? ' if meant[:2] in notebook_numbers() else ""
        raise ValueError(
            f"No exercise {key!r}. {wish}"
            f'A key is a notebook and a number, "03.3"; notebooks: {there}.'
        )
    found = exercises_of(number)
    if key not in found:
        listed = ", ".join(f"{other} ({exercise.name})" for other, exercise in found.items())
        raise ValueError(f"No exercise {key!r}; notebook {number} has: {listed}.")
    return found[key]


def all_exercises() -> list[Exercise]:
    """Every exercise of the course, in order; this imports all their modules."""
    return [exercise for number in notebook_numbers() for exercise in exercises_of(number).values()]
