"""The quiz of notebook 09: what it says without a number is true of AP."""

import numpy as np

from maskrcnn_explained.course.exercises.nb09_cases import TWELVE_CORRECT, measured_rises
from maskrcnn_explained.course.quizzes.q09 import QUIZ_09
from maskrcnn_explained.course.quizzes.q09_numbers import compared_images, shifted_disks
from maskrcnn_explained.evaluation.precision_recall import area_under_curve, precision_recall


def area(correct):
    correct = np.array(correct, bool)
    return area_under_curve(*precision_recall(np.linspace(0.9, 0.1, len(correct)), correct, 8))


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_09.notebook == "09"
    assert {number for asked in QUIZ_09.questions for number in asked.asks} == {18}


def test_no_limit_makes_ap_rise(right_texts):
    every = [area(TWELVE_CORRECT[:kept]) for kept in range(1, 13)]
    assert every == sorted(every)
    assert right_texts(QUIZ_09, "A higher limit for scores") == ["It falls, or stays as it is."]


def test_what_lowers_ap(right_texts):
    """The list without changes; with a false alarm first, second and last; all scores divided."""
    before = area(TWELVE_CORRECT)
    assert area((0, *TWELVE_CORRECT)) < before and area((1, 0, *TWELVE_CORRECT[1:])) < before
    assert area((*TWELVE_CORRECT, 0, 0, 0)) == before
    assert measured_rises()[2] == 0 and measured_rises()[4] == -1
    right = right_texts(QUIZ_09, "What lowers AP")
    assert ["top of the list" in right[0], "found once more" in right[1]] == [True, True]


def test_the_second_model_is_worse_in_every_image():
    one, other = compared_images()
    assert all(a[0][0, 0] > b[0][0, 0] for a, b in zip(one, other, strict=True))


def test_the_disks_are_whole():
    assert (shifted_disks().sum((1, 2)) == shifted_disks()[0].sum()).all()
