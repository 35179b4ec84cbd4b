"""Pasting: small masks stretched over their boxes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from reference_run import numbers, unpack

from maskrcnn_explained.pasting import bilinear_rows, grown_boxes, paste_masks


def test_a_full_mask_covers_the_pixels_whose_centres_lie_in_the_box():
    ones = np.ones((2, 28, 28), np.float32)
    boxes = np.array([[1, 2, 4, 5], [0.5, 0.6, 2.4, 2.5]], np.float32)
    masks = paste_masks(ones, boxes, (6, 7))
    expected = np.zeros((2, 6, 7), bool)
    expected[0, 1:4, 2:5] = True
    expected[1, 0:2, 1:2] = True  # centres 0.5 and 1.5 in [0.5, 2.4); 1.5 alone in [0.6, 2.5)
    np.testing.assert_array_equal(masks, expected)


def test_the_threshold_is_half_and_inclusive():
    half = np.full((1, 28, 28), 0.5, np.float32)
    box = np.array([[0, 0, 4, 4]], np.float32)
    assert paste_masks(half, box, (4, 4)).all()
    assert not paste_masks(half - 0.01, box, (4, 4)).any()
    assert paste_masks(half, box, (4, 4), threshold=0.4).all()


def test_two_halves_meet_in_the_middle():
    small = np.zeros((1, 28, 28), np.float32)
    small[:, :, 14:] = 1  # right half
    masks = paste_masks(small, np.array([[0, 10, 20, 40]], np.float32), (20, 50))
    assert masks[0, :, 25:40].all() and masks.sum() == 20 * 15


def slow_paste(small, box, image_size, threshold=0.5):
    """Pixel by pixel: where does its centre lie in the small mask, and what stands there?"""
    size = small.shape[0]
    y1, x1, y2, x2 = (float(value) for value in box)
    mask = np.zeros(image_size, bool)
    for row in range(image_size[0]):
        for column in range(image_size[1]):
            if not (y1 <= row + 0.5 < y2 and x1 <= column + 0.5 < x2):
                continue
            y = np.clip((row + 0.5 - y1) / (y2 - y1) * size - 0.5, 0, size - 1)
            x = np.clip((column + 0.5 - x1) / (x2 - x1) * size - 0.5, 0, size - 1)
            top, left = int(y), int(x)
            bottom, right = min(top + 1, size - 1), min(left + 1, size - 1)
            upper = small[top, left] * (1 - x + left) + small[top, right] * (x - left)
            lower = small[bottom, left] * (1 - x + left) + small[bottom, right] * (x - left)
            mask[row, column] = upper * (1 - y + top) + lower * (y - top) >= threshold
    return mask


@given(st.integers(0, 10**6))
def test_pasting_equals_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    small = rng.uniform(0, 1, (2, 28, 28)).astype(np.float32)
    corners = rng.uniform(-8, 20, (2, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(0.2, 25, (2, 2))], 1).astype(np.float32)
    masks = paste_masks(small, boxes, (16, 20))
    for i in range(2):
        np.testing.assert_array_equal(masks[i], slow_paste(small[i], boxes[i], (16, 20)))


def test_pasted_masks_of_the_reference():
    data = numbers("data")
    boxes, (height, width) = data["unmold_boxes"].astype(np.float32), data["unmold_image_shape"]
    ours = paste_masks(data["unmold_masks"], boxes, (height, width), rim="zero")
    theirs = unpack(data["unmold_out_packed"], (len(boxes), height, width))
    np.testing.assert_array_equal(ours, theirs)
    repeated = paste_masks(data["unmold_masks"], boxes, (height, width))
    assert not np.array_equal(repeated, theirs), "with the other rim they differ"


def test_boxes_outside_or_without_area_paste_nothing():
    ones = np.ones((3, 28, 28), np.float32)
    boxes = np.array([[-9, -9, -1, -1], [30, 0, 40, 9], [3, 3, 3, 9]], np.float32)
    assert not paste_masks(ones, boxes, (10, 12)).any()
    assert paste_masks(ones[:0], boxes[:0], (10, 12)).shape == (0, 10, 12)


@given(st.floats(-5, 15), st.floats(0, 30))
def test_weights_sum_to_one(low, length):
    pixels, weights = bilinear_rows(low, low + length, 20, 28)
    assert weights.shape == (pixels.stop - pixels.start, 28)
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)


def test_a_rim_of_zeros_takes_a_quarter_from_the_first_pixel_of_a_mask_twice_as_large():
    _, weights = bilinear_rows(0, 8, 8, 4, rim="zero")
    np.testing.assert_allclose(weights.sum(1), [0.75, 1, 1, 1, 1, 1, 1, 0.75])


def test_grown_boxes_by_hand():
    """A mask of 4 x 4 gets a rim: half as large again, and so is its box, about its centre."""
    boxes = np.float32([[10, 20, 18, 24], [0, 0, 4, 4], [5.4, 5.4, 5.5, 5.5]])
    # 8 x 4 become 12 x 6: 8..20 and 19..25; the last corner names a pixel that belongs to it.
    # 4 x 4 become 6 x 6: -1..5. A box of a tenth of a pixel still has one.
    expected = [[8, 19, 21, 26], [-1, -1, 6, 6], [5, 5, 6, 6]]
    grown = grown_boxes(boxes, (4, 4))
    np.testing.assert_array_equal(grown, expected)


def test_the_padded_rim_fades_towards_the_edge_and_reaches_beyond_the_box():
    ones = np.ones((1, 28, 28), np.float32)
    box = np.float32([[10, 10, 38, 38]])  # a pixel per value; with its rim 9..39, and one more
    mask = paste_masks(ones, box, (50, 50), rim="padded")[0]
    assert mask[10:38, 10:38].all() and mask.sum() > 28 * 28
    assert not mask[:9].any() and not mask[40:].any()
