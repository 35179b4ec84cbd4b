"""The photographs of an explorer are Python's, pixel by pixel."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.pages.explorer.example_photos import EXAMPLES, example_photos


@pytest.mark.parametrize("model_name", EXAMPLES)
def test_every_photograph_has_words_and_pixels(model_name):
    photos = example_photos(model_name)
    names = [photo.name for photo in photos]
    assert len(set(names)) == len(names) == 4
    for photo in photos:
        assert photo.image.ndim == 3 and photo.image.dtype == np.uint8
        assert photo.short and photo.title and photo.alt


def test_scenes_open_with_the_coins_and_nothing_is_lost():
    coins = example_photos("scenes")[0]
    facts = coins.facts()
    kind, stored = facts.pop("image").split(",")
    assert kind == "data:image/webp;base64" and facts["title"] == "the photograph of coins"
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(stored))).convert("RGB"))
    np.testing.assert_array_equal(image, as_rgb(data.coins()))


def test_another_model_has_none():
    with pytest.raises(ValueError, match="'mine'; there are: scenes, nuclei, photos"):
        example_photos("mine")
