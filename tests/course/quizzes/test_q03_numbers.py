"""Numbers in the quiz of notebook 03 that one can compute on paper, and those of the photo."""

import math

import pytest

from maskrcnn_explained.course.quizzes.q03_numbers import numbers_03


@pytest.fixture(scope="module")
def numbers():
    return numbers_03()


def test_sides_of_an_anchor(numbers):
    assert numbers["width"] == pytest.approx(64 * math.sqrt(2))
    assert numbers["width"] * numbers["height"] == pytest.approx(64 * 64)
    assert numbers["exchanged"] == pytest.approx(numbers["height"]) and numbers["no_root"] == 128


def test_logits(numbers):
    sigmoid = 1 / (1 + math.exp(-2))
    for name in ("asked_prob", "shifted_prob", "below_prob"):
        assert numbers[name] == pytest.approx(sigmoid, abs=1e-6)
    assert numbers["turned_prob"] == pytest.approx(1 - sigmoid, abs=1e-6)


def test_the_std(numbers):
    """4 pixels of 40 are dy = 0.1; over 0.1 that is 1, and taken for a delta 40 pixels."""
    assert numbers["raw_dy"] == pytest.approx(0.1) and numbers["divided_dy"] == pytest.approx(1)
    assert numbers["too_far"] == pytest.approx(40, abs=1e-4)


def test_the_chain(numbers):
    """A and B share 57 x 55 of 2 x 3600 - 57 x 55 pixels."""
    shared = 57 * 55
    assert numbers["a_b"] == pytest.approx(shared / (7200 - shared))
    assert numbers["halved"] == pytest.approx(shared / 7200)
    assert (numbers["kept"], numbers["kept_chain"]) == ("A, C", "A")


def test_what_is_said_of_p5_and_the_coins(numbers):
    assert numbers["p5_best"] < 0.1 and numbers["p5_proposals"] > numbers["proposals"] / 3
    assert numbers["pre_nms"] < numbers["p5_anchors"] < numbers["anchors"] / 50
    assert numbers["found_reversed"] < numbers["found"] - 15
