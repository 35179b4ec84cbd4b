"""Molding: images, boxes and masks of the molded image, and the way back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_run import numbers, unpack

from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.molding import (
    Window,
    boxes_to_image,
    mold,
    mold_cut_masks,
    mold_masks,
    nearest_pixels,
)
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.masks import boxes_from_masks
from maskrcnn_explained.presets import get_config

SCENES = get_config("scenes", image_min_side=None)


def square(**changes):
    """A Config that resizes into a square of 128 pixels."""
    return SCENES.changed(resize_mode="square", image_min_side=64, image_max_side=128, **changes)


def test_molded_image_has_its_place_and_its_mean_taken_away():
    image = np.random.default_rng(0).integers(0, 256, (70, 100, 3)).astype(np.uint8)
    for padding, rim in (("mean", 0.0), ("black", -np.array(SCENES.mean_pixel))):
        molded, (window,) = mold([image], SCENES.changed(padding=padding))
        assert molded.shape == (1, 128, 128, 3) and molded.dtype == np.float32
        assert (window.top, window.left, window.height, window.width) == (29, 14, 70, 100)
        inside = molded[0, 29:99, 14:114] + np.array(SCENES.mean_pixel)
        assert inside == pytest.approx(image, abs=1e-3)
        outside = np.ones((128, 128), bool)
        outside[29:99, 14:114] = False
        assert molded[0][outside] == pytest.approx(np.broadcast_to(rim, (outside.sum(), 3)))


def test_unequal_images_share_the_largest_size():
    images = [np.zeros((60, 60, 3), np.uint8), np.zeros((70, 200, 3), np.uint8)]
    molded, windows = mold(images, SCENES)
    assert molded.shape == (2, 128, 256, 3)
    assert [window.box.tolist() for window in windows] == [[34, 98, 94, 158], [29, 28, 99, 228]]


@pytest.mark.parametrize("config", [SCENES, square()], ids=["pad64", "square"])
@given(height=st.integers(20, 200), width=st.integers(20, 200), seed=st.integers(0, 99))
def test_boxes_go_there_and_back(config, height, width, seed):
    image = np.zeros((height, width, 3), np.uint8)
    _, (window,) = mold([image], config)
    boxes = np.random.default_rng(seed).uniform(0, [height, width] * 2, (5, 4))
    molded = window.to_molded(boxes)
    assert molded.dtype == np.float32
    assert window.to_image(molded) == pytest.approx(boxes, abs=1e-3)
    assert window.to_molded([0, 0, height, width]) == pytest.approx(window.box, abs=1e-3)


@pytest.mark.parametrize(
    ("config", "size", "step"), [(SCENES, (70, 100), 1), (square(), (32, 48), 2)]
)
def test_masks_go_there_and_back(config, size, step):
    """At a whole scale every pixel becomes step x step pixels, exactly."""
    masks = np.random.default_rng(1).random((3, *size)) > 0.5
    molded, (window,) = mold([np.zeros((*size, 3), np.uint8)], config)
    there = mold_masks(masks, window, molded.shape[1:3])
    y1, x1, y2, x2 = window.box.astype(int)
    inside = there[:, y1:y2, x1:x2]
    assert there.sum() == inside.sum() == masks.sum() * step**2
    assert (inside[:, ::step, ::step] == masks).all()


@pytest.mark.parametrize("config", [SCENES, square()], ids=["pad64", "square"])
def test_masks_and_boxes_stay_together(config):
    sample = Scenes("test", 3, 150)[1]
    molded, (window,) = mold([sample.image], config)
    masks = mold_masks(sample.masks, window, molded.shape[1:3])
    assert np.abs(boxes_from_masks(masks) - window.to_molded(sample.boxes)).max() <= 1


@pytest.mark.parametrize("rule", ["smooth", "reference"])
@given(
    height=st.integers(1, 150),
    width=st.integers(1, 150),
    seed=st.integers(0, 99),
    density=st.sampled_from([0.001, 0.5]),
)
def test_cut_masks_are_molded_as_full_ones_are(rule, height, width, seed, density):
    """The nearest pixel of the whole mask, laid into the molded image."""
    masks = np.random.default_rng(seed).random((3, height, width)) < density
    molded, (window,) = mold([np.zeros((height, width, 3), np.uint8)], square())
    size = molded.shape[1:3]
    rows = nearest_pixels(window.height, height, rule)
    columns = nearest_pixels(window.width, width, rule)
    expected = np.zeros((3, *size), bool)
    y1, x1, y2, x2 = window.box.astype(int)
    expected[:, y1:y2, x1:x2] = masks[:, rows[:, None], columns[None]]
    found = mold_cut_masks(CutMasks.of(masks, (height, width)), window, size, rule)
    np.testing.assert_array_equal(found.full(), expected)
    np.testing.assert_array_equal(mold_masks(masks, window, size, rule), expected)


# The reference


def test_inclusive_boxes_lay_the_last_pixel_on_the_last():
    window = Window(10, 0, height=20, width=40, scale_y=2.0, scale_x=2.0)  # of a 10 x 20 image

    def inclusive_to_image(box):
        boxes = np.array(box, np.float32)
        return boxes_to_image(boxes, window.box, window.image_size, inclusive_corners=True)

    whole = [10, 0, 29, 39]  # first and last row and column
    np.testing.assert_allclose(inclusive_to_image(whole), [0, 0, 9, 19], atol=1e-5)
    one = inclusive_to_image([10, 0, 10, 0])
    np.testing.assert_allclose(one, [0, 0, 0, 0], atol=1e-5)


@pytest.mark.parametrize("image", ["img0", "img1"])
def test_molded_masks_of_the_reference(image):
    data = numbers("data")
    masks = np.moveaxis(unpack(data[f"{image}_masks_packed"], data[f"{image}_masks_shape"]), 2, 0)
    config = get_config("coco-resnet50", image_min_side=128, image_max_side=256)
    molded, (window,) = mold([data[image]], config)
    key = f"{image}_square_128_256_0_full_masks"
    theirs = np.moveaxis(unpack(data[f"{key}_packed"], data[f"{key}_shape"]), 2, 0)
    ours = mold_masks(masks, window, molded.shape[1:3], config.resize_rule)
    np.testing.assert_array_equal(ours, theirs)
