"""Mask targets by both rules: by hand, as properties, and against plain loops."""

import math

import numpy as np
import pytest
import tensorflow as tf
from helpers import random_objects, rectangles
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained.mask_bits import MaskBits
from maskrcnn_explained.mask_targets import axis_weights, mask_targets
from maskrcnn_explained.presets import get_config

ROUNDED, SOFT = get_config("scenes"), get_config("scenes", mask_target_rule="soft")


def cut(box, mask, config):
    """The target [28, 28] of one RoI and one mask."""
    rois = np.float32(box)[None, None]
    return mask_targets(rois, np.int32([[0]]), np.asarray(mask)[None, None], config)[0, 0].numpy()


def blobs(seed, number=3, height=60, width=90):
    """Masks [number, H, W] bool with curved edges."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    masks = []
    for _ in range(number):
        cy, cx, ry, rx = rng.uniform([5, 5, 5, 5], [height, width, height, width])
        masks.append(((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 < 1)
    return np.array(masks)


# By hand

RIGHT = np.tile(np.arange(64) >= 10, (64, 1))  # the object is everything right of x = 10


def test_rounded_by_hand():
    expected = np.zeros((28, 28))
    expected[:, 14:] = 1  # x = 10 is the middle of the RoI
    np.testing.assert_array_equal(cut([0, 0, 20, 20], RIGHT, ROUNDED), expected)


def test_soft_by_hand():
    """One sample a bin, in its middle; to this rule pixel 10 is at 10, so the edge is at 9.5."""
    expected = np.zeros((28, 28))
    expected[:, 9], expected[:, 10:] = 0.5, 1  # bin 9 has its sample halfway from pixel 9 to 10
    np.testing.assert_allclose(cut([0, 0, 28, 28], RIGHT, SOFT), expected, atol=1e-6)
    # Twice as long: two samples a bin, a quarter of a pixel off on either side.
    expected[:, :5], expected[:, 4], expected[:, 5:] = 0, 0.25, 1
    found = cut([0, 0, 56, 56], RIGHT, SOFT)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_weights_along_an_axis_by_hand():
    weights = axis_weights(tf.constant([0.0]), tf.constant([4.0]), 2, 6)[0]
    # Bins of two pixels, two samples each: at 0.5 and 1.5, at 2.5 and 3.5.
    expected = [[0.25, 0.5, 0.25, 0, 0, 0], [0, 0, 0.25, 0.5, 0.25, 0]]
    np.testing.assert_allclose(weights, expected, atol=1e-6)
    weights = axis_weights(tf.constant([0.5]), tf.constant([6.5]), 2, 6)[0]
    # Bins of three pixels, three samples each: at 1, 2, 3; at 4, 5 and 6, which takes pixel 5.
    expected = [[0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 2]]
    np.testing.assert_allclose(weights * 3, expected, atol=1e-6)


def test_a_box_of_no_length_is_taken_for_one_pixel():
    assert np.isfinite(cut([20, 20, 20, 20], RIGHT, SOFT)).all()
    np.testing.assert_allclose(cut([20, 20, 20, 20], RIGHT, SOFT), 1, atol=1e-6)


# Properties


@given(st.integers(0, 9999))
def test_each_bin_inside_the_image_sums_to_one(seed):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 100, 5).astype(np.float32)
    high = np.minimum(low + rng.uniform(0, 100, 5), 120).astype(np.float32)
    weights = axis_weights(tf.constant(low), tf.constant(high), 28, 120).numpy()
    assert weights.shape == (5, 28, 120) and (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(2), 1, atol=1e-5)


def test_boxes_far_off_the_image_are_empty():
    assert (cut([-90, 0, -40, 20], np.ones((64, 64), bool), SOFT) == 0).all()


@pytest.mark.parametrize("config", [ROUNDED, SOFT])
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_masks_of_any_number_type_and_as_bits(config, dtype):
    boxes = random_objects(1, 3)
    objects = np.array([[2, 0, 2]], np.int32)
    masks = rectangles(*boxes.astype(int))[None]
    rois = boxes[objects[0]][None] + np.float32(0.3)
    found = mask_targets(rois, objects, masks.astype(dtype), config)
    np.testing.assert_array_equal(found, mask_targets(rois, objects, masks, config))
    packed = MaskBits(np.packbits(masks, axis=-1))
    np.testing.assert_array_equal(found, mask_targets(rois, objects, packed, config))
    traced = tf.function(lambda: mask_targets(rois, objects, packed, config))
    np.testing.assert_allclose(found, traced(), atol=1e-6)


@pytest.mark.parametrize("rule", ["rounded", "soft"])
def test_mask_targets_do_not_depend_on_how_features_are_pooled(rule):
    box, mask = [7.3, 9.1, 38.4, 44.9], rectangles((10, 12, 41, 39))[0]
    one, other, third = (
        cut(box, mask, get_config("scenes", roi_pooling=operator, mask_target_rule=rule))
        for operator in ("roi_align", "crop_and_resize", "roi_pool")
    )
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one, third)


def test_soft_is_near_rounded_where_an_object_is_large():
    """They differ by half a pixel, and in what they do with a bin that the edge crosses."""
    for mask in blobs(2, 3, 200, 300):
        box = [10, 20, 180, 280]
        soft, rounded = cut(box, mask, SOFT), cut(box, mask, ROUNDED)
        assert ((soft >= 0.5) != rounded).mean() < 0.02
        assert np.abs(soft - rounded).max() <= 1


@pytest.mark.parametrize("rule", ["rounded", "soft"])
def test_mini_masks_need_their_boxes(rule):
    config = get_config("scenes", mini_mask_size=8, mask_target_rule=rule)
    rois, masks = tf.zeros([1, 1, 4]), tf.zeros([1, 1, 8, 8])
    with pytest.raises(ValueError, match="give these as `matched`"):
        mask_targets(rois, tf.zeros([1, 1], tf.int32), masks, config)


# Against plain loops


def samples(low, high, bins):
    """Where a box is sampled along an axis: a list of places for each bin."""
    length = max(high - low, 1.0)
    number = math.ceil(length / bins)
    parts = [(k + 0.5) / number for k in range(number)]
    return [[low + (b + part) * length / bins for part in parts] for b in range(bins)]


def value_at(mask, y, x):
    """The mask between its pixels; 0 where it is off by more than one."""
    height, width = mask.shape
    if not (-1 <= y <= height and -1 <= x <= width):
        return 0.0
    y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
    top, left = int(y), int(x)
    bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
    upper = mask[top, left] * (1 - (x - left)) + mask[top, right] * (x - left)
    lower = mask[bottom, left] * (1 - (x - left)) + mask[bottom, right] * (x - left)
    return upper * (1 - (y - top)) + lower * (y - top)


@pytest.mark.parametrize("seed", range(4))
def test_soft_equals_plain_loops(seed):
    rng = np.random.default_rng(seed)
    mask = blobs(seed, 1)[0].astype(float)
    corner = rng.uniform([-8, -8], [40, 60])
    box = [*corner, *(corner + rng.uniform(5, 80, 2))]
    box = np.float32(box).astype(float)
    rows, columns = samples(box[0], box[2], 28), samples(box[1], box[3], 28)
    expected = [
        [np.mean([value_at(mask, y, x) for y in row for x in column]) for column in columns]
        for row in rows
    ]
    np.testing.assert_allclose(cut(box, mask, SOFT), expected, atol=1e-4)


def test_soft_mini_masks_of_an_image_without_objects_stay_small():
    """The box of padding has no size; a RoI is no million pixels long because of it."""
    config = get_config("coco-torchvision", mini_mask_size=28)
    rois = np.float32([[[10, 10, 400, 300], [0, 0, 1, 1]]])
    nothing = np.zeros((1, 1, 28, 28), np.float32)
    no_box = np.zeros((1, 2, 4), np.float32)
    cut = mask_targets(rois, np.zeros((1, 2), np.int32), nothing, config, no_box)
    assert cut.shape == (1, 2, 28, 28) and not cut.numpy().any()
