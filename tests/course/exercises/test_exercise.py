"""What an exercise is: its fields are checked, its cases are made once, its mistakes recognised."""

import dataclasses

import numpy as np
import pytest

from maskrcnn_explained.course.exercises.exercise import (
    Case,
    Exercise,
    WrongAnswer,
    both_at_once,
    outcome,
    wrong_answers,
)

GOOD = dict(
    key="99.1",
    name="double",
    kind="implement",
    difficulty=2,
    importance=3,
    minutes=5,
    asks="Twice the number.",
    right=lambda x: 2 * x,
    wrong=(WrongAnswer("That is the square.", lambda x: x * x),),
    hints=("Add it to itself.",),
    source=np.add,
    arguments=("x",),
    cases=(Case("by hand", lambda: (3.0,)),),
)


def test_label():
    wanted = "implement · difficulty 2 of 3 · importance 3 of 3 · 5 minutes"
    assert Exercise(**GOOD).label() == wanted


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", "guess", "kind must be one of"),
        ("difficulty", 4, "difficulty must be 1, 2 or 3"),
        ("importance", 0, "importance must be 1, 2 or 3"),
        ("wrong", (), "wrong must not be empty"),
        ("hints", (), "hints must not be empty"),
        ("cases", (), "cases must not be empty"),
    ],
)
def test_fields_are_checked(field, value, words):
    with pytest.raises(ValueError, match=f"99.1: {words}"):
        Exercise(**GOOD | {field: value})


def test_an_exercise_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Exercise(**GOOD).key = "99.2"


def test_a_case_is_made_once_and_on_demand():
    made = []

    def make():
        made.append(1)
        return (np.zeros(2),)

    case = Case("by hand", make)
    assert made == []
    assert case.arguments() is case.arguments() and made == [1]


def test_an_outcome_is_computed_once_from_copies():
    case = Case("by hand", lambda: (np.ones(2),))
    calls = []

    def spoils(x):
        calls.append(1)
        x[:] = 7
        return x.sum()

    assert outcome(spoils, case) == outcome(spoils, case) == 14 and calls == [1]
    assert case.arguments()[0].tolist() == [1, 1]


def test_a_value_has_no_arguments():
    assert Exercise(**GOOD).wants_function
    plain = {name: value for name, value in GOOD.items() if name not in ("arguments", "cases")}
    exercise = Exercise(**plain | {"kind": "compute"})
    assert not exercise.wants_function and exercise.cases[0].arguments() == ()


def test_wrong_answers_are_made_from_switches():
    def answer(x, twice=False, negative=False):
        return (2 if twice else 1) * (-x if negative else x)

    switches = {"Only once.": dict(twice=True), "The sign.": dict(negative=True)}
    first, second = wrong_answers(answer, switches)
    assert (first.sentence, first.answer(3)) == ("Only once.", 6)
    assert (second.sentence, second.answer(3)) == ("The sign.", -3)


def test_two_mistakes_at_once():
    def answer(x, twice=False, negative=False):
        return (4 if twice else 2) * (-x if negative else x)

    switches = {"Only once.": dict(twice=True), "The sign.": dict(negative=True)}
    other = WrongAnswer("That is the square.", lambda x: x * x)
    exercise = Exercise(**GOOD | {"wrong": (*wrong_answers(answer, switches), other)})
    [both] = both_at_once(exercise)
    assert both.sentence == "two mistakes. Only once. The sign." and both.answer(3) == -12
