"""Where an answer differs from the right one, in one plain sentence."""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import Case, Exercise
from maskrcnn_explained.course.exercises.values import different_at, same_parts, shape_text, shown


def difference(
    exercise: Exercise, case: Case, mine: list[np.ndarray], wanted: list[np.ndarray]
) -> str:
    """Where and how an answer differs from the right one, in one sentence."""
    where = place_of(exercise, case)
    if len(mine) != len(wanted):
        return f"{where}: yours has {len(mine)} parts, wanted {len(wanted)}: {form_of(wanted)}."
    number, (one, other) = next(
        (number, pair)
        for number, pair in enumerate(zip(mine, wanted, strict=True))
        if not same_parts([pair[0]], [pair[1]], exercise.tolerance)
    )
    if len(wanted) > 1:
        where = f"{where}, part {number + 1} of {len(wanted)}"
    if one.dtype.kind != other.dtype.kind:
        return f"{where}: yours is {form_of([one])}, wanted {form_of([other])}."
    if one.shape != other.shape:
        return f"{where}: the shape of yours is {shape_text(one)}, wanted {shape_text(other)}."
    return f"{where}: {_numbers(one, other, exercise)}"


def _numbers(one, other, exercise):
    """Two arrays of one shape with different numbers."""
    nan = np.isnan(one).sum() if one.dtype.kind == "f" else 0
    if nan and not np.isnan(other).any():
        return f"yours has NaN (not a number) in {nan} of {one.size} places."
    if not exercise.wants_function:
        return f"it is not {shown(one)}."  # the right value stays the learner's to find
    if max(len(shown(one)), len(shown(other))) < 60 and "numbers [" not in shown(one):
        return f"yours {shown(one)}, wanted {shown(other)}"
    at = tuple(different_at(one, other, exercise.tolerance)[0])
    place = f"at [{', '.join(str(index) for index in at)}] " if at else ""
    return f"{place}yours {shown(one[at])}, wanted {shown(other[at])}"


def form_of(parts: list[np.ndarray]) -> str:
    """What an answer must be: text, one number, or numbers of a shape; several with commas."""
    forms = []
    for part in parts:
        numbers = "one number" if not part.shape else f"numbers {shape_text(part)}"
        forms.append("text" if part.dtype.kind == "U" else numbers)
    return ", ".join(forms)


def place_of(exercise: Exercise, case: Case) -> str:
    """The case with its arguments, in short."""
    if not exercise.wants_function:
        return case.name
    pairs = zip(exercise.arguments, case.arguments(), strict=True)
    listed = ", ".join(f"{name} = {shown(value)}" for name, value in pairs)
    return f"{case.name} ({listed})"
