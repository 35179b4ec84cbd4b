"""Masks that are drawn when they are asked for."""

import numpy as np
import pytest

from maskrcnn_explained.masks import paste_masks
from maskrcnn_explained.results.pasted_masks import PastedMasks

SIZE = (40, 60)
# Inside, over the edges, smaller than a pixel, without area.
BOXES = np.array([[3, 4, 20, 30], [-5, -5, 10, 70], [0.2, 0.2, 0.4, 0.4], [7, 7, 7, 9]], np.float32)


@pytest.fixture
def small():
    return np.random.default_rng(0).random((len(BOXES), 28, 28)).astype(np.float32)


@pytest.mark.parametrize("rim", ["repeat", "zero", "padded"])
def test_full_and_in_pieces_are_what_paste_masks_gives(small, rim):
    expected = paste_masks(small, BOXES, SIZE, rim=rim)
    masks = PastedMasks(small, BOXES, SIZE, rim)
    assert masks.shape == expected.shape and expected[:2].any((1, 2)).all()
    np.testing.assert_array_equal(masks.full(), expected)
    for whole, ((y1, x1, y2, x2), inside) in zip(expected, masks.pieces(), strict=True):
        again = np.zeros(SIZE, bool)
        again[y1:y2, x1:x2] = inside
        np.testing.assert_array_equal(again, whole)


def test_some_of_them(small):
    masks = PastedMasks(small, BOXES, SIZE, "repeat")
    full = masks.full()
    for which in (np.array([True, False, True, False]), np.array([1, 0]), np.array([], int)):
        np.testing.assert_array_equal(masks.kept(which).full(), full[which])


def test_later_changes_of_the_arrays_change_no_mask(small):
    boxes = BOXES.copy()
    masks = PastedMasks(small, boxes, SIZE, "repeat")
    before = masks.full()
    boxes *= 2
    small[:] = 0
    np.testing.assert_array_equal(masks.full(), before)
