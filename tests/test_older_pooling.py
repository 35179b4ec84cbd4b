"""crop_and_resize and RoIPool: where they differ from RoIAlign, and RoIPool's own gradient."""

import numpy as np
import pytest
from pooling_twins import gradient_of, ramp, random_case, twin_of

from maskrcnn_explained import roi_align as ra
from maskrcnn_explained.older_pooling import pooling_inputs

WHOLE = np.array([[0, 0, 4, 4]], np.float32)


def test_the_other_two_are_not_exact():
    height, width, stride, size = 6, 8, 4, 2
    box = np.array([[5, 6, 17, 25]], np.float32)
    values = ramp(height, width, stride, 1, 0, 0)  # the value is y itself
    exact = 5 + 12 * np.array([0.25, 0.75])  # of bin centres
    pooled = ra.crop_and_resize(values, box, [0], size, stride)[0, :, 0, 0].numpy()
    # Its samples lie at the box's first and last pixel, and a pixel is shifted by up to half a
    # cell: y' = y * (h - 1) / (H - 1) reads the ramp at (y' + 1/2) * stride.
    shifted = (np.array([5, 16]) * 5 / 23 + 0.5) * stride
    np.testing.assert_allclose(pooled, shifted, rtol=1e-5)
    assert abs(pooled - exact).max() > 1.5
    pooled = ra.roi_pool(values, box, [0], size, stride)[0, :, 0, 0].numpy()
    np.testing.assert_allclose(pooled, [10, 14])  # rows 1..2 and 2..3 of centres 6, 10, 14
    assert abs(pooled - exact).max() > 1.5


def test_gradient_of_roi_pool_goes_to_the_largest_cell():
    maps, boxes, images, stride = random_case(6, number=8, channels=2)
    upstream = np.random.default_rng(0).normal(size=(8, 3, 3, 2)).astype(np.float32)
    expected = np.zeros(maps.shape)
    pooled = twin_of("roi_pool", maps, boxes, images, 3, stride)
    for (box, row, column, channel), value in np.ndenumerate(pooled):
        if value != 0:  # a bin on the map: its value occurs once in its image, at one cell
            cell = np.argwhere(maps[images[box], ..., channel] == np.float32(value))
            assert len(cell) == 1
            expected[images[box], *cell[0], channel] += upstream[box, row, column, channel]
    gradient = gradient_of("roi_pool", maps, boxes, images, 3, stride, upstream)
    np.testing.assert_allclose(gradient, expected, atol=1e-5)


def test_gradient_of_roi_pool_is_shared_among_equals():
    maps, boxes = np.ones((1, 4, 4, 1)), WHOLE
    gradient = gradient_of("roi_pool", maps, boxes, [0], 2, 1, np.ones((1, 2, 2, 1), np.float32))
    assert gradient.sum() == pytest.approx(4) and gradient.min() >= 0, "nothing lost, 1 per bin"


def test_the_arguments_of_every_pooling_are_checked():
    maps, boxes, images = pooling_inputs(np.ones((1, 4, 4, 1), int), WHOLE.astype(int), [0], 2, 1)
    assert maps.dtype.name == boxes.dtype.name == "float32" and images.dtype.name == "int32"
    with pytest.raises(ValueError, match="boxes"):
        pooling_inputs(np.ones((1, 4, 4, 1)), WHOLE[0], [0], 2, 1)
    with pytest.raises(ValueError, match="size"):
        pooling_inputs(np.ones((1, 4, 4, 1)), WHOLE, [0], 0, 1)
