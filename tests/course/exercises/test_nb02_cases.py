"""The cases of notebook 02 hide nothing: no square map, levels that fit, channels that differ."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb02_cases as cases


@pytest.mark.parametrize(
    "make", [cases.upsample_by_hand, cases.upsample_coins, cases.p6_by_hand, cases.p6_coins]
)
def test_single_maps(make):
    height, width, _ = make()[0].shape
    assert height != width


@pytest.mark.parametrize(
    "make", [cases.top_down_by_hand, cases.top_down_random, cases.top_down_coins]
)
def test_steps(make):
    c, above, kernel, bias = make()
    assert c.shape[:2] == (2 * above.shape[0], 2 * above.shape[1]) and c.shape[0] != c.shape[1]
    assert kernel.shape == (1, 1, c.shape[-1], above.shape[-1]) and c.shape[-1] != len(bias)
    assert np.abs(bias).max() > 0.01 and cases.top_down_sum(c, above, kernel, bias).min() < 0


@pytest.mark.parametrize(
    "make", [cases.level_four_by_hand, cases.level_four_random, cases.level_four_coins]
)
def test_levels(make):
    c4, c5, weights = make()
    assert list(weights) == list(cases.PYRAMID_LAYERS)
    assert c4.shape[:2] == (2 * c5.shape[0], 2 * c5.shape[1]) and c4.shape[-1] != c5.shape[-1]
    depth = len(weights["fpn_p4"][1])
    assert cases.level_four(c4, c5, weights).shape == (*c4.shape[:2], depth)


def test_small_cases_can_be_read():
    arguments = [*cases.upsample_by_hand(), *cases.top_down_by_hand(), *cases.p6_by_hand()]
    arguments += cases.level_four_by_hand()[:2]
    assert max(np.size(argument) for argument in arguments) <= 24


def test_p6_of_the_small_case_is_never_the_largest_of_its_four():
    [p5] = cases.p6_by_hand()
    blocks = p5[..., 0].reshape(2, 2, 3, 2).transpose(0, 2, 1, 3).reshape(2, 3, 4)
    assert (cases.p6_of(p5)[..., 0] < blocks.max(-1)).sum() >= 4
    assert cases.p6_of(p5)[..., 0].tolist() == [[3, 1, 2], [5, 8, 1]]


def test_judges_by_hand():
    assert cases.upsampled_map(np.float32([[[1], [2]]]))[..., 0].tolist() == 2 * [[1, 1, 2, 2]]
    assert cases.pyramid_cells() == 93_093
    assert cases.deeper_pyramid().tolist() == [4, 16, 4]
    lateral = np.float32([[1, 1, 0, 2], [1, 4, 1, 1]])
    above = np.float32([[1, 1, -5, -5]] * 2)
    found = cases.top_down_sum(*cases.top_down_by_hand())
    assert found[..., 0].tolist() == (lateral + above).tolist()
