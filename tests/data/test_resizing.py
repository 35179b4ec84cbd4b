"""Resizing: sizes, and pixels by each of the three rules."""

import tracemalloc

import numpy as np
import pytest
from reference_run import numbers
from skimage import transform

from maskrcnn_explained.data.resizing import (
    molded_size,
    nearest_pixels,
    resize_image,
    resize_scale,
    resized_size,
)
from maskrcnn_explained.presets import get_config

SCENES = get_config("scenes", image_min_side=None)
TORCHVISION = get_config("coco-torchvision")


def square(**changes):
    """A Config that resizes into a square of 128 pixels."""
    return SCENES.changed(resize_mode="square", image_min_side=64, image_max_side=128, **changes)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((32, 64), (64, 128)), ((50, 70), (64, 90)), ((300, 100), (128, 43)), ((20, 100), (26, 128))],
)
def test_resized_size_by_hand(size, expected):
    """Enlarged until the shorter side is 64, then shrunk until the longer is at most 128."""
    config = square()
    assert resized_size(*size, config) == expected
    assert molded_size(*expected, config) == (128, 128)
    assert molded_size(64, 65, SCENES) == (64, 128)


@pytest.mark.parametrize("height", [1, 31, 48, 75])
@pytest.mark.parametrize("width", [2, 40, 96, 125])
def test_colours_one_by_one_are_the_colours_together(height, width):
    image = np.random.default_rng(height).integers(0, 256, (48, 80, 3)).astype(np.uint8)
    image[..., 2] //= 16  # a colour with a narrow range of its own
    together = transform.resize(
        image, (height, width), order=1, preserve_range=True, mode="edge", anti_aliasing=True
    )
    expected = np.round(np.round(together, 6)).astype(np.uint8)
    np.testing.assert_array_equal(resize_image(image, (height, width)), expected)


def test_a_photograph_is_resized_in_little_memory():
    image = np.random.default_rng(0).integers(0, 256, (1500, 2000, 3), np.uint8)
    tracemalloc.start()
    resize_image(image, (300, 400))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.9 * 8 * image.size  # colours together need twice the image as float64


@pytest.mark.parametrize("case", range(4))
def test_resized_image_of_the_reference(case):
    data = numbers("data")
    y1, x1, y2, x2 = data[f"resize{case}_window"].astype(int)
    resized = resize_image(data["resize_in"], (y2 - y1, x2 - x1), "reference")
    np.testing.assert_array_equal(resized, data[f"resize{case}_image"][y1:y2, x1:x2])


@pytest.mark.parametrize(
    ("size", "resized", "molded"),
    [
        ((480, 640), (800, 1066), (800, 1088)),  # enlarged; a fraction of a pixel is dropped
        ((1600, 2000), (800, 1000), (800, 1024)),  # shrunk to the shorter side
        ((500, 2000), (333, 1333), (352, 1344)),  # the longer side decides
    ],
)
def test_torchvision_s_sizes_by_hand(size, resized, molded):
    assert resized_size(*size, TORCHVISION) == resized
    assert molded_size(*resized, TORCHVISION) == molded


def test_a_side_of_none_keeps_the_size_or_shrinks():
    config = TORCHVISION.changed(image_min_side=None)
    assert resize_scale(400, 500, config) == 1
    assert resize_scale(400, 2666, config) == pytest.approx(0.5)


def test_torchvision_s_rule_by_hand():
    """Two pixels become four: a quarter and three quarters between them; no rounding."""
    image = np.repeat(np.uint8([[0, 101]])[..., None], 3, -1)
    resized = resize_image(image, (1, 4), "torchvision")
    assert resized.dtype == np.float32
    np.testing.assert_allclose(resized[0, :, 0], [0, 25.25, 75.75, 101])
    # Four become two: plain interpolation reads the middle of each pair, and nothing else.
    image = np.repeat(np.uint8([[0, 100, 50, 30]])[..., None], 3, -1)
    np.testing.assert_allclose(resize_image(image, (1, 2), "torchvision")[0, :, 0], [50, 40])


def test_torchvision_s_rule_equals_plain_interpolation():
    image = np.random.default_rng(0).integers(0, 256, (37, 53, 3), np.uint8)
    for size in ((20, 80), (74, 30), (37, 53)):
        expected = transform.resize(
            image.astype(float), size, order=1, mode="edge", anti_aliasing=False
        )
        np.testing.assert_allclose(resize_image(image, size, "torchvision"), expected, atol=1e-2)


def test_nearest_pixels_by_hand():
    assert nearest_pixels(2, 6).tolist() == [1, 4]  # in which the centres lie
    assert nearest_pixels(2, 6, "torchvision").tolist() == [0, 3]  # in which they begin
    assert nearest_pixels(2, 6, "reference").tolist() == [0, 5]  # the first and the last
