"""The answers of notebook 04: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained import roi_align as pooling
from maskrcnn_explained.course.exercises import nb04_answers as answers

GRID = np.float32([[0, 2, 4], [6, 8, 20], [12, 14, 16]])[..., None]  # of the notebook
BOXES = np.float32([[0, 0, 112, 112], [0, 0, 40, 160], [0, 0, 900, 900], [0, 0, 3, 6]])


def test_levels_by_hand():
    assert answers.roi_levels_answer(BOXES, 112).tolist() == [4, 3, 5, 2]
    assert answers.roi_levels_answer(BOXES, 112, paper_size=True).tolist() == [3, 2, 5, 2]
    assert answers.roi_levels_answer(BOXES, 112, rounded=True).tolist() == [4, 4, 5, 2]
    assert answers.roi_levels_answer(BOXES, 112, not_kept=True).tolist() == [4, 3, 7, -1]
    assert answers.roi_levels_answer(BOXES, 112, longer=True).tolist() == [4, 4, 5, 2]
    assert answers.roi_levels_answer(BOXES, 112, no_root=True).tolist() == [5, 5, 5, 2]
    assert answers.roi_levels_answer(BOXES, 112, log=np.log).tolist() == [4, 3, 5, 2]


def test_a_point_by_hand():
    assert answers.between_answer(GRID, 0.75, 1.25)[0] == 8.875
    assert answers.between_answer(GRID, 0.75, 1.25, nearest=True)[0] == 8
    assert answers.between_answer(GRID, 0.75, 1.25, lowest=True)[0] == 2
    assert answers.between_answer(GRID, 0.75, 1.25, crossed=True)[0] == 6.875
    assert answers.between_answer(GRID, 0.75, 1.25, half=0.5)[0] == 3
    exchanged = answers.between_answer(GRID, 0.75, 1.25, exchanged=True)
    assert exchanged == answers.between_answer(GRID, 1.25, 0.75)
    # The opposite weights: 0.1875 * 20 is the share of the nearest but one, and so on.
    far = 2 * 0.75 * 0.25 + 4 * 0.75 * 0.75 + 8 * 0.25 * 0.25 + 20 * 0.25 * 0.75
    assert answers.between_answer(GRID, 0.75, 1.25, far_first=True)[0] == pytest.approx(far)


def test_bins_of_the_notebook():
    small = answers.roi_align_answer(GRID, (2, 3, 22, 21), 2, 8)[..., 0]
    np.testing.assert_allclose(small, [[3.125, 7.484], [10.625, 14.984]], atol=1e-3)
    late = answers.roi_align_answer(GRID, (2, 3, 22, 21), 2, 8, half=0.0)[..., 0]
    np.testing.assert_allclose(late[0, 0], 7.877, atol=1e-3)


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, 5.25),
        ({"points": "one"}, 5.25),  # on a ramp the middle is the mean
        ({"largest": True}, 5.625),
        ({"points": "corner to corner"}, 4.5),
        ({"half": 0.0}, 5.75),
        ({"rounded": True}, 5.25),
    ],
)
def test_where_a_ramp_is_read(switch, wanted):
    """Bin 0 of two, from pixel 40 to 52, on a ramp of stride 8 that holds its own row."""
    ramp = np.tile(np.arange(12.0)[:, None, None], (1, 12, 1))
    read = answers.roi_align_answer(ramp, (40, 40, 64, 56), 2, 8, **switch)
    assert read[0, 0, 0] == pytest.approx(wanted)


def test_a_bin_by_hand():
    """The numbers of RoIAlign: rows 0.375, 0.875 and columns 2.625, 3.625 of the map."""
    right = answers.bin_answer()
    upper = 4 + 0.625 * 4, 8 - 0.625 * 2
    lower = 20 - 0.625 * 20, 0.625 * 2
    wanted = np.mean(
        [(1 - y) * a + y * b for y in (0.375, 0.875) for a, b in zip(upper, lower, strict=True)]
    )
    assert right[0] == pytest.approx(wanted)
    y, x = 5 * 2 / 23, 36 * 5 / 47 - 3
    crop = (1 - y) * (8 - 2 * x) + y * 2 * x
    assert right[1] == pytest.approx(crop) and right[2] == 2
    assert answers.bin_answer(cut_off=True)[2] == 8
    assert answers.bin_answer(other_bin=True)[2] == 16
    for switch in ("no_half", "one_point"):
        assert (answers.bin_answer(**{switch: True}) == right).tolist() == [False, True, True]
    assert (answers.bin_answer(edges=True) == right).tolist() == [True, False, True]


def test_cells_with_a_gradient():
    assert answers.touched_answer().tolist() == [56, 16, 4]
    assert answers.touched_answer(twice=True).tolist() == [64, 16, 4]
    assert answers.touched_answer(points=True).tolist() == [16, 4, 4]
    assert answers.touched_answer(whole_bins=True).tolist() == [56, 16, 60]
    assert answers.touched_answer(swapped=True).tolist() == [16, 56, 4]


def test_order_by_hand():
    """Each map says its level, so what is pooled says where it came from."""
    maps = [np.full((80, 80, 1), level, np.float32) for level in (2, 3, 4, 5)]
    boxes, levels = np.tile(np.float32([[64, 64, 96, 99]]), (3, 1)), [4, 2, 3]
    for switch, wanted in (
        ({}, [4, 2, 3]),
        ({"back": "never"}, [2, 3, 4]),
        ({"back": "order"}, [3, 4, 2]),
        ({"one_map": True}, [2, 2, 2]),
    ):
        found = answers.by_level_answer(boxes, levels, maps, 1, **switch)
        assert found.ravel().tolist() == wanted


def test_as_the_package_has_it():
    ours = answers.roi_align_answer(GRID, (6, 7, 18, 17), 3, 8)
    theirs = pooling.roi_align(GRID[None], np.float32([[6, 7, 18, 17]]), [0], 3, 8)[0]
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_04.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
