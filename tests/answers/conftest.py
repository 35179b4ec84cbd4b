"""What the tests of the printed answers share: the shipped model and the photo."""

import pytest
from skimage import data

import maskrcnn_explained as mrx


@pytest.fixture(scope="session")
def scenes_model():
    return mrx.load("scenes")


@pytest.fixture(scope="session")
def coins():
    return mrx.data.images.as_rgb(data.coins())
