"""The answers of notebook 02: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb02_answers as answers

ROW = np.float32([[[0], [4]]])  # one row of two cells


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("nearest", [[0, 0, 4, 4], [0, 0, 4, 4]]),
        ("tiled", [[0, 4, 0, 4], [0, 4, 0, 4]]),
        ("rows only", [[0, 4], [0, 4]]),
        ("zeros", [[0, 0, 4, 0], [0, 0, 0, 0]]),
        ("linear", [[0, 1, 3, 4], [0, 1, 3, 4]]),
    ],
)
def test_upsampling_by_hand(how, wanted):
    assert answers.upsample_answer(ROW, how)[..., 0].tolist() == wanted


def test_upsampling_one_axis_too_far():
    assert answers.upsample_answer(ROW, "one axis too far").shape == (1, 4, 2)


def test_linear_upsampling_goes_down_the_rows_as_well():
    lines = answers.linear_upsampled(ROW[0][:, None], 0)
    assert lines[:, 0, 0].tolist() == [0, 1, 3, 4]


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [-1, -1, 3, 3]),
        ({"no_bias": True}, [-2, -2, 2, 2]),
        ({"with_relu": True}, [0, 0, 3, 3]),
        ({"halved": True}, [-0.5, -0.5, 1.5, 1.5]),
        ({"how": "tiled"}, [-1, 3, -1, 3]),
        ({"how": "linear"}, [-1, 0, 2, 3]),
    ],
)
def test_a_step_by_hand(switch, wanted):
    """The lateral part is 1 * -2 + 1 everywhere."""
    given = np.ones((2, 4, 1)), ROW, np.full((1, 1, 1, 1), -2.0), np.array([1.0])
    assert answers.top_down_answer(*given, **switch)[0, :, 0].tolist() == wanted


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [0, 4, 8, 8]),
        ({"p5_down": True}, [0, 40, 80, 80]),
        ({"lateral_smoothed": True}, [0, 0, 4, 4]),
        ({"no_smoothing": True}, [0, 0, 4, 4]),
        ({"smooth": "fpn_p5"}, [0, 0, 40, 40]),
        ({"only_c4": True}, [0, 0, 0, 0]),
    ],
)
def test_a_level_by_hand(switch, wanted):
    """C4 is zero, so only what comes from above counts; the 3x3 adds the cells left and right."""
    middle, none = np.zeros((3, 3, 1, 1)), np.zeros(1)
    sides = middle.copy()
    middle[1, 1], sides[1] = 10, np.ones((3, 1, 1))
    one = np.ones((1, 1, 1, 1))
    weights = {"fpn_c4p4": (one, none), "fpn_c5p5": (one, none)}
    weights |= {"fpn_p4": (sides, none), "fpn_p5": (middle, none)}
    found = answers.level_four_answer(np.zeros((2, 4, 1)), ROW, weights, **switch)
    assert found[0, :, 0].tolist() == wanted


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("first of two", [1, 2]),
        ("second of two", [6, 0]),
        ("largest", [6, 8]),
        ("mean", [3.5, 3.75]),
        ("quarter", [1, 3]),
    ],
)
def test_p6_by_hand(how, wanted):
    p5 = np.float32([[1, 3, 2, 8], [4, 6, 5, 0]])[..., None]
    assert answers.p6_answer(p5, how).ravel().tolist() == wanted


def test_cells_and_factors():
    assert answers.pyramid_cells_answer() == 93_093
    assert answers.pyramid_cells_answer(no_p6=True) == 93_093 - 13 * 21
    assert answers.pyramid_cells_answer(from_stride=2) == 4 * 93_093
    assert answers.pyramid_cells_answer(per_cell=3) == 3 * 93_093
    assert answers.pyramid_cells_answer(parts=2) == 208 * 336 * 31 // 16
    assert answers.deeper_answer(head=1).tolist() == [4, 16, 1]


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_02.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
