"""Which level a RoI is pooled from, and RoIs of all levels pooled together."""

import keras
import numpy as np
import pytest
from helpers import EXCLUSIVE
from hypothesis import given
from hypothesis import strategies as st

from maskrcnn_explained import roi_align as ra
from maskrcnn_explained.presets import REFERENCE, get_config

# Levels


every_operator = pytest.mark.parametrize("name", ra.OPERATORS)


def test_levels_by_hand():
    config = get_config("scenes", roi_canonical_size=224.0)
    sides = np.array([0, 1, 111, 112, 223, 224, 447, 448, 5000], np.float32)
    boxes = np.stack([0 * sides, 0 * sides, sides, sides], 1)
    levels = ra.roi_levels(boxes, (1024, 1024), config)
    np.testing.assert_array_equal(levels, [2, 2, 2, 3, 3, 4, 4, 5, 5])
    wide = ra.roi_levels([[0.0, 0, 112, 448]], (1024, 1024), config)
    assert wide.numpy().item() == 4, "112 * 448 is 224 squared"


def test_levels_of_the_reference_by_hand():
    config = get_config("coco-resnet50")
    sides = np.array([0, 80, 158, 160, 225, 316, 318, 1024], np.float32)  # pixels, exclusive
    boxes = np.stack([0 * sides, 0 * sides, sides, sides], 1)
    levels = ra.roi_levels(boxes, (1024, 1024), config)
    np.testing.assert_array_equal(levels, [2, 2, 3, 4, 4, 4, 5, 5])  # borders at 224 / sqrt(2) ..


@given(st.floats(1, 500, width=32), st.floats(1, 500, width=32), st.floats(1.01, 4))
@pytest.mark.parametrize("rule", ["paper", "reference"])
def test_a_larger_roi_never_goes_to_a_finer_level(rule, h, w, factor):
    config = get_config("scenes", roi_level_rule=rule)
    boxes = np.array([[0, 0, h, w], [0, 0, h * factor, w * factor]], np.float32)
    small, large = ra.roi_levels(boxes, (512, 512), config).numpy()
    assert 2 <= small <= large <= 5


# The pyramid


def constant_pyramid(batch, size, channels=1):
    """Level k holds 10 * image + k everywhere."""
    values = 10.0 * np.arange(batch, dtype=np.float32)[:, None, None, None]
    return [
        np.broadcast_to(values + k, (batch, size // s, size // s, channels)).astype(np.float32)
        for k, s in ((2, 4), (3, 8), (4, 16), (5, 32))
    ]


@every_operator
def test_each_roi_is_read_from_its_own_level_and_image(name):
    config = get_config("scenes", roi_pooling=name, roi_canonical_size=56.0)
    rng = np.random.default_rng(0)
    sides = rng.uniform(4, 200, 40)
    corners = rng.uniform(20, 30, (40, 2))
    boxes = np.concatenate([corners, corners + sides[:, None]], 1).astype(np.float32)
    images = rng.integers(0, 3, 40).astype(np.int32)
    pooled = ra.pool_pyramid(boxes, images, constant_pyramid(3, 256), 7, config)
    levels = ra.roi_levels(boxes, (256, 256), config).numpy()
    assert set(levels) == {2, 3, 4, 5}
    expected = (10 * images + levels)[:, None, None, None] * np.ones((1, 7, 7, 1))
    np.testing.assert_allclose(pooled, expected, rtol=1e-5)


def test_pyramid_of_no_rois():
    config = get_config("scenes")
    boxes, images = np.zeros((0, 4), np.float32), np.zeros(0, np.int32)
    assert ra.pool_pyramid(boxes, images, constant_pyramid(1, 64), 7, config).shape == (0, 7, 7, 1)


def test_layer_is_pool_pyramid_with_a_batch_axis(tiny_config):
    rng = np.random.default_rng(0)
    maps = [rng.normal(size=(2, 64 // s, 64 // s, 8)).astype(np.float32) for s in (4, 8, 16, 32)]
    boxes = rng.uniform(0, 30, (2, 5, 4)).astype(np.float32)
    boxes[..., 2:] += boxes[..., :2]
    layer = ra.PyramidRoIAlign(7, tiny_config)
    pooled = layer([boxes, *maps])
    flat = ra.pool_pyramid(
        boxes.reshape(-1, 4), np.repeat([0, 1], 5).astype(np.int32), maps, 7, tiny_config
    )
    np.testing.assert_array_equal(pooled, np.reshape(flat, (2, 5, 7, 7, 8)))
    assert layer([boxes[:, :0], *maps]).shape == (2, 0, 7, 7, 8)
    symbolic = layer([keras.Input((None, 4)), *[keras.Input((None, None, 8))] * 4])
    assert symbolic.shape == (None, None, 7, 7, 8)


def test_layer_adds_back_the_pixel_that_inclusive_corners_leave_out(tiny_config):
    config = tiny_config.changed(**REFERENCE)
    rng = np.random.default_rng(1)
    maps = [rng.normal(size=(1, 64 // s, 64 // s, 2)).astype(np.float32) for s in (4, 8, 16, 32)]
    box = np.array([[[8, 8, 39, 23]]], np.float32)  # y2, x2 name the last pixel
    pooled = ra.PyramidRoIAlign(7, config)([box, *maps])
    plain = ra.pool_pyramid(np.array([[8, 8, 40, 24]], np.float32), np.array([0]), maps, 7, config)
    np.testing.assert_array_equal(pooled[0], plain)


def test_layer_round_trip_and_no_xla(tiny_config):
    layer = ra.PyramidRoIAlign(14, tiny_config, name="roi_align_mask")
    assert layer.supports_jit is False, "XLA cannot compile crop_and_resize"
    again = ra.PyramidRoIAlign.from_config(layer.get_config())
    assert (again.size, again.config, again.name) == (14, tiny_config, "roi_align_mask")


# The reference


def test_levels_and_features_of_the_reference(reference):
    numbers = reference("roi_align")
    config = get_config("coco-resnet50")
    side = 512
    boxes = numbers["boxes"] * (side - 1) + EXCLUSIVE  # [2, 30, 4] ours
    levels = ra.roi_levels(boxes, (side, side), config).numpy()
    np.testing.assert_array_equal(levels, numbers["levels"])
    for size in (7, 14):
        theirs = numbers[f"out_{size}"]  # of the first boxes
        for level in (2, 3, 4, 5):
            maps = numbers[f"P{level}"]  # smaller than an image of 512 has: any stride will do
            images, rois = np.nonzero(levels[:, : theirs.shape[1]] == level)
            ours = ra.crop_and_resize(
                maps, boxes[images, rois], images.astype(np.int32), size, side // maps.shape[1]
            )
            np.testing.assert_allclose(ours, theirs[images, rois], atol=1e-4)
