"""All quizzes: their number, and the twenty questions that they cover."""

import pytest

from maskrcnn_explained.course.questions import QUESTIONS
from maskrcnn_explained.course.quizzes.registry import all_quizzes, quiz_numbers, quiz_of

QUIZZES = all_quizzes()


def test_each_module_holds_the_quiz_of_its_number():
    assert [quiz.notebook for quiz in QUIZZES] == quiz_numbers()


def test_a_quiz_that_is_not_there():
    with pytest.raises(ValueError, match="No quiz of a notebook '77'; there are: "):
        quiz_of("77")


def test_every_quiz_asks_five_to_eight_questions():
    assert [q.notebook for q in QUIZZES if not 5 <= len(q.questions) <= 8] == []


def test_the_course_asks_enough():
    assert len(QUIZZES) == 12
    assert sum(len(quiz.questions) for quiz in QUIZZES) >= 76


def test_the_twenty_questions_are_all_covered():
    asked = {number for quiz in QUIZZES for q in quiz.questions for number in q.asks}
    assert asked == set(range(1, len(QUESTIONS) + 1))
