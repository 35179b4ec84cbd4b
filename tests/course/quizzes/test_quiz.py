"""What a question and a quiz may be."""

import dataclasses

import pytest

from maskrcnn_explained.course.quizzes.quiz import (
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Choice,
    Question,
    Quiz,
)

RIGHT = Choice("to the right", True, "since it is so")
WRONG = Choice("to the left", False, "since one forgets it")
ONE = Question("Where?", (RIGHT, WRONG), topic="places", asks=(3,))


def test_a_question_has_a_key_by_its_place():
    other = dataclasses.replace(ONE, text="And where not?")
    assert Quiz("03", (ONE, other)).by_key() == {"03.q1": ONE, "03.q2": other}


def test_every_text_is_listed():
    assert ONE.templates() == [
        "places",
        "Where?",
        "to the right",
        "since it is so",
        "to the left",
        "since one forgets it",
        "",
    ]


@pytest.mark.parametrize(
    "changed, told",
    [
        ({"kind": "riddle"}, "kind must be one of"),
        ({"choices": (WRONG, WRONG)}, "0 choices are right, for 'one right': 'Where"),
        ({"choices": (RIGHT, RIGHT, WRONG)}, "2 choices are right"),
        ({"choices": (RIGHT,)}, "At least one choice must be wrong"),
        ({"kind": SEVERAL_RIGHT}, "1 choices are right, for 'several right'"),
        ({"asks": (0,)}, "asks must be numbers in 1..20"),
        ({"asks": (21,)}, "asks must be numbers in 1..20"),
        ({"kind": TYPED_NUMBER}, "tolerance and otherwise belong to 'number'"),
        ({"tolerance": 0.1, "otherwise": "no"}, "tolerance and otherwise belong to 'number'"),
        ({"kind": TYPED_NUMBER, "tolerance": 0.1}, "tolerance and otherwise belong"),
    ],
)
def test_what_cannot_be_asked(changed, told):
    with pytest.raises(ValueError, match=told):
        dataclasses.replace(ONE, **changed)


def test_a_quiz_belongs_to_a_notebook_and_asks_something():
    with pytest.raises(ValueError, match="notebook must be its number"):
        Quiz("3", (ONE,))
    with pytest.raises(ValueError, match="The quiz of notebook 03 has no questions"):
        Quiz("03", ())
