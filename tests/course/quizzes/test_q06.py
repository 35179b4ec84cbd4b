"""The quiz of notebook 06: what it says without a number is true of the model."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.quizzes.q06 import QUIZ_06
from maskrcnn_explained.presets import REFERENCE, get_config


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_06.notebook == "06"
    assert {number for asked in QUIZ_06.questions for number in asked.asks} == {
        2,
        8,
        12,
        14,
        19,
        20,
    }


@pytest.mark.parametrize("name", ["class_ids", "scores", "boxes"])
def test_rows_of_padding_are_zero(name, right_texts):
    tensors = photo.coin_tensors()
    padding = np.asarray(tensors["detection_class_ids"]) == 0
    assert padding.any() and not np.asarray(tensors[f"detection_{name}"])[padding].any()
    assert right_texts(QUIZ_06, "Rows of zeros") == ["Zeros"]


def test_each_class_is_asked_by_itself_and_the_reference_takes_the_best():
    assert get_config("scenes").detection_rule == "every_class"
    assert REFERENCE["detection_rule"] == "best_class"


def test_the_last_nms_decides_by_the_score_of_the_class(right_texts):
    [text] = right_texts(QUIZ_06, "Which score decides")
    assert text.startswith("RoI {weak_roi}") and "the box head" in text
