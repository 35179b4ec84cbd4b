"""The quiz of notebook 03."""

from maskrcnn_explained.course.quizzes.q03 import QUIZ_03


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_03.notebook == "03"
    assert {number for asked in QUIZ_03.questions for number in asked.asks} == {2, 4, 5, 6}
