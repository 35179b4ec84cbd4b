"""Colours of every mode, and more than 8 bits."""

import struct

import numpy as np
import PIL
import pytest
import tifffile
from picture_files import (
    DEEP,
    GREY,
    ON_WHITE,
    PICTURE,
    RGBA,
    chunk,
    png,
    png_of_16_bits,
    quiet_read,
    written,
)
from PIL import Image

from maskrcnn_explained.data.image_files import (
    ImageFileError,
    read_image,
)

# ---- colours


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("CMYK", "a.jpg"),  # Pillow inverts it, as Adobe does
        ("CMYK", "a.tif"),
        ("YCbCr", "a.jpg"),
        ("YCbCr", "a.tif"),
        ("LAB", "a.tif"),
        ("P", "a.png"),
        ("P", "a.gif"),
        ("P", "a.tif"),
        ("RGB", "a.bmp"),
        ("RGB", "a.jp2"),
        ("RGB", "a.ppm"),
        ("RGB", "a.tga"),
    ],
)
def test_colours(tmp_path, mode, name):
    image = Image.fromarray(PICTURE)
    if mode == "LAB":
        from PIL import ImageCms

        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(image, *profiles, outputMode="LAB")
    elif mode == "P":
        image = image.quantize()
    else:
        image = image.convert(mode)
    options = {"quality": 95} if name == "a.jpg" else {}
    if (mode, name) == ("YCbCr", "a.tif"):
        options = {"compression": "tiff_lzw"}
    image.save(tmp_path / name, **options)
    assert Image.open(tmp_path / name).mode in (mode, "RGB")
    assert abs(quiet_read(tmp_path / name).astype(int) - PICTURE).mean() < 6


def test_an_uncompressed_ycbcr_tiff_is_read_or_refused(tmp_path):
    """Pillow reads it from version 13 on; before, the file is refused by name, not read wrong."""
    Image.fromarray(PICTURE).convert("YCbCr").save(tmp_path / "plain.tif")
    try:
        found = quiet_read(tmp_path / "plain.tif")
    except ImageFileError as error:
        assert int(PIL.__version__.split(".")[0]) < 13
        assert "plain.tif cannot be read as an image" in str(error)
    else:
        assert abs(found.astype(int) - PICTURE).max() <= 4


def test_black_and_white_of_1_bit(tmp_path):
    for name in ("a.png", "a.tif", "a.bmp"):
        Image.fromarray(GREY > 100).save(tmp_path / name)
        assert (quiet_read(tmp_path / name)[..., 1] == np.where(GREY > 100, 255, 0)).all()


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
def test_transparent_pixels_are_white(tmp_path, name):
    Image.fromarray(RGBA).save(tmp_path / name, lossless=True)
    assert (quiet_read(tmp_path / name)[..., 0] == ON_WHITE).all()


def test_transparent_grey_and_palette_are_white(tmp_path):
    Image.fromarray(RGBA[..., 2:]).save(tmp_path / "la.png")
    assert (quiet_read(tmp_path / "la.png")[..., 0] == ON_WHITE).all()
    palette = Image.fromarray(GREY).convert("P")
    for name in ("p.png", "p.gif"):
        palette.save(tmp_path / name, transparency=50)
        assert (quiet_read(tmp_path / name)[..., 0] == np.where(GREY == 50, 255, GREY)).all()
    half = bytes([255] * 50 + [127] + [255] * 205)
    palette.save(tmp_path / "q.png", transparency=half)
    assert quiet_read(tmp_path / "q.png")[..., 0].reshape(-1)[5] in (152, 153)


def test_the_one_transparent_colour_of_a_png_is_white(tmp_path):
    Image.fromarray(GREY).save(tmp_path / "grey.png", transparency=50)
    Image.fromarray(GREY).convert("RGB").save(tmp_path / "rgb.png", transparency=(50, 50, 50))
    deep = DEEP.copy()
    deep[0, 5] = DEEP[0, 4] + 1  # the same upper byte as its neighbour, and not transparent
    value = int(DEEP[0, 4])
    written(tmp_path, "deep.png", png_of_16_bits(deep, transparent=[value]))
    colours = np.dstack([deep] * 3)
    written(tmp_path, "deep_rgb.png", png_of_16_bits(colours, transparent=[value] * 3))
    for name in ("grey.png", "rgb.png"):
        assert (quiet_read(tmp_path / name)[..., 0] == np.where(GREY == 50, 255, GREY)).all()
    for name in ("deep.png", "deep_rgb.png"):
        expected = np.where(deep == value, 255, deep >> 8)
        assert (quiet_read(tmp_path / name)[..., 0] == expected).all()


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_the_transparent_grey_of_few_bits(tmp_path, bits):
    before = chunk(b"tRNS", struct.pack(">H", 2**bits - 2))
    row = b"\0" + bytes([((2**bits - 2) << (8 - bits)) & 255 | ((2**bits - 1) << (8 - 2 * bits))])
    path = written(tmp_path, "a.png", png(2, 1, bits, 0, row, before))
    assert quiet_read(path)[0, :, 0].tolist() == [255, 255]


@pytest.mark.parametrize("alpha", [1, 2])
def test_premultiplied_alpha_of_a_tiff(tmp_path, alpha):
    half = np.array([[[200, 100, 0, 128]]], np.uint8)
    if alpha == 1:
        half[..., :3] = half[..., :3] * (128 / 255)
    tifffile.imwrite(tmp_path / "a.tif", half, photometric="rgb", extrasamples=[alpha])
    assert abs(quiet_read(tmp_path / "a.tif")[0, 0] - np.array([227, 177, 127])).max() <= 2


# ---- more than 8 bits


@pytest.mark.parametrize("kind", ["png", "tif", "big endian tif", "lzw tif", "deflate tif"])
@pytest.mark.parametrize("colours", [1, 3])
@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_bits_in_pixels_of_16(tmp_path, kind, colours, bits):
    deep = DEEP >> (16 - bits)
    image = np.dstack([deep, deep // 2, deep // 4]) if colours == 3 else deep
    path = tmp_path / f"a.{kind[-3:]}"
    if kind == "png":
        path.write_bytes(png_of_16_bits(image))
    elif kind == "lzw tif":
        write_lzw(path, image)
    else:
        order = ">" if "big" in kind else "<"
        compression = "zlib" if "deflate" in kind else None
        photometric = "rgb" if colours == 3 else "minisblack"
        tifffile.imwrite(
            path, image, byteorder=order, compression=compression, photometric=photometric
        )
    if bits == 16:
        got = quiet_read(path)
    else:
        with pytest.warns(UserWarning, match=rf"{path.name} .* {bits} bits"):
            got = read_image(path)
    expected = np.dstack([image] * (4 - colours))[..., :3] >> (bits - 8)
    assert (got == expected).all()


def write_lzw(path, image):
    """LZW, which tifffile does not write alone: 16-bit pixels as bytes, the tags set right."""
    if image.ndim == 2:
        Image.fromarray(image).save(path, compression="tiff_lzw")
        return
    # The same bytes as a picture of 8 bits and twice the width.
    as_bytes = image.astype("<u2").view(np.uint8).reshape(len(image), -1, 3)
    Image.fromarray(as_bytes).save(path, compression="tiff_lzw")
    with tifffile.TiffFile(path, mode="r+") as tiff:
        tags = tiff.pages.first.tags
        tags["ImageWidth"].overwrite(image.shape[1])
        tags["BitsPerSample"].overwrite([16, 16, 16])


def test_a_black_picture_of_16_bits_needs_no_warning(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((4, 6), np.uint16))
    assert not quiet_read(tmp_path / "a.tif").any()


def test_alpha_of_16_bits(tmp_path):
    rgba = np.dstack([DEEP, DEEP, DEEP, np.where(DEEP > 30000, 65535, 0)]).astype(np.uint16)
    expected = np.where(DEEP > 30000, DEEP >> 8, 255)
    written(tmp_path, "a.png", png_of_16_bits(rgba))
    written(tmp_path, "la.png", png_of_16_bits(rgba[..., 2:]))
    tifffile.imwrite(tmp_path / "a.tif", rgba, photometric="rgb", extrasamples=[2])
    for name in ("a.png", "la.png", "a.tif"):
        assert abs(quiet_read(tmp_path / name)[..., 0].astype(int) - expected).max() <= 1


@pytest.mark.parametrize("dtype", ["int16", "int32", "uint32"])
def test_wide_integers(tmp_path, dtype):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, (DEEP >> 4).astype(dtype))
    with pytest.warns(UserWarning, match="a.tif .* 12 bits"):
        assert (read_image(path)[..., 0] == DEEP >> 8).all()
    for bad in (-1, 70000):
        if np.iinfo(dtype).min <= bad <= np.iinfo(dtype).max:
            tifffile.imwrite(path, np.full((4, 6), bad, dtype))
            with pytest.raises(ImageFileError, match=rf"a.tif .*0..65535.* {bad}\.\."):
                read_image(path)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("colours", [1, 3])
def test_float_tiff(tmp_path, dtype, colours):
    image = np.dstack([GREY] * colours).squeeze() / 255
    path = tmp_path / "a.tif"
    photometric = "rgb" if colours == 3 else "minisblack"
    tifffile.imwrite(path, image.astype(dtype), photometric=photometric)
    assert abs(quiet_read(path)[..., 0].astype(int) - GREY).max() <= 1
    for bad in (200, -0.5, np.nan):
        tifffile.imwrite(path, np.full_like(image, bad, dtype), photometric=photometric)
        with pytest.raises(ImageFileError, match=r"^\S*a.tif "):
            read_image(path)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_white_is_zero(tmp_path, dtype):
    image = {"uint8": 255 - GREY, "uint16": 65535 - DEEP, "float32": 1 - DEEP / 65535}[dtype]
    tifffile.imwrite(tmp_path / "a.tif", image.astype(dtype), photometric="miniswhite")
    expected = GREY if dtype == "uint8" else DEEP >> 8
    assert abs(read_image(tmp_path / "a.tif")[..., 0].astype(int) - expected).max() <= 1
