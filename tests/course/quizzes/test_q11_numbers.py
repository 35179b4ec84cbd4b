"""Numbers in the quiz of notebook 11 that one can compute on paper, and the stored measurement."""

import pytest

from maskrcnn_explained.course.quizzes.q11_numbers import numbers_11


@pytest.fixture(scope="module")
def numbers():
    return numbers_11()


def test_runs(numbers):
    """Down the columns: 1 0, 1 1, 0 0."""
    assert numbers["runs"] == [0, 1, 1, 2, 2]
    assert (numbers["upper_row"], numbers["lower_row"]) == ("1 1 0", "0 1 0")


def test_classes(numbers):
    """3, 7 and 90 become 1, 2 and 3."""
    names = "class_of_it", "class_as_it_is", "class_used", "class_listed"
    assert [numbers[name] for name in names] == [3, 90, 2, 1]
    assert numbers["unused_id"] == 7


def test_slides(numbers):
    assert numbers["slides_mixed"] == pytest.approx(9.9, abs=0.05)
    assert [numbers[f"slides_{name}"] for name in ("share", "pictures", "whole")] == [8, 4, 2]


def test_anchors(numbers):
    """24 pixels: (24 / 32) squared beats (16 / 24) squared."""
    assert numbers["best_fit"] == pytest.approx((24 / 32) ** 2)
    assert numbers["fit_no_factor"] == pytest.approx((16 / 20) ** 2)
    assert numbers["fit_by_pixels"] == pytest.approx((16 / 24) ** 2)
    assert numbers["best_fit"] < 0.7


def test_ratios_and_starts(numbers):
    assert (numbers["old_outputs"], numbers["new_outputs"]) == (6, 8)
    assert numbers["frozen_ap50"] - numbers["trained_ap50"] > numbers["luck"]
    assert numbers["frozen_loss"] < numbers["trained_loss"]
