"""Numbers in the quiz of notebook 10 that one can compute on paper, and those of the files."""

import math

import pytest

from maskrcnn_explained.course.quizzes.q10_numbers import numbers_10


@pytest.fixture(scope="module")
def numbers():
    return numbers_10()


def test_work_and_weights(numbers):
    assert (numbers["backbone_times"], numbers["mask_head_times"]) == (4, 1)
    assert numbers["all_weights"] > 2e6


def test_outputs_of_layers(numbers):
    assert numbers["class_outputs"] == numbers["mask_outputs"] == numbers["file_classes"] == 5
    assert numbers["objectness_outputs"] == 2 * 3 and numbers["fresh_share"] < 0.01


def test_axes(numbers):
    assert numbers["keras_shape"] == [3, 5, 16, 32]
    assert numbers["sides_exchanged"] == [5, 3, 16, 32]
    assert numbers["channels_exchanged"] == [3, 5, 32, 16]


def test_what_the_stride_costs(numbers):
    assert numbers["found_strided"] < numbers["found_unchanged"] - 20


def test_logits(numbers):
    def sigmoid(z):
        return 1 / (1 + math.exp(-z))

    assert numbers["one_probability"] == pytest.approx(sigmoid(1.5), abs=1e-6)
    assert numbers["zero_probability"] == pytest.approx(sigmoid(1.5), abs=1e-6)
    assert numbers["mirrored_probability"] == pytest.approx(sigmoid(3), abs=1e-6)
    assert numbers["rest_probability"] == pytest.approx(sigmoid(2), abs=1e-6)


def test_flags(numbers):
    assert 0 < numbers["flagged"] < numbers["all_arrays"] == 240
