"""The quiz of notebook 05."""

from maskrcnn_explained.course.quizzes.q05 import QUIZ_05


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_05.notebook == "05"
    assert {number for asked in QUIZ_05.questions for number in asked.asks} == {
        1,
        10,
        11,
        12,
        19,
        20,
    }
