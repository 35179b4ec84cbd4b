"""The answers of notebook 01: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb01_answers as answers


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [32, 20, 320]),
        ({"shrink": False}, [100, 60, 320]),
        ({"multiples": False}, [32, 18, 320]),
        ({"square": True}, [32, 32, 320]),
        ({"exchanged": True}, [20, 32, 320]),
        ({"width_only": True}, [32, 20, 80]),
        ({"stage": 5}, [16, 10, 512]),
        ({"stage": 5, "width_only": True}, [16, 10, 128]),
    ],
)
def test_shapes_of_c4(switch, wanted):
    assert answers.c4_answer(**switch).tolist() == wanted


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, 100 + 1 * 5 + 2 * 6 + 3 * 8 + 4 * 9),
        ({"begins": True}, 100 + 1 * 1 + 2 * 2 + 3 * 4 + 4 * 5),
        ({"flipped": True}, 100 + 1 * 5 + 2 * 0 + 3 * 2 + 4 * 0),
        ({"no_bias": True}, 77),
        ({"repeated": True}, 177),
        ({"x_first": True}, 100 + 1 * 3 + 2 * 0 + 3 * 6 + 4 * 0),
    ],
)
def test_a_cell_by_hand(switch, wanted):
    """The kernel reads the cell, its right neighbour, the one below and the one beyond both."""
    feature_map = np.float32([[2, 3, 0], [5, 6, 0], [8, 9, 0]])
    if switch.get("begins"):
        feature_map = np.float32([[0, 0, 0], [0, 0, 0], [0, 1, 2], [0, 4, 5]])
    kernel = np.zeros((3, 3, 1, 1))
    kernel[1:, 1:, 0, 0] = [[1, 2], [3, 4]]
    found = answers.conv_cell_answer(feature_map[..., None], kernel, [100], 1, 0, **switch)
    assert found.tolist() == [wanted]


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, 0),
        ({"relu_first": True}, 2),
        ({"no_shortcut": True}, 0),
        ({"no_last": True}, -4),
        ({"linear": True}, 0),
    ],
)
def test_a_block_of_one_cell(switch, wanted):
    """x = 2; then 2 * 2 = 4, 4 - 1 = 3, 3 * -2 = -6; the sum is -4."""
    one = np.ones((1, 1, 1, 1))
    middle = np.zeros((3, 3, 1, 1))
    middle[1, 1] = 1
    block = np.full((1, 1, 1), 2.0), (2 * one, [0]), (middle, [-1]), (-2 * one, [0])
    assert answers.residual_answer(*block, **switch).item() == wanted


def test_a_block_without_its_inner_relus():
    one = np.ones((1, 1, 1, 1))
    middle = np.zeros((3, 3, 1, 1))
    block = np.full((1, 1, 1), 2.0), (-one, [0]), (middle + one, [0]), (-one, [0])
    assert answers.residual_answer(*block).item() == 2
    assert answers.residual_answer(*block, linear=True).item() == 4


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [19, 35, 67, 131]),
        ({"no_pool": True}, [11, 19, 35, 67]),
        ({"every_convolution": True}, [35, 83, 179, 371]),
        ({"stride_first": True}, [29, 45, 77, 141]),
        ({"whole_kernel": True}, [26, 50, 98, 194]),
        ({"halves": "2 3 4 5 first"}, [27, 59, 123, 251]),
        ({"halves": "3 4 5 last"}, [19, 27, 43, 75]),
    ],
)
def test_fields_with_one_block_per_stage(switch, wanted):
    """By hand: 7 after conv1, 11 after pool1, and a block adds 2 * 4, 2 * 8, 2 * 16, 2 * 32."""
    assert answers.field_answer((1, 1, 1, 1), **switch).tolist() == wanted


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, 2 * 3 / 2 + 1),
        ({"of_batch": True}, 1),
        ({"no_root": True}, 2 * 3 / 4 + 1),
        ({"not_scaled": True}, 1.5),
    ],
)
def test_a_norm_of_one_number(switch, wanted):
    given = [np.full((1, 1, 1, 1), 5.0), *np.array([[2.0], [1.0], [2.0], [3.999]])]
    assert answers.frozen_norm_answer(*given, **switch).item() == pytest.approx(wanted)
    without = answers.frozen_norm_answer(*given[:-1], np.array([4.0]), no_epsilon=True)
    assert without.item() == pytest.approx(4)


def test_moved_numbers():
    assert answers.norm_moved_answer().tolist() == [768, 384, 0]
    assert answers.norm_moved_answer(frozen=0, channels=1).tolist() == [4, 0, 0]


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_01.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
