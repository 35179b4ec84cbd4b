"""The words of all quizzes: no number that is not computed, and an explanation per choice."""

import re
import string

import pytest

from maskrcnn_explained.course.quizzes.filling import filled_quiz
from maskrcnn_explained.course.quizzes.quiz import ONE_RIGHT, SEVERAL_RIGHT, TYPED_NUMBER
from maskrcnn_explained.course.quizzes.registry import all_quizzes

# Names that have a digit in them. Everything else that is a number is a field.
NAMES = re.compile(
    r"\b(?:[CP][2-6]|(?:1x1|3x3|7x7)(?= convolution)|AP50|AP75|L1|conv1|notebook \d\d|COCO2017"
    r"|float32|uint8|int32|[yx][12])\b"
)
WORDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundreds?|thousands?"
    r"|millions?|percent)\b",
    re.I,
)
ASKED = [
    pytest.param(key, asked, id=key)
    for quiz in all_quizzes()
    for key, asked in quiz.by_key().items()
]


def without_fields(template):
    return "".join(text for text, *_ in string.Formatter().parse(template))


@pytest.mark.parametrize("key, asked", ASKED)
def test_every_number_is_a_field(key, asked):
    for template in asked.templates():
        text = without_fields(template)
        assert not re.search(r"\d", NAMES.sub("", text)), text
        assert not WORDS.search(text), text


@pytest.mark.parametrize("key, asked", ASKED)
def test_every_choice_has_an_explanation(key, asked):
    assert asked.topic and asked.text
    explanations = [choice.explanation for choice in asked.choices]
    assert all(len(text.split()) >= 4 for text in explanations)
    assert len(set(explanations)) == len(explanations)
    number = len(asked.choices)
    assert 2 <= number <= 4 if asked.kind == TYPED_NUMBER else 3 <= number <= 4
    if asked.kind == SEVERAL_RIGHT:
        assert number == 4


@pytest.mark.parametrize("key, asked", ASKED)
def test_no_two_choices_say_the_same(key, asked):
    filled = filled_quiz(key[:2]).by_key()[key]
    texts = [choice.text for choice in filled.choices]
    assert len(set(texts)) == len(texts)
    if asked.kind == TYPED_NUMBER:
        numbers = sorted(float(text) for text in texts)
        gaps = [after - before for before, after in zip(numbers, numbers[1:], strict=False)]
        assert min(gaps) > 2 * asked.tolerance


@pytest.mark.parametrize("key, asked", ASKED)
def test_texts_are_plain(key, asked):
    for text in asked.templates():
        assert not re.search(r"[$<>—]|\]\(", without_fields(text)), text
        assert text.count("`") % 2 == 0, text


def test_the_right_choice_is_not_always_the_longest_nor_always_at_one_place():
    single = [
        asked for quiz in all_quizzes() for asked in quiz.questions if asked.kind == ONE_RIGHT
    ]
    places = [[c.correct for c in asked.choices].index(True) for asked in single]
    longest = [max(asked.choices, key=lambda c: len(c.text)).correct for asked in single]
    assert max(places.count(place) for place in range(4)) <= len(single) / 2
    assert sum(longest) <= len(single) / 2
