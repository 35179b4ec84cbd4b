"""What an exercise is: what is asked, what judges it, on which cases, and what usually goes wrong.

The learner's answer is a function, or a value. The right answer is never written down: a function
of the package computes it, for each case. A wrong answer that many learners give has a sentence of
its own, and a function that makes the same mistake: who gets its numbers made this mistake.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

IMPLEMENT, COMPUTE, PREDICT, FIND_THE_BUG = "implement", "compute", "predict", "find the bug"
EXERCISE_KINDS = (IMPLEMENT, COMPUTE, PREDICT, FIND_THE_BUG)


@dataclasses.dataclass(frozen=True)
class Case:
    """One set of arguments on which an answer is judged.

    name: as the learner reads it: "by hand", "random", "the coins".
    make: gives the arguments as a tuple; it runs once, when somebody first asks for a check.
    """

    name: str
    make: Callable[[], tuple]

    def arguments(self) -> tuple:
        """The arguments. They are shared: who hands them to a learner hands over copies."""
        return _made(self.make)


@dataclasses.dataclass(frozen=True)
class WrongAnswer:
    """A mistake that learners make, and how to recognise it.

    sentence: what they are told, one or two short sentences in plain English.
    answer: takes what the right answer takes, and makes this mistake.
    """

    sentence: str
    answer: Callable[..., Any]


@dataclasses.dataclass(frozen=True)
class Exercise:
    """One exercise.

    key: notebook and number, "03.3".
    name: of the function or value that the learner writes.
    kind: one of EXERCISE_KINDS.
    difficulty, importance: 1 to 3.
    minutes: how long it takes.
    asks: what is to be done, in one line.
    arguments: the names of the function's arguments, in order; (): the answer is a value.
    right: computes the right answer with the package's own functions.
    cases: where it is judged; at least one of them tells each wrong answer from the right one.
    wrong: the known mistakes.
    hints: from a nudge to nearly the answer.
    source: the function whose code `solution` shows.
    tolerance: how far numbers may lie from the right ones.
    """

    key: str
    name: str
    kind: str
    difficulty: int
    importance: int
    minutes: int
    asks: str
    right: Callable[..., Any]
    wrong: tuple[WrongAnswer, ...]
    hints: tuple[str, ...]
    source: Callable[..., Any]
    arguments: tuple[str, ...] = ()
    cases: tuple[Case, ...] = (Case("your answer", tuple),)
    tolerance: float = 1e-4

    def __post_init__(self) -> None:
        """Raise `ValueError` if a field says what no exercise may say."""
        if self.kind not in EXERCISE_KINDS:
            raise ValueError(
                f"{self.key}: kind must be one of {EXERCISE_KINDS}; got {self.kind!r}."
            )
        for field in ("difficulty", "importance"):
            if getattr(self, field) not in (1, 2, 3):
                raise ValueError(f"{self.key}: {field} must be 1, 2 or 3.")
        for field in ("wrong", "hints", "cases"):
            if not getattr(self, field):
                raise ValueError(f"{self.key}: {field} must not be empty.")

    @property
    def wants_function(self) -> bool:
        """Whether the answer is a function (else it is a value)."""
        return bool(self.arguments)

    def label(self) -> str:
        """One line for the notebook: kind, difficulty, importance, minutes."""
        return (
            f"{self.kind} · difficulty {self.difficulty} of 3 · importance {self.importance} of 3 "
            f"· {self.minutes} minutes"
        )


def wrong_answers(
    function: Callable[..., Any], switches: dict[str, dict[str, Any]]
) -> tuple[WrongAnswer, ...]:
    """The known mistakes of one function that makes each of them by a switch.

    Args:
        function: the right answer as long as no switch is set.
        switches: sentence -> the keywords that make its mistake.
    """
    return tuple(
        WrongAnswer(sentence, functools.partial(function, **switch))
        for sentence, switch in switches.items()
    )


@functools.cache
def both_at_once(exercise: Exercise) -> tuple[WrongAnswer, ...]:
    """Two known mistakes in one answer, for each two that are switches of one function."""
    found = []
    for one, other in itertools.combinations(exercise.wrong, 2):
        first, second = one.answer, other.answer
        if not (isinstance(first, functools.partial) and isinstance(second, functools.partial)):
            continue
        if first.func is second.func and not first.keywords.keys() & second.keywords.keys():
            answer = functools.partial(first.func, **first.keywords, **second.keywords)
            found.append(WrongAnswer(f"two mistakes. {one.sentence} {other.sentence}", answer))
    return tuple(found)


@functools.cache
def _made(make):
    """The arguments that a case makes."""
    return make()


@functools.cache
def outcome(function: Callable[..., Any], case: Case) -> Any:
    """What a right or a known wrong answer gives for a case; it runs once.

    Without warnings, also where the learner has turned them into errors: a wrong answer may well
    divide by zero, and that is not the learner's doing.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(*copy.deepcopy(case.arguments()))
