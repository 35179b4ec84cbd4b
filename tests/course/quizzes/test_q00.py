"""The quiz of notebook 00."""

from maskrcnn_explained.course.quizzes.q00 import QUIZ_00


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_00.notebook == "00"
    assert {number for asked in QUIZ_00.questions for number in asked.asks} == {11, 12}
