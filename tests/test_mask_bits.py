"""Masks as bits: unpacked as NumPy unpacks them, each used one once."""

import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained.mask_bits import MaskBits, unpack_masks, used_masks


@pytest.mark.parametrize("shape", [(8,), (3, 16), (2, 3, 5, 64), (0, 4, 8), (2, 0, 8)])
def test_bits_are_unpacked(shape):
    masks = np.random.default_rng(0).integers(0, 2, shape).astype(np.uint8)
    found = unpack_masks(np.packbits(masks, axis=-1))
    assert found.dtype == tf.uint8
    np.testing.assert_array_equal(found, masks)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("traced", [False, True])
def test_each_mask_that_is_used_comes_once(packed, traced):
    masks = np.random.default_rng(0).integers(0, 2, (2, 5, 4, 16)).astype(np.uint8)
    objects = np.array([[3, 3, 0], [0, 3, 3]], np.int32)

    def used():
        return used_masks(MaskBits(np.packbits(masks, axis=-1)) if packed else masks, objects)

    function = tf.function(used) if traced else used
    found, places = function()
    assert found.shape == (4, 4, 16) and found.dtype == tf.uint8
    by_hand = masks[np.arange(2)[:, None], objects].reshape(6, 4, 16)
    np.testing.assert_array_equal(tf.gather(found, places), by_hand)
