"""Quizzes as GIFT: a small parser reads them back, sign by sign."""

import re

import pytest

from maskrcnn_explained.course.quizzes.filling import filled_numbers, filled_quiz
from maskrcnn_explained.course.quizzes.gift import gift_escaped, quizzes_as_gift
from maskrcnn_explained.course.quizzes.jupyterquiz_form import quiz_html
from maskrcnn_explained.course.quizzes.quiz import (
    ONE_RIGHT,
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
    right,
    wrong,
)


def unescaped(text):
    return re.sub(r"\\([\\~=#{}:])", r"\1", text)


def parts_of(text, signs):
    """A text cut before each of the signs, unless a backslash stands before it."""
    places = [match.start() for match in re.finditer(rf"(?<!\\)[{signs}]", text)]
    return [text[a:b] for a, b in zip(places, [*places[1:], len(text)], strict=True)]


def read_question(block):
    """(title, text, answers): answers are (mark, share, text, feedback)."""
    head, body = re.split(r"(?<!\\)\{", block.removesuffix("}"), maxsplit=1)
    _, title, text = re.split(r"(?<!\\)::", head)
    answers = []
    numeric = body.startswith("#")
    for part in parts_of(body.removeprefix("#"), "=~"):
        answer, feedback = re.split(r"(?<!\\)#", part[1:].strip(), maxsplit=1)
        share = re.match(r"%(-?[\d.]+)%", answer)
        answer = answer[share.end() :] if share else answer
        answers.append((part[0], float(share[1]) if share else None, answer, feedback))
    return title, text, numeric, answers


def html(text):
    assert text.startswith("[html]")
    return unescaped(text.removeprefix("[html]"))


def test_signs_are_escaped():
    assert gift_escaped("{a: 1} = 2 ~ #3") == r"\{a\: 1\} \= 2 \~ \#3"
    asked = Question(
        "Is {x: 1} = y?", (right("~#1", "a = b, c: d"), wrong("{}", "no: never")), topic="a: b"
    )
    category, block = quizzes_as_gift([Quiz("03", (asked,))]).strip().split("\n\n")
    assert category == "$CATEGORY: Mask R-CNN explained/03"
    title, text, numeric, answers = read_question(block)
    assert unescaped(title) == "03.q1 a: b" and html(text) == "Is {x: 1} = y?" and not numeric
    assert [(mark, html(a), html(f)) for mark, _, a, f in answers] == [
        ("=", "~#1", "a = b, c: d"),
        ("~", "{}", "no: never"),
    ]


@pytest.mark.parametrize("number", filled_numbers())
def test_every_quiz_comes_back(number):
    quiz = filled_quiz(number)
    category, *blocks = quizzes_as_gift([quiz]).strip().split("\n\n")
    assert category.endswith(f"/{number}") and len(blocks) == len(quiz.questions)
    for block, (key, asked) in zip(blocks, quiz.by_key().items(), strict=True):
        title, text, numeric, answers = read_question(block)
        assert unescaped(title) == f"{key} {asked.topic}" and html(text) == quiz_html(asked.text)
        assert numeric == (asked.kind == TYPED_NUMBER)
        check = check_numbers if numeric else check_choices
        check(asked, answers)


def check_choices(asked, answers):
    assert [html(text) for _, _, text, _ in answers] == [quiz_html(c.text) for c in asked.choices]
    told = [html(feedback) for *_, feedback in answers]
    assert told == [quiz_html(choice.explanation) for choice in asked.choices]
    if asked.kind == ONE_RIGHT:
        marks = ["=" if choice.correct else "~" for choice in asked.choices]
        assert [mark for mark, *_ in answers] == marks
    else:
        assert asked.kind == SEVERAL_RIGHT
        shares = [share for _, share, _, _ in answers]
        assert [share > 0 for share in shares] == [choice.correct for choice in asked.choices]
        assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=1e-3)
        assert sum(share for share in shares if share < 0) == pytest.approx(-100, abs=1e-3)


def check_numbers(asked, answers):
    *numbers, (mark, _, anything, feedback) = answers
    assert (mark, anything, unescaped(feedback)) == ("~", "", quiz_html(asked.otherwise))
    for choice, (mark, share, answer, feedback) in zip(asked.choices, numbers, strict=True):
        value, tolerance = (float(part) for part in answer.split(":"))
        assert mark == "=" and share == (None if choice.correct else 0)
        assert (value, tolerance) == (float(choice.text), asked.tolerance)
        assert unescaped(feedback) == quiz_html(choice.explanation)
