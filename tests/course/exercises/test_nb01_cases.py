"""The cases of notebook 01 hide nothing: no square map, cells at a rim, channels that differ."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb01_cases as cases

CELLS = (cases.cell_by_hand, cases.cell_random, cases.cell_coins)
BLOCKS = (cases.block_by_hand, cases.block_random, cases.block_coins)


@pytest.mark.parametrize("make", CELLS)
def test_cells(make):
    feature_map, kernel, bias, row, column = make()
    height, width, depth = feature_map.shape
    assert height != width and row != column
    side = 5 if make is cases.cell_random else 3
    assert kernel.shape == (side, side, depth, len(bias))
    # A patch that begins at the cell stays within the map, so that mistake has numbers, too.
    assert row + side <= height and column + side <= width
    assert make is cases.cell_coins or depth != len(bias)


def test_two_cells_lie_at_a_rim():
    assert cases.cell_by_hand()[3] == 0 and cases.cell_random()[4] == 0


@pytest.mark.parametrize("make", BLOCKS)
def test_blocks(make):
    x, *convolutions = make()
    height, width, depth = x.shape
    assert height != width and x.min() >= 0
    kernels = [kernel.shape for kernel, _ in convolutions]
    inside = depth // 4
    assert kernels == [(1, 1, depth, inside), (3, 3, inside, inside), (1, 1, inside, depth)]
    out = cases.residual_block(x, *convolutions)
    assert out.shape == x.shape and (out == 0).any() and (out > x).any()


def test_a_statistic_of_the_batch_is_not_the_stored_one():
    for make in (cases.norm_by_hand, cases.norm_random, cases.norm_coins):
        x, _, _, mean, variance = make()
        assert x.ndim == 4 and x.shape[1] != x.shape[2] or x.shape[0] > 1
        assert np.abs(x.mean((0, 1, 2)) - mean).max() > 0.05
        assert (variance > 0).all()


def test_small_cases_can_be_read():
    arguments = [*cases.cell_by_hand(), *cases.norm_by_hand(), cases.block_by_hand()[0]]
    assert max(np.size(argument) for argument in arguments) <= 24


def test_judges_by_hand():
    assert cases.c4_shape().tolist() == [32, 20, 320]
    assert cases.field_sides((1, 1, 1, 1)).tolist() == [19, 35, 67, 131]
    assert cases.conv_cell(*cases.cell_by_hand()).tolist() == [19, -3]
    one = np.ones((1, 1, 1, 1), np.float32)
    norm = cases.frozen_norm(5 * one, *np.float32([[2], [1], [2], [3.999]]))
    np.testing.assert_allclose(norm, 4 * one, rtol=1e-6)
    assert cases.moved_numbers().tolist() == [768, 384, 0]
