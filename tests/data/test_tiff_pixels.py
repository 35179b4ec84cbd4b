"""TIFF files; test_image_files.py reads files of every kind through it."""

import io

import numpy as np
import pytest
import tifffile

from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.tiff_pixels import is_tiff, picture_page, read_tiff

GREY = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


def file_of(image, **more):
    file = io.BytesIO()
    tifffile.imwrite(file, image, **more)
    return file


@pytest.mark.parametrize("more", [{}, {"byteorder": ">"}, {"bigtiff": True}])
def test_is_tiff(more):
    assert is_tiff(file_of(GREY, **more))
    assert not is_tiff(io.BytesIO(b"II"))


def test_picture_page_passes_a_thumbnail():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(GREY[::2, ::2], subfiletype=1, metadata=None)
        writer.write(GREY, metadata=None)
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        assert picture_page(tiff).index == 1
    pixels, _ = read_tiff("a.tif", file)
    assert (pixels == GREY).all()


def test_picture_page_counts_slices():
    file = file_of(np.stack([GREY] * 5), photometric="minisblack")
    file.seek(0)
    with tifffile.TiffFile(file) as tiff, pytest.raises(ValueError, match="holds 5 frames"):
        picture_page(tiff)


@pytest.mark.parametrize(("dtype", "turned"), [("uint8", True), ("uint16", False)])
def test_read_tiff_says_who_turned_the_picture(dtype, turned):
    file = file_of(GREY.astype(dtype), extratags=[(274, "H", 1, 6, True)])
    pixels, upright = read_tiff("a.tif", file)
    assert upright == turned and pixels.dtype == dtype
    assert (pixels == (np.rot90(GREY, -1) if turned else GREY)).all()


def test_pixels_that_nobody_decodes_are_told():
    file = file_of(GREY.astype(np.uint16), photometric=3, colormap=np.zeros((3, 65536), np.uint16))
    with pytest.raises(ValueError, match="16 bits, 1 channels, compression NONE"):
        read_tiff("a.tif", file)


def test_zero_is_white_in_every_kind_of_grey():
    """Inverted, up to the most that the bits hold; beyond 16 bits they stay, and are refused."""
    for dtype, most in (("uint16", 65535), ("float32", 1)):
        stored = (GREY / 255 * most).astype(dtype)
        pixels, _ = read_tiff("a.tif", file_of(stored, photometric="miniswhite"))
        np.testing.assert_array_equal(pixels, most - stored)
    for value in (-1, 65536):
        stored = np.full((4, 6), value, np.int32)
        pixels, _ = read_tiff("a.tif", file_of(stored, photometric="miniswhite"))
        np.testing.assert_array_equal(pixels, stored)
        with pytest.raises(ValueError, match="0..65535"):
            as_rgb(pixels)
