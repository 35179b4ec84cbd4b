"""The answers of notebook 10: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb10_answers as answers
from maskrcnn_explained.weights.folding import fold

ONE = np.float64([[2]]), *np.float64([[1], [6], [5], [3], [8]])  # variance 8, epsilon 1: root 3


@pytest.mark.parametrize(
    ("switch", "kernel", "bias"),
    [
        ({}, 4, 1),
        ({"no_root": True}, 4 / 3, 5 - 4 / 3),
        ({"bias_as_it_is": True}, 4, 0),
        ({"no_mean": True}, 4, 7),
        ({"no_epsilon": True}, 12 / 8**0.5, 5 - 12 / 8**0.5),
        ({"outside": True}, 12 / (8**0.5 + 1), 5 - 12 / (8**0.5 + 1)),
    ],
)
def test_folding_by_hand(switch, kernel, bias):
    found = [part.item() for part in answers.fold_answer(*ONE, 1, **switch)]
    np.testing.assert_allclose(found, [kernel, bias])


def test_folding_as_the_package_does_it():
    for ours, theirs in zip(answers.fold_answer(*ONE, 1), fold(*ONE, 1), strict=True):
        np.testing.assert_allclose(ours, theirs)


@pytest.mark.parametrize(
    ("switch", "rows", "rest"),
    [
        ({}, [2, -1, 0], [1, 3]),
        ({"file_order": True}, [0, 1, 2], [3]),
        ({"silent": True}, [2, 0], [1, 3]),
        ({"turned_round": True}, [2, -1, 0, -1], [1, 3]),
        ({"no_rest": True}, [2, -1, 0], []),
        ({"by_layer": True}, [0, 3, 0], [1, 2]),
    ],
)
def test_names_by_hand(switch, rows, rest):
    model, file = ["a/kernel", "b/bias", "a/bias"], ["a/bias", "c/bias", "a/kernel", "b/kernel"]
    found = answers.names_answer(model, file, **switch)
    assert [part.tolist() for part in found] == [rows, rest]


def test_the_first_difference_by_hand():
    ours, theirs = np.zeros((4, 2)), np.array([[1e-9, 0], [1, -1], [5, 0], [0, 2]])
    found = {
        name: answers.first_answer(ours, theirs, 0.1, **{name: True})
        for name in ("largest", "exact", "last", "signed", "mean")
    }
    assert answers.first_answer(ours, theirs, 0.1) == 1
    assert found == {"largest": 2, "exact": 0, "last": 3, "signed": 1, "mean": 2}
    assert answers.first_answer(ours, ours, 0.1, last=True) == -1


def test_shares_and_stages():
    assert answers.shares_answer()[0] == pytest.approx(100 * 803_072 / 2_406_256)
    assert answers.shares_answer(flops=True)[1] == 2 * answers.shares_answer()[1]
    readings = ("first", "stem", "next", "last")
    assert [answers.stage_answer(reading) for reading in readings] == [3, 2, 4, 5]


def test_a_kernel_of_torchvision():
    kernel = np.arange(6.0).reshape(1, 3, 1, 2) * answers.TORCH_STD[:, None, None]
    assert answers.torch_answer(kernel).shape == (1, 2, 3, 1)
    np.testing.assert_allclose(answers.torch_answer(kernel)[0, :, :, 0], [[0, 2, 4], [1, 3, 5]])
    turned = answers.torch_answer(kernel, bgr=True, sides_exchanged=True)[:, 0, :, 0]
    np.testing.assert_allclose(turned, [[4, 2, 0], [5, 3, 1]])


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_10.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
