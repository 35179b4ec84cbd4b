"""Images of every kind become RGB."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from maskrcnn_explained.data.images import as_rgb, bits_held, turn_upright


def test_grey_is_repeated_in_every_form():
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    for image in (grey, grey[..., None], np.repeat(grey[..., None], 3, 2)):
        rgb = as_rgb(image)
        assert rgb.shape == (3, 4, 3) and rgb.dtype == np.uint8
        assert (rgb == grey[..., None]).all()


def test_alpha_is_blended_with_white():
    grey = np.array([[[0, 255], [0, 0], [100, 255]]], np.uint8)  # opaque, clear, opaque
    rgba = np.concatenate([np.repeat(grey[..., :1], 3, 2), grey[..., 1:]], 2)
    expected = np.array([[0, 255, 100]])[..., None].repeat(3, 2)
    assert (as_rgb(grey) == expected).all() and (as_rgb(rgba) == expected).all()


def test_16_bit_float_and_bool():
    assert as_rgb(np.array([[0, 65535, 32896]], np.uint16))[0, :, 0].tolist() == [0, 255, 128]
    assert as_rgb(np.array([[0, 1.0, 0.5, -0.5]]))[0, :, 0].tolist() == [0, 255, 128, 0]
    assert as_rgb(np.array([[0, 1.0]], np.float32))[0, :, 0].tolist() == [0, 255]
    assert as_rgb(np.array([[False, True]]))[0, :, 0].tolist() == [0, 255]


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros(5, np.uint8), "must be"),
        (np.zeros((1, 5, 5, 3), np.uint8), "must be"),
        (np.zeros((5, 5, 5), np.uint8), "1 to 4 channels"),
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((0, 5)), "no pixels"),
        (np.zeros((5, 5), np.int64), "int64"),
        (np.zeros((5, 5), complex), "complex"),
        (np.array([["a", "b"]]), "must be uint8"),
        (np.array([[0.0, np.nan]]), "NaN"),
        (np.array([[0.0, np.inf]]), "infinite"),
        (np.array([[0.0, 255.0]]), "divide by 255"),
        (None, "must be"),
        ("coins.png", "must be"),
    ],
)
def test_what_is_not_an_image(image, message):
    with pytest.raises(ValueError, match=message):
        as_rgb(image)


@pytest.mark.parametrize("dtype", ["uint16", "int16", "uint32", "int32"])
@pytest.mark.parametrize(
    ("largest", "bits"), [(200, 8), (256, 10), (1024, 12), (4095, 12), (16383, 14)]
)
def test_fewer_bits_than_16_are_scaled_and_told(dtype, largest, bits):
    image = np.array([[0, largest // 2, largest]]).astype(dtype)
    with pytest.warns(UserWarning, match=f"^leaf.tif is read as an image of {bits} bits"):
        rgb = as_rgb(image, "leaf.tif")
    assert rgb[0, :, 1].tolist() == [0, largest // 2 >> (bits - 8), largest >> (bits - 8)]


@pytest.mark.parametrize("dtype", ["uint16", "uint32", "int32"])
def test_16_bits_and_black_are_not_told(dtype):
    assert as_rgb(np.array([[0, 16384, 65535]]).astype(dtype))[0, :, 0].tolist() == [0, 64, 255]
    assert not as_rgb(np.zeros((2, 3), dtype)).any()


def test_whole_numbers_out_of_range():
    for bad in (-1, 65536):
        with pytest.raises(ValueError, match="^leaf.tif must hold whole numbers in 0..65535"):
            as_rgb(np.full((2, 3), bad, np.int32), "leaf.tif")


def test_bits_held():
    expected = {0: 8, 255: 8, 256: 10, 1023: 10, 1024: 12, 4096: 14, 16384: 16, 65535: 16}
    for largest, bits in expected.items():
        assert bits_held(np.array([0, largest])) == bits


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turn_as_pillow_does(orientation):
    image = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    exif = Image.Exif()
    exif[0x0112] = orientation
    with io.BytesIO() as file:
        Image.fromarray(image).save(file, "PNG", exif=exif)
        shown = np.asarray(ImageOps.exif_transpose(Image.open(file)))
    turned = turn_upright(image, orientation)
    assert turned.shape == shown.shape and (turned == shown).all()
    assert turned.flags.c_contiguous
