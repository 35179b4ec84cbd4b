"""Numbers in the quiz of notebook 02: on paper where that can be done, and what is said of them."""

import pytest

from maskrcnn_explained.course.quizzes.q02_numbers import numbers_02


@pytest.fixture(scope="module")
def numbers():
    return numbers_02()


def test_cells(numbers):
    """A molded image of 384 x 640 pixels."""
    assert numbers["p3_cells"] == 48 * 80 and numbers["p3_doubled"] == 2 * 24 * 40
    assert numbers["p5_cells"] == 12 * 20


def test_the_stairs_are_gone_after_the_convolution(numbers):
    assert numbers["stairs"] < 0.65 and numbers["smooth"] > 1


def test_p6(numbers):
    assert (numbers["p6_high"], numbers["p6_wide"], numbers["pool_stride"]) == (5, 6, 2)
    assert numbers["large_level"] == 5 and numbers["p6_scale"] == 256


def test_what_is_said_of_the_probe(numbers):
    assert numbers["guess"] < numbers["c2_right"] < numbers["p2_right"] - 0.15
