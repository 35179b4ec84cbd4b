"""Pixels by Pillow; test_image_files.py reads files of every kind through it."""

import io
import warnings

import numpy as np
import PIL
import pytest
import tifffile
from PIL import Image, UnidentifiedImageError

from maskrcnn_explained.data.pillow_pixels import (
    open_picture,
    orientation_of,
    pillow_is_quiet,
    png_without_pixels,
    read_pixels,
)

NOISE = np.random.default_rng(0).integers(0, 256, (60, 80, 3)).astype(np.uint8)


def file_of(kind, **more):
    file = io.BytesIO()
    Image.fromarray(NOISE).save(file, kind, **more)
    return file


def test_a_png_without_pixels_is_small_and_says_the_same():
    exif = Image.Exif()
    exif[0x0112] = 5
    whole = file_of("PNG", exif=exif)
    small = png_without_pixels(whole)
    assert len(small.getvalue()) < 200 < len(whole.getvalue())
    image = open_picture(small)
    assert image.size == (80, 60) and orientation_of(image) == 5


def test_other_files_are_left_as_they_are():
    file = file_of("JPEG")
    assert png_without_pixels(file) is file


@pytest.mark.parametrize("value", [0, 9, 77])
def test_an_impossible_orientation_is_upright(value):
    exif = Image.Exif()
    exif[0x0112] = value
    assert orientation_of(open_picture(file_of("PNG", exif=exif))) == 1


@pytest.mark.parametrize(
    ("mode", "shape", "dtype"),
    [
        ("1", (60, 80), "bool"),
        ("L", (60, 80), "uint8"),
        ("LA", (60, 80, 2), "uint8"),
        ("I;16", (60, 80), "uint16"),
        ("P", (60, 80, 3), "uint8"),
        ("RGB", (60, 80, 3), "uint8"),
        ("RGBA", (60, 80, 4), "uint8"),
    ],
)
def test_read_pixels_of_modes(mode, shape, dtype):
    file = io.BytesIO()
    image = Image.fromarray(NOISE)
    image = image.convert("L").convert(mode) if mode == "I;16" else image.convert(mode)
    image.save(file, "PNG")
    pixels = read_pixels(file)
    assert pixels.shape == shape and pixels.dtype == dtype


def test_grey_that_was_multiplied_by_its_alpha():
    """Half as bright by an alpha of a half: the grey comes back. Pillow reads it from 13 on."""
    file = io.BytesIO()
    stored = np.dstack([np.full((4, 6), 50, np.uint8), np.full((4, 6), 128, np.uint8)])
    tifffile.imwrite(file, stored, photometric="minisblack", extrasamples=["assocalpha"])
    try:
        pixels = read_pixels(file)
    except UnidentifiedImageError:
        assert int(PIL.__version__.split(".")[0]) < 13
        return
    assert pixels.shape == (4, 6, 2) and (pixels[..., 1] == 128).all()
    assert (abs(pixels[..., 0].astype(int) - 50 * 255 / 128) <= 1).all()


def test_quiet_hides_warnings_and_only_inside():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pillow_is_quiet():
            warnings.warn("inside", stacklevel=1)
        warnings.warn("outside", stacklevel=1)
    assert [str(warning.message) for warning in caught] == ["outside"]
