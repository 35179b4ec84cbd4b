"""Mini masks: what a box holds, in 56 x 56 pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_run import numbers, unpack

from maskrcnn_explained.masks import boxes_from_masks, from_mini_masks, to_mini_masks


def test_a_mask_by_hand():
    mask = np.zeros((1, 8, 8), bool)
    mask[0, 2:6, 4:6] = True  # 4 x 2 pixels, lower half
    mask[0, 2:4, 4] = False
    mini = to_mini_masks(mask, [[2, 4, 6, 6]], 4)
    expected = [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
    np.testing.assert_array_equal(mini[0], np.array(expected, bool))
    np.testing.assert_array_equal(from_mini_masks(mini, [[2, 4, 6, 6]], (8, 8)), mask)


def test_outside_the_box_is_nothing_so_corners_are_rounded():
    mask = np.ones((1, 10, 10), bool)
    mask[0, 7, 5] = False  # else scikit-image, which keeps the range of the input, makes all 1
    mini = to_mini_masks(mask, [[0, 0, 10, 10]], 56)[0]
    assert not mini[0, 0] and not mini[-1, -1] and mini[0, 28] and mini[3, 3]


def test_nothing_in_nothing_out():
    assert to_mini_masks(np.zeros((0, 5, 6), bool), np.zeros((0, 4)), 4).shape == (0, 4, 4)
    empty = np.zeros((1, 5, 6), bool)
    assert not to_mini_masks(empty, np.zeros((1, 4)), 4).any()
    assert not from_mini_masks(np.ones((1, 4, 4), bool), np.zeros((1, 4)), (5, 6)).any()


@given(st.integers(0, 10**6))
def test_an_ellipse_goes_there_and_back(seed):
    """A smooth outline survives but for pixels on the outline itself."""
    rng = np.random.default_rng(seed)
    centre, radii = rng.uniform(30, 70, 2), rng.uniform(5, 28, 2)
    distance = (np.indices((100, 100)).transpose(1, 2, 0) + 0.5 - centre) / radii
    mask = (distance**2).sum(-1)[None] <= 1
    boxes = boxes_from_masks(mask)
    back = from_mini_masks(to_mini_masks(mask, boxes, 56), boxes, (100, 100))
    assert (back & mask).sum() / (back | mask).sum() > 0.93


@pytest.mark.parametrize("image", ["img0", "img1"])
def test_mini_masks_of_the_reference(image):
    data, key = numbers("data"), f"{image}_square_128_256_0"
    full, minis, expanded = (
        np.moveaxis(unpack(data[f"{key}_{name}_packed"], data[f"{key}_{shape}_masks_shape"]), 2, 0)
        for name, shape in (("full_masks", "full"), ("mini_masks", "mini"), ("expanded", "full"))
    )
    boxes = boxes_from_masks(full)
    np.testing.assert_array_equal(boxes, data[f"{key}_bbox"])
    np.testing.assert_array_equal(to_mini_masks(full, boxes, 56), minis)
    np.testing.assert_array_equal(from_mini_masks(minis, boxes, full.shape[1:]), expanded)
