"""The quiz of notebook 04."""

from maskrcnn_explained.course.quizzes.q04 import QUIZ_04


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_04.notebook == "04"
    assert {number for asked in QUIZ_04.questions for number in asked.asks} == {3, 8, 13}
