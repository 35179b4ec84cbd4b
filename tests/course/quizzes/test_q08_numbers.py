"""Numbers in the quiz of notebook 08 that one can compute on paper, and those of the log."""

import math

import pytest

from maskrcnn_explained.course.quizzes.q08_numbers import numbers_08


@pytest.fixture(scope="module")
def numbers():
    return numbers_08()


def test_steps_and_images(numbers):
    assert numbers["scenes_seen"] == 336 * 8
    assert (numbers["seen_least"], numbers["seen_most"], numbers["epochs"]) == (2, 3, 7)
    assert (numbers["own_steps"], numbers["own_one_pass"]) == (3000, 150)


def test_rates(numbers):
    quarter = (1 + math.cos(math.pi / 4)) / 2
    assert numbers["rate"] == pytest.approx(0.002 * quarter, rel=1e-4)
    assert numbers["rate_straight"] == pytest.approx(0.0015)
    assert numbers["rate_rising"] == pytest.approx(0.00065)
    assert numbers["rate_quarter"] > numbers["rate"]


def test_statistics_that_lag(numbers):
    assert numbers["still_fresh"] == pytest.approx(0.99**40)


def test_the_loss_jumps_and_ap_does_not(numbers):
    assert numbers["loss_after"] > 2.5 * numbers["loss_before"]
    assert numbers["ap_before"] - 0.03 < numbers["ap_after"] < numbers["ap_before"]
    assert numbers["old_cost"] == pytest.approx(0.045) and (numbers["new_beta"] == 0.1)
    assert numbers["new_cost"] == pytest.approx(0.25)


def test_what_the_optimizer_keeps(numbers):
    assert 1.9 < numbers["optimizer_numbers"] / numbers["model_numbers"] < 2
