"""Numbers in the quiz of notebook 07 that one can compute on paper."""

import math

import pytest

from maskrcnn_explained.course.quizzes.q07_numbers import numbers_07


@pytest.fixture(scope="module")
def numbers():
    return numbers_07()


def test_boxes_that_fit_badly(numbers):
    """The object has 16 x 24 pixels and lies in an anchor of 32 x 32; the RoI shares 20 x 14."""
    assert numbers["best_iou"] == pytest.approx(16 * 24 / 1024)
    assert numbers["rpn_negative"] < numbers["best_iou"] < numbers["rpn_positive"]
    assert numbers["roi_iou"] == pytest.approx(280 / (400 + 480 - 280))
    assert 0.4 < numbers["roi_iou"] < numbers["roi_positive"]


def test_positives_and_negatives(numbers):
    assert numbers["positives"] + numbers["negatives"] == numbers["drawn"]
    assert numbers["positives"] < numbers["negatives_half"] == numbers["drawn"] / 2


def test_deltas(numbers):
    """6 of 40 pixels are 0.15 of the height; over 0.1 that is 1.5."""
    names = "dy", "dy_no_std", "dy_multiplied", "dy_of_width"
    assert [numbers[name] for name in names] == pytest.approx([1.5, 0.15, 0.015, 3])


def test_guesses(numbers):
    assert numbers["few_guess"] == pytest.approx(math.log(5))
    assert numbers["many_guess"] == pytest.approx(math.log(1000))
    assert 0.9 < numbers["loss"] / numbers["few_guess"] < 1
    assert numbers["share"] == pytest.approx(math.exp(-1.5))


def test_the_edge_of_half_a_disk(numbers):
    assert numbers["cut_edge"] == numbers["mask_side"] == 28 and numbers["mask_count"] == 5
