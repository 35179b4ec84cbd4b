"""The verdict: passed, not attempted, a known mistake, or one plain line; never an error."""

import dataclasses
import functools
import warnings

import numpy as np
import pytest
import tensorflow as tf
from course_exercise import DOUBLE, VALUE

from maskrcnn_explained.course.exercises import verdict as verdict_module
from maskrcnn_explained.course.exercises.exercise import WrongAnswer
from maskrcnn_explained.course.exercises.verdict import (
    FAILED,
    KNOWN,
    NOT_ATTEMPTED,
    PASSED,
    Judgement,
    judge,
)


def stub(x):
    raise NotImplementedError


def stops(x):
    number = 1
    raise KeyError("not\nhere")
    return number


def test_passed():
    assert judge(DOUBLE, lambda x: x + x) == Judgement("99.1", PASSED)
    assert judge(DOUBLE, lambda x: (x + x).tolist()).line() == "99.1 passed."
    assert judge(VALUE, 42).state == judge(VALUE, np.float32(42)).state == PASSED


@pytest.mark.parametrize("answer", [None, ..., stub, lambda x: ...])
def test_not_attempted(answer):
    assert judge(DOUBLE, answer).line() == '99.1 not attempted. hint("99.1") helps.'


def test_a_forgotten_return_is_told():
    verdict = judge(DOUBLE, lambda x: None)
    assert verdict.state == NOT_ATTEMPTED
    assert verdict.line() == (
        "99.1 not attempted: your function returns nothing. Is its return missing? "
        'hint("99.1") helps.'
    )


def test_a_blank_that_another_function_calls():
    """The learner did attempt this one; it is the other one that is a blank."""
    line = judge(DOUBLE, lambda x: stub(x) + x).line()
    assert line == "99.1 not yet: your function calls stub, which is not attempted yet."
    assert judge(DOUBLE, functools.partial(stub)).state == NOT_ATTEMPTED


def test_a_value_that_is_not_attempted():
    assert judge(VALUE, ...).state == judge(VALUE, None).state == NOT_ATTEMPTED


def test_a_known_mistake_gets_its_sentence():
    verdict = judge(DOUBLE, lambda x: x**2)
    assert verdict.state == KNOWN and verdict.line() == "99.1 not yet: That is the square."
    assert judge(VALUE, 13).line() == "99.2 not yet: That is the sum."


def test_a_mistake_on_one_case_alone_is_not_that_mistake():
    verdict = judge(DOUBLE, lambda x: x**2 if len(x) == 2 else 2 * x)
    assert verdict.state == FAILED and "yours [1, 4], wanted [2, 4]" in verdict.line()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (stops, "your function stopped in line 3 of it: KeyError: 'not\\nhere'"),
        (lambda x: exec("raise SystemExit"), "your function stopped in line 1 of it: SystemExit"),
        (functools.partial(stops), "your function stopped: KeyError"),
        (lambda x, y: x, "your function must take (x), in this order; it takes (x, y)."),
        (lambda: 3, "your function must take (x), in this order; it takes nothing."),
        (7, 'give the function itself, without brackets: check("99.1", double).'),
        (lambda x: {}, "by hand (x = [1, 2]): yours is a dict, wanted numbers [2]."),
        (lambda x: None if len(x) == 2 else x, "by hand (x = [1, 2]): your function returns not"),
        (lambda x: x[0], "the shape of yours is one number, wanted [2]."),
    ],
)
def test_one_line_for_whatever_goes_wrong(answer, words):
    verdict = judge(DOUBLE, answer)
    assert verdict.state == FAILED and words in verdict.line() and "\n" not in verdict.line()


def test_a_loop_that_never_ends(monkeypatch):
    def endless(x):
        while True:
            pass

    monkeypatch.setattr(verdict_module, "SECONDS_PER_CASE", 0.01)
    assert judge(DOUBLE, endless).line() == (
        "99.1 not yet: by hand (x = [1, 2]): your function did not end within 0.01 seconds: "
        "is there a loop that never ends?"
    )


def test_a_function_that_calls_itself_for_ever():
    def deeper(x):
        return deeper(x)

    line = judge(DOUBLE, deeper).line()
    assert "your function stopped in line 2 of it: RecursionError" in line and "\n" not in line


def test_a_learner_for_whom_warnings_are_errors():
    """Their own warnings are told; those of known mistakes are not theirs."""
    wrong = (WrongAnswer("Divided by nothing.", lambda x: x / np.zeros(1)), *DOUBLE.wrong)
    exercise = dataclasses.replace(DOUBLE, wrong=wrong)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        line = judge(exercise, lambda x: x / np.zeros(1)).line()
        assert "your function stopped in line 1 of it: FloatingPointError: " in line
        assert (
            judge(exercise, lambda x: warnings.warn("old", stacklevel=1)).line()[-8:] == "ing: old"
        )
        assert judge(exercise, lambda x: x + 1).state == FAILED
    with np.errstate(all="ignore"):
        assert judge(exercise, lambda x: x / np.zeros(1)).sentence == "Divided by nothing."


class Torn:
    """Like a tensor of another library that cannot be read here."""

    def __array__(self, *_, **__):
        raise RuntimeError("requires grad")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: (number for number in x), "yours is a generator, wanted numbers [2]."),
        (lambda x: ([[1], [2, 3]], x), "yours is a list that makes no array"),
        (lambda x: (None, x), "yours is a NoneType"),
        (lambda x: {1, 2}, "yours is a set"),
        (lambda x: x * 1j, "yours is an array of something else than numbers"),
        (lambda x: Torn(), "yours is a Torn that makes no array"),
        (lambda x: "text", "yours is text, wanted numbers [2]."),
        (lambda x: (x, x), "yours has 2 parts, wanted 1: numbers [2]."),
        (lambda x: ("a", "b"), "yours has 2 parts, wanted 1: numbers [2]."),
        (lambda x: np.zeros(0), "the shape of yours is [0], wanted [2]."),
        (lambda x: lambda: x, "yours is a function"),
    ],
)
def test_one_line_for_whatever_is_returned(answer, words):
    verdict = judge(DOUBLE, answer)
    assert verdict.state == FAILED and words in verdict.line() and "\n" not in verdict.line()


def test_tensors_and_lists_count_as_numbers():
    assert judge(DOUBLE, lambda x: tf.constant(x) * 2).state == PASSED
    assert judge(DOUBLE, lambda x: (2 * x).tolist()).state == PASSED


def test_a_long_error_is_cut():
    def wordy(x):
        raise ValueError("word " * 500)

    assert judge(DOUBLE, wordy).line().endswith("word ...")


def test_a_function_for_a_value():
    line = judge(VALUE, lambda: 42).line()
    assert line == "99.2 not yet: give the value, not a function: Six times seven."
    assert judge(VALUE, 41).line() == "99.2 not yet: your answer: it is not 41."
    assert judge(VALUE, "many").line().endswith("yours is text, wanted one number.")


def test_functions_of_numpy_and_classes_may_answer():
    assert judge(DOUBLE, np.square).state == KNOWN
    assert judge(DOUBLE, functools.partial(np.multiply, 2)).state == PASSED


def test_ctrl_c_is_no_mistake():
    def long(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(DOUBLE, long)


def test_arguments_are_copies():
    def spoils(x):
        result = 2 * x
        x[...] = 0
        return result

    assert [judge(DOUBLE, spoils).state for _ in range(2)] == [PASSED, PASSED]


def test_a_known_mistake_may_be_near_the_limit_of_what_numbers_tell():
    assert judge(DOUBLE, lambda x: 2 * x + 1e-6).state == PASSED
    assert judge(DOUBLE, lambda x: 2 * x + 1e-2).state == FAILED
