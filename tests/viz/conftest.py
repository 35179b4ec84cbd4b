"""The coins on their way through the shipped model, for the pictures of several stages."""

import pytest
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.masks import paste_masks

KEPT = ("C3", "P3", "box_features", "mask_features")


@pytest.fixture(scope="module")
def traced(trained):
    return mrx.trace(trained, data.coins(), 0.5, keep=KEPT)


@pytest.fixture(scope="module")
def photo(traced):
    return mrx.viz.visible_image(traced["molded_image"], traced.config.mean_pixel)


@pytest.fixture(scope="module")
def pasted(traced, photo):
    return paste_masks(traced["masks"][:3], traced["detection_boxes"][:3], photo.shape[:2])
