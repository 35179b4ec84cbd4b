"""Textures: photographs that scikit-image ships, but never the coins."""

import pytest

from maskrcnn_explained.data.scenes.textures import PHOTOS, photo


def test_coins_are_not_among_the_textures():
    assert "coins" not in PHOTOS
    with pytest.raises(ValueError, match="coins"):
        photo("coins", 1.0)
