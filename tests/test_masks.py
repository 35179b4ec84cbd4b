"""Masks: their boxes and their overlap, by hand, as properties, and as the reference has them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maskrcnn_explained.masks import boxes_from_masks, mask_iou

MASKS = hnp.arrays(bool, (3, 5, 6))


def test_box_of_a_mask_by_hand():
    masks = np.zeros((3, 6, 8), bool)
    masks[0, 2, 3] = True  # one pixel: the box around it has area one
    masks[1, 1:4, 2] = masks[1, 5, 7] = True
    np.testing.assert_array_equal(boxes_from_masks(masks), [[2, 3, 3, 4], [1, 2, 6, 8], [0] * 4])
    assert boxes_from_masks(masks[:0]).shape == (0, 4)


@given(hnp.arrays(bool, st.tuples(st.integers(1, 4), st.integers(1, 7), st.integers(1, 7))))
def test_box_of_a_mask_holds_it_tightly(masks):
    for mask, (y1, x1, y2, x2) in zip(masks, boxes_from_masks(masks).astype(int), strict=True):
        assert mask[y1:y2, x1:x2].sum() == mask.sum()
        if mask.any():
            inside = mask[y1:y2, x1:x2]
            assert inside[0].any() and inside[-1].any()
            assert inside[:, 0].any() and inside[:, -1].any()


def test_boxes_of_masks_of_the_reference(reference):
    numbers = reference("boxes")
    masks = np.moveaxis(numbers["extract_masks"], 2, 0)
    np.testing.assert_array_equal(boxes_from_masks(masks), numbers["extract_bboxes"])


def test_mask_iou_by_hand():
    masks = np.zeros((3, 4, 4), bool)
    masks[0, :2] = True  # 8 pixels
    masks[1, 1:3] = True  # 8 pixels, 4 of them common with the first
    assert mask_iou(masks[:1], masks).tolist() == [[1, 4 / 12, 0]]


@given(MASKS, MASKS)
def test_mask_iou_is_symmetric_and_in_0_1(one, other):
    values = mask_iou(one, other)
    np.testing.assert_array_equal(values, mask_iou(other, one).T)
    assert values.min() >= 0 and values.max() <= 1


def test_mask_iou_needs_one_size():
    with pytest.raises(ValueError, match="one size"):
        mask_iou(np.zeros((1, 4, 4), bool), np.zeros((1, 4, 5), bool))


def test_mask_iou_of_empty_masks_is_zero():
    assert mask_iou(np.zeros((1, 4, 4), bool), np.zeros((2, 4, 4), bool)).tolist() == [[0, 0]]
