"""Textures: pieces of scikit-image's photographs, but never of the coins."""

import numpy as np
import pytest

from maskrcnn_explained.data.scenes.textures import PHOTOS, photo, random_texture


def test_coins_are_not_among_the_textures():
    assert "coins" not in PHOTOS
    with pytest.raises(ValueError, match="coins"):
        photo("coins", 1.0)


@pytest.mark.parametrize("name", ["camera", "chelsea", "horse"])
def test_grey_and_colour_photographs_become_rgb(name):
    small = photo(name, 0.3)
    assert small.ndim == 3 and small.shape[2] == 3 and small.dtype == np.uint8
    assert photo(name, 0.3) is small, "kept in memory"


def test_a_texture_may_be_larger_than_its_photograph():
    piece = random_texture(np.random.default_rng(0), 700, 20)
    assert piece.shape == (700, 20, 3) and piece.dtype == np.float32
    np.testing.assert_array_equal(piece, random_texture(np.random.default_rng(0), 700, 20))
