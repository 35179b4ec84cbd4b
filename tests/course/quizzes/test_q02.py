"""The quiz of notebook 02."""

from maskrcnn_explained.course.quizzes.q02 import QUIZ_02


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_02.notebook == "02"
    assert {number for asked in QUIZ_02.questions for number in asked.asks} == {7, 9}
