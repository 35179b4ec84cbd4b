"""The quiz of notebook 01."""

from maskrcnn_explained.course.quizzes.q01 import QUIZ_01


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_01.notebook == "01"
    assert {number for asked in QUIZ_01.questions for number in asked.asks} == {15}
