"""The verdict on an answer. Nothing is printed or stored here, and no learner's error gets out."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import traceback
from collections.abc import Callable
from typing import Any

from maskrcnn_explained.course.exercises.difference import difference, form_of, place_of
from maskrcnn_explained.course.exercises.exercise import (
    Case,
    Exercise,
    both_at_once,
    outcome,
)
from maskrcnn_explained.course.exercises.time_limit import TookTooLong, time_limit
from maskrcnn_explained.course.exercises.values import (
    NotNumbers,
    parts_of,
    same_parts,
)

PASSED, NOT_ATTEMPTED, FAILED = "passed", "not attempted", "not yet"
KNOWN = "known mistake"
SECONDS_PER_CASE = 20.0  # seconds that a learner's function may take for one case


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What is said about an answer.

    key: of the exercise; state: PASSED, NOT_ATTEMPTED, KNOWN (a mistake that has its own sentence)
    or FAILED; sentence: one line, "" if the state says all.
    """

    key: str
    state: str
    sentence: str = ""

    def line(self) -> str:
        """The verdict in one line, as `check` prints it."""
        if self.state == PASSED:
            return f"{self.key} passed."
        if self.state == NOT_ATTEMPTED:
            why = f": {self.sentence}" if self.sentence else "."
            return f'{self.key} not attempted{why} hint("{self.key}") helps.'
        return f"{self.key} not yet: {self.sentence}"


class _Stopped(Exception):
    """The learner's function raised; the message says what."""


def judge(exercise: Exercise, answer: Any) -> Judgement:
    """The verdict on an answer.

    Args:
        exercise: what was asked.
        answer: the learner's function, or the learner's value.

    The learner's function gets copies of the arguments. Whatever it raises becomes a sentence;
    `NotImplementedError`, None and ... mean that it is not attempted. `KeyboardInterrupt` (the
    learner stops the cell) gets out. A function that does not end is stopped after SECONDS_PER_CASE
    where `time_limit` can do that: on Linux and macOS, on the main thread. Elsewhere it runs on
    until the learner stops the cell.
    """
    key = exercise.key
    if answer is None or answer is ...:
        return Judgement(key, NOT_ATTEMPTED)
    problem = _wrong_kind(exercise, answer)
    if problem:
        return Judgement(key, FAILED, problem)
    try:
        given = [_answer_for(exercise, case, answer) for case in exercise.cases]
    except NotImplementedError:
        return Judgement(key, NOT_ATTEMPTED)
    except _Stopped as stop:
        return Judgement(key, FAILED, str(stop))
    if any(value is None or value is ... for value in given):
        return _nothing_returned(exercise, given)
    return _compared(exercise, given)


def _wrong_kind(exercise, answer):
    """A sentence if a value is given for a function, or the other way round; else ""."""
    name, key = exercise.name, exercise.key
    if exercise.wants_function and not callable(answer):
        return f'give the function itself, without brackets: check("{key}", {name}).'
    if not exercise.wants_function:
        if callable(answer):
            return f"give the value, not a function: {exercise.asks}"
        return ""
    try:
        inspect.signature(answer).bind(*exercise.arguments)
    except ValueError:  # some functions written in C do not tell
        return ""
    except TypeError:
        wanted = ", ".join(exercise.arguments)
        return f"your function must take ({wanted}), in this order; it takes {_takes(answer)}."
    return ""


def _takes(answer):
    names = list(inspect.signature(answer).parameters)
    return f"({', '.join(names)})" if names else "nothing"


def _answer_for(exercise, case: Case, answer):
    """The learner's answer for a case.

    Raises `NotImplementedError` as the learner's function does, `_Stopped` for other errors.
    """
    if not exercise.wants_function:
        return answer
    # Copies: what the function changes is changed for it alone.
    arguments = copy.deepcopy(case.arguments())
    try:
        with time_limit(SECONDS_PER_CASE):
            return answer(*arguments)
    except NotImplementedError as error:
        blank = _blank_of_another(error, answer)
        if blank:
            raise _Stopped(f"your function calls {blank}, which is not attempted yet.") from None
        raise
    except TookTooLong:
        raise _Stopped(
            f"{place_of(exercise, case)}: your function did not end within "
            f"{SECONDS_PER_CASE:g} seconds: is there a loop that never ends?"
        ) from None
    except (Exception, SystemExit) as error:
        raise _Stopped(_told_of(error, answer)) from None


def _blank_of_another(error, answer: Callable):
    """The name of the function that raised, if it is another one of the learner; else ""."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ran = [frame.f_code for frame in frames]
    own = getattr(answer, "__code__", None)
    is_theirs = frames[-1].f_globals is getattr(answer, "__globals__", None)
    return ran[-1].co_name if own in ran and ran[-1] is not own and is_theirs else ""


def _told_of(error, answer: Callable):
    """What a learner's error was, in one line."""
    text = " ".join(str(error).split())
    text = text if len(text) <= 200 else text[:200].rstrip() + " ..."
    place = ""
    code = getattr(answer, "__code__", None)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code is code:
            place = f" in line {line - code.co_firstlineno + 1} of it"
    named = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"your function stopped{place}: {named}"


def _nothing_returned(exercise, given):
    """None for every case is a stub; None for some of them is a mistake."""
    empty = [case for case, value in zip(exercise.cases, given, strict=True) if value is None]
    if len(empty) < len(given) and empty:
        where = place_of(exercise, empty[0])
        return Judgement(exercise.key, FAILED, f"{where}: your function returns nothing.")
    forgot = exercise.wants_function and len(empty) == len(given)
    why = "your function returns nothing. Is its return missing?" if forgot else ""
    return Judgement(exercise.key, NOT_ATTEMPTED, why)


def _compared(exercise, given):
    """The verdict on what an answer gave for each case."""
    key, tolerance = exercise.key, exercise.tolerance
    right = [parts_of(outcome(exercise.right, case)) for case in exercise.cases]
    yours = []
    for case, value, wanted in zip(exercise.cases, given, right, strict=True):
        try:
            yours.append(parts_of(value))
        except NotNumbers as problem:
            where = place_of(exercise, case)
            text = f"{where}: yours is {problem}, wanted {form_of(wanted)}."
            return Judgement(key, FAILED, text)
    if _all_same(yours, right, tolerance):
        return Judgement(key, PASSED)
    for known in (*exercise.wrong, *both_at_once(exercise)):
        if _all_same(yours, _parts_or_none(known.answer, exercise.cases), tolerance):
            return Judgement(key, KNOWN, known.sentence)
    case, mine, wanted = next(
        found
        for found in zip(exercise.cases, yours, right, strict=True)
        if not same_parts(found[1], found[2], tolerance)
    )
    return Judgement(key, FAILED, difference(exercise, case, mine, wanted))


def _parts_or_none(function, cases):
    """What a wrong answer gives for each case; [] where it raises, for nobody has such numbers."""
    found = []
    for case in cases:
        try:
            found.append(parts_of(outcome(function, case)))
        except (ValueError, TypeError, IndexError, ArithmeticError):
            found.append([])
    return found


def _all_same(ones, others, tolerance):
    pairs = zip(ones, others, strict=True)
    return all(same_parts(one, other, tolerance) for one, other in pairs)
