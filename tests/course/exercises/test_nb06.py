"""The exercises of notebook 06, tried three ways: see `three_ways`."""

from functools import partial

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb06 import EXERCISES_06
from maskrcnn_explained.course.exercises.nb06_cases import last_nms_rivals
from maskrcnn_explained.course.exercises.verdict import FAILED, KNOWN, PASSED, judge

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_06}


@pytest.mark.parametrize("exercise", EXERCISES_06, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"06.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_06) >= 3


def test_the_last_stage_is_that_of_the_model():
    """06.3 on the photo gives the detections of the model itself."""
    tensors, exercise = photo.coin_tensors(), BY_KEY["06.3"]
    ours = exercise.right(*exercise.cases[2].arguments())
    real = np.asarray(tensors["detection_class_ids"]) > 0
    np.testing.assert_allclose(ours[:, :4], tensors["detection_boxes"][real], atol=1e-3)
    np.testing.assert_array_equal(ours[:, 4], tensors["detection_class_ids"][real])


def test_only_an_offset_that_is_large_enough_passes():
    """The other usual way of 06.2: one NMS, after the classes were moved far apart."""
    from maskrcnn_explained.boxes import nms

    def shifted(pixels, boxes, scores, class_ids, iou_threshold, limit):
        moved = boxes + np.float32(class_ids[:, None] * (pixels or boxes.max()))
        return np.asarray(nms(moved, scores, iou_threshold, limit))

    def state(pixels):
        return judge(BY_KEY["06.2"], partial(shifted, pixels)).state

    assert state(None) == state(10_000) == PASSED
    assert {state(pixels) for pixels in (1, 100)} == {KNOWN}
    assert {state(pixels) for pixels in (50, 200, 256, 400, 500, 512, 1000, 1024)} == {FAILED}


def test_the_broken_function_is_eight_pixels_off_on_the_coins():
    exercise = BY_KEY["06.4"]
    boxes, window, size = exercise.cases[2].arguments()
    off = exercise.wrong[0].answer(boxes, window, size) - exercise.right(boxes, window, size)
    np.testing.assert_allclose(off, np.tile([8, 0, 8, 0], (len(boxes), 1)), atol=1e-3)


def test_no_two_columns_of_the_table_have_the_same_winner():
    rows = last_nms_rivals()
    best = [max(rows, key=lambda row: row[key])["roi"] for key in list(rows[0])[1:]]
    assert len(rows) == 4 and len(set(best)) == 4
    assert judge(BY_KEY["06.5"], best[1]).line() == "06.5 passed."
