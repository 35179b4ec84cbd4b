"""Colours of a scene: shapes and dtypes, and the same numbers from the same generator."""

import numpy as np
import pytest

from maskrcnn_explained.data.scenes.colours import appearance, background, photographed


def generator(seed):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", range(8))
def test_background(seed):
    image = background(generator(seed), 40)
    assert image.shape == (40, 40, 3) and image.dtype == np.float32
    np.testing.assert_array_equal(image, background(generator(seed), 40))


@pytest.mark.parametrize("seed", range(8))
def test_appearance(seed):
    alpha = np.zeros((20, 30), np.float32)
    alpha[4:16, 5:25] = 1
    around = np.array([90.0, 100.0, 110.0])
    colours = appearance(generator(seed), alpha, around)
    assert colours.shape == (20, 30, 3) and np.isfinite(colours).all()
    np.testing.assert_array_equal(colours, appearance(generator(seed), alpha, around))


def test_photographed_values_stay_in_range():
    extreme = np.full((16, 16, 3), 300, np.float32)
    extreme[:8] = -40
    for seed in range(8):
        image = photographed(generator(seed), extreme)
        assert image.shape == (16, 16, 3) and image.dtype == np.uint8
        assert image[:4].mean() < 60 and image[-4:].mean() > 195
