"""Numbers in the quiz of notebook 09 that one can compute on paper."""

import pytest

from maskrcnn_explained.course.quizzes.q09_numbers import numbers_09


@pytest.fixture(scope="module")
def numbers():
    return numbers_09()


def test_the_shifted_disk(numbers):
    assert numbers["shifted_iou"] == pytest.approx(0.78, abs=0.01)
    assert numbers["dice"] == pytest.approx(2 / (1 + 1 / numbers["shifted_iou"]))
    assert numbers["of_sum"] == pytest.approx(numbers["dice"] / 2)


def test_who_found_whom(numbers):
    right = [numbers[f"right_{name}"] for name in ("ones", "gives_up", "taken_again")]
    assert right == ["A, C", "A", "A, B, C"]


def test_the_limit(numbers):
    """Six of twelve: five right, so 5/6; AP reads 38 times 1 and 25 times 5/6."""
    assert numbers["few_precision"] == pytest.approx(5 / 6)
    assert numbers["few_ap"] == pytest.approx((38 + 25 * 5 / 6) / 101)
    assert numbers["all_precision"] < numbers["few_precision"]
    assert numbers["few_ap"] < numbers["all_ap"]


def test_one_list_and_all_found(numbers):
    """Precision 1 up to a recall of one half, then 2/4."""
    assert numbers["pooled_ap"] == pytest.approx((51 + 50 / 2) / 101)
    assert numbers["mean_ap"] == 1 and numbers["share_right"] == 0.5
    assert numbers["same_iou_ap"] == pytest.approx(0.5) and numbers["same_iou_ap50"] == 1
    assert numbers["passed"] / numbers["threshold_count"] == 0.5


def test_luck(numbers):
    """The mean gain is between one and two standard errors, and one seed says the opposite."""
    assert numbers["gain_error"] < numbers["mean_gain"] < 2 * numbers["gain_error"]
    assert numbers["gain_3"] < 0 < numbers["gain_1"] < numbers["gain_2"]


def test_intervals(numbers):
    assert numbers["second_high"] > numbers["first_low"]
    assert numbers["difference_low"] > 0
    width = numbers["difference_high"] - numbers["difference_low"]
    assert width < (numbers["first_high"] - numbers["first_low"]) / 4
