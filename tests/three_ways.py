"""How every exercise is tried: the stub, the solution, each known mistake, and nonsense."""

import copy
import functools
import re

import numpy as np

from maskrcnn_explained.course.exercises.exercise import IMPLEMENT, both_at_once, outcome
from maskrcnn_explained.course.exercises.values import parts_of, same_parts
from maskrcnn_explained.course.exercises.verdict import (
    FAILED,
    KNOWN,
    NOT_ATTEMPTED,
    PASSED,
    judge,
)


def stub(*_):
    raise NotImplementedError


def given(exercise, function):
    """A function as the exercise wants the answer: as it is, or its value."""
    return function if exercise.wants_function else function()


def check_stub(exercise):
    """A blank is no mistake."""
    blanks = [None, ...]
    if exercise.wants_function:
        blanks += [stub, lambda *_: None, lambda *_: ...]
    assert {judge(exercise, blank).state for blank in blanks} == {NOT_ATTEMPTED}


def check_right(exercise):
    """The package's own function passes, and so does a second one that is written apart from it."""
    assert judge(exercise, given(exercise, exercise.right)).line() == f"{exercise.key} passed."
    known = exercise.wrong[0].answer
    if isinstance(known, functools.partial):
        assert judge(exercise, given(exercise, known.func)).state == PASSED


def check_mistakes(exercise):
    """Each known mistake gets its own sentence, on every machine: none is near the tolerance."""
    assert 2 <= len(exercise.wrong) <= 6
    for known in exercise.wrong:
        verdict = judge(exercise, given(exercise, known.answer))
        assert (verdict.state, verdict.sentence) == (KNOWN, known.sentence)
        assert differs(exercise, known.answer, 10 * exercise.tolerance)


def check_two_mistakes(exercise):
    """Two at once are told as two, unless one hides the other."""
    for both in both_at_once(exercise):
        try:
            verdict = judge(exercise, given(exercise, both.answer))
        except (ValueError, IndexError):  # a value that cannot be made so
            continue
        assert verdict.state == KNOWN or "your function stopped" in verdict.sentence


def differs(exercise, answer, tolerance):
    """Whether a wrong answer differs from the right one by more than a tolerance."""
    pairs = [
        (parts_of(outcome(answer, case)), parts_of(outcome(exercise.right, case)))
        for case in exercise.cases
    ]
    return not all(same_parts(mine, right, tolerance) for mine, right in pairs)


def spoiled(right, change):
    """An answer with every array of numbers in it changed, and other words for text."""
    if isinstance(right, str):
        return f"not {right}"
    if isinstance(right, tuple) and not all(np.ndim(part) == 0 for part in right):
        return tuple(spoiled(part, change) for part in right)
    return change(np.asarray(right, float))


def check_nonsense(exercise):
    """Zeros, wrong shapes, NaN, another type, an error: one plain line each, and no pass."""

    def stops(*_):
        raise KeyError("a\nlong\nstory")

    def like(change):
        """The right answer with each of its arrays changed."""
        return lambda *arguments: spoiled(exercise.right(*arguments), change)

    nonsense = [
        like(np.zeros_like),
        like(lambda right: np.concatenate([np.ravel(right), [0]])),
        like(lambda right: right * np.nan),
        like(lambda right: right * 1.01 + 0.3),
        lambda *arguments: (exercise.right(*arguments), np.ones(3)),
        lambda *_: {"a": 1},
        lambda *_: [[1], [2, 3]],
        lambda *_: "words",
    ]
    for function in nonsense + [stops] * exercise.wants_function:
        verdict = judge(exercise, given(exercise, function))
        # The nonsense itself must be fine, or it would be judged for another reason.
        assert "stopped" not in verdict.sentence or function is stops, verdict
        assert verdict.state == FAILED and "\n" not in verdict.line(), verdict
        assert "Traceback" not in verdict.line() and len(verdict.line()) < 900


def check_arguments_are_copies(exercise):
    """A function may spoil what it is given: the next check gets the same arguments."""

    def vandal(*arguments):
        result = copy.deepcopy(exercise.right(*arguments))
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                argument[...] = 0
        return result

    if exercise.wants_function:
        assert [judge(exercise, vandal).state for _ in range(2)] == [PASSED, PASSED]


def check_words(exercise):
    """What a learner reads: short sentences, each said once, and hints that lead somewhere."""
    sentences = [known.sentence for known in exercise.wrong]
    assert len(set(sentences)) == len(sentences)
    for text in [*sentences, *exercise.hints, exercise.asks]:
        assert text == " ".join(text.split()) and text[-1] in ".?", text
        assert "\u2014" not in text and len(text) <= 200
    for text in sentences:
        assert len(re.findall(r"[.?](?= |$)", text)) <= 3
    assert len(exercise.hints) >= 2
    if exercise.kind == IMPLEMENT:
        assert {case.name for case in exercise.cases} >= {"by hand", "random"}


CHECKS = (
    check_stub,
    check_right,
    check_mistakes,
    check_two_mistakes,
    check_nonsense,
    check_arguments_are_copies,
    check_words,
)
