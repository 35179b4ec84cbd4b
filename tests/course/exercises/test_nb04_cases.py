"""The cases of notebook 04 hide nothing: not square, not at a rim, not on a step of the levels."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb04_cases as cases
from maskrcnn_explained.course.exercises.nb04_answers import GRADIENT_BOX


@pytest.mark.parametrize(
    "make", [cases.roi_sizes_by_hand, cases.roi_sizes_random, cases.roi_sizes_coins]
)
def test_no_size_lies_on_a_step_and_all_levels_occur(make):
    boxes, canonical = make()
    sides = boxes[:, 2:] - boxes[:, :2]
    exact = np.log2(np.sqrt(sides.prod(1)) / canonical)
    assert np.abs(exact - np.round(exact)).min() > 5e-4
    assert (np.abs(sides[:, 0] - sides[:, 1]) > 1).mean() > 0.3
    assert set(cases.roi_level_judge(boxes, canonical)) == {2, 3, 4, 5}


def test_maps_are_not_square():
    for feature_map in (cases.pool_small_map(), cases.pool_coin_map(4)):
        assert feature_map.shape[0] != feature_map.shape[1]
    assert cases.pool_random_map(5, 8, 3, 2).shape == (5, 8, 3)


@pytest.mark.parametrize(
    "make", [cases.roi_align_by_hand, cases.roi_align_random, cases.roi_align_coins]
)
def test_every_operator_reads_inside_the_map(make):
    """Half a cell further right and below, too."""
    feature_map, box, size, stride = make()
    limits = np.array(feature_map.shape[:2]) * stride
    assert (box[:2] >= stride / 2).all() and (box[2:] < limits - stride / 2).all()
    height, width = box[2:] - box[:2]
    assert abs(height - width) > 0.5
    assert cases.roi_align_judge(feature_map, box, size, stride).shape[:2] == (size, size)


@pytest.mark.parametrize("make", [cases.by_level_hand, cases.by_level_random, cases.by_level_coins])
def test_levels_are_those_of_the_model_and_in_no_order(make):
    boxes, levels, maps, size = make()
    assert cases.roi_level_judge(boxes, 112).tolist() == list(levels)
    assert (np.diff(levels) < 0).any() and len(set(levels)) >= 3
    pooled = cases.by_level_judge(boxes, levels, maps, size)
    assert pooled.shape == (len(boxes), size, size, maps[0].shape[-1])


def test_cells_are_counted_on_any_map():
    assert cases.touched_judge().tolist() == [56, 16, 4]
    height, width = GRADIENT_BOX[2] - GRADIENT_BOX[0], GRADIENT_BOX[3] - GRADIENT_BOX[1]
    assert height != width


def test_a_bin_of_three_operators():
    assert cases.bin_judge() == pytest.approx([5.21875, 4.3053, 2], abs=1e-3)


def test_a_point_between_four_cells():
    assert cases.between_judge(cases.pool_small_map(), 0.5, 0.5) == pytest.approx(4, abs=1e-4)
