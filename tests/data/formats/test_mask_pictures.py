"""Label maps and masks, in every kind of picture that tools write."""

import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from maskrcnn_explained.data.formats.mask_pictures import (
    instance_mask,
    is_lossy,
    label_map_masks,
)
from maskrcnn_explained.data.image_files import ImageFileError

LABELS = np.zeros((40, 60), np.uint8)
LABELS[5:15, 5:15] = 3
LABELS[20:35, 30:50] = 7
WIDE = LABELS * np.uint16(300)
ONE = LABELS == 3
FULL = np.full((40, 60), 255, np.uint8)
RAMP = np.arange(2400, dtype=np.uint16).reshape(40, 60)


def palette(path):
    picture = Image.fromarray(LABELS).convert("P")
    picture.putdata(LABELS.ravel().tolist())
    picture.putpalette([(i * 37) % 256 for i in range(768)])
    picture.save(path)


def black_behind_others(path):
    picture = Image.fromarray(np.where(LABELS == 3, 1, 2).astype(np.uint8), "P")
    picture.putpalette([0, 0, 255, 255, 0, 0, 0, 0, 0])
    picture.save(path)


def scaled_grey(path):
    """Grey of 4 bits, which Pillow stretches to 0..255: 15 becomes 255."""
    rows = [b"\0" + bytes((row[::2] << 4) | row[1::2]) for row in np.where(LABELS == 7, 15, LABELS)]
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 60, 40, 4, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    ]
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        crc = zlib.crc32(kind + data)
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)
    path.write_bytes(content)


def low_bytes(path):
    """Colours of 16 bits that differ in their lower 8 alone."""
    colours = np.dstack([LABELS, LABELS * 0, LABELS * 0]).astype(np.uint16)
    tifffile.imwrite(path, colours, photometric="rgb")


def coloured(path, alpha=False):
    colours = np.zeros((40, 60, 4 if alpha else 3), np.uint8)
    colours[LABELS == 3, :2] = [255, 10]
    colours[LABELS == 7, :2] = [0, 255]
    if alpha:
        colours[LABELS > 0, 3] = 255
        colours[0, 0] = [9, 9, 9, 0]  # what is transparent has no colour
    Image.fromarray(colours).save(path)


@pytest.mark.parametrize(
    ("save", "suffix"),
    [
        (lambda p: Image.fromarray(LABELS).save(p), "png"),
        (lambda p: Image.fromarray(LABELS).save(p), "bmp"),
        (lambda p: Image.fromarray(LABELS).save(p, lossless=True), "webp"),
        (lambda p: Image.fromarray(WIDE).save(p), "png"),
        (lambda p: tifffile.imwrite(p, LABELS.astype(np.float64)), "tif"),
        (lambda p: tifffile.imwrite(p, LABELS.astype(np.uint32) * 70_000), "tif"),
        (lambda p: tifffile.imwrite(p, LABELS.astype(np.int64)), "tif"),
        (lambda p: tifffile.imwrite(p, LABELS.astype(np.int32)), "png"),
        (lambda p: Image.fromarray(LABELS).save(p, "PNG"), "tif"),
        (lambda p: Image.fromarray(LABELS).save(p, compression="tiff_lzw"), "tif"),
        (lambda p: Image.fromarray(WIDE).save(p, compression="tiff_lzw"), "tif"),
        (lambda p: Image.fromarray(np.dstack([LABELS, LABELS * 0])).save(p), "png"),
        (scaled_grey, "png"),
        (low_bytes, "tif"),
        (lambda p: Image.fromarray(np.repeat(LABELS[..., None], 3, 2)).save(p), "png"),
        (palette, "png"),
        (palette, "gif"),
        (coloured, "png"),
        (lambda p: coloured(p, alpha=True), "png"),
    ],
)
def test_label_maps(tmp_path, save, suffix):
    path = tmp_path / f"a.{suffix}"
    save(path)
    masks, voids = label_map_masks(path)
    np.testing.assert_array_equal(masks.full(), [LABELS == 3, LABELS == 7])
    assert voids == 0 and not is_lossy(path)


@pytest.mark.parametrize(
    ("save", "suffix", "message"),
    [
        (lambda p: Image.fromarray(LABELS).save(p), "jpg", "is a JPEG"),
        (lambda p: Image.fromarray(LABELS).save(p, "JPEG"), "png", "is a JPEG"),
        (lambda p: Image.fromarray(LABELS).convert("RGB").save(p), "webp", "with loss"),
        (lambda p: tifffile.imwrite(p, LABELS / np.float32(2)), "tif", "whole numbers"),
        (lambda p: tifffile.imwrite(p, np.full((9, 9), np.nan, np.float32)), "tif", "whole"),
        (lambda p: tifffile.imwrite(p, np.zeros((5, 9, 9), np.uint8)), "tif", "5 frames"),
        (lambda p: Image.fromarray(LABELS).save(p, compression="jpeg"), "tif", "is a JPEG"),
        (lambda p: Image.fromarray(LABELS).save(p), "avif", "AVIF"),
        (black_behind_others, "png", "black is the index 2, and not 0"),
        (lambda p: Image.fromarray(RAMP).save(p), "png", "2399 nowhere fill 2 x 2"),
        (lambda p: p.write_bytes(b"text"), "png", "cannot be read as an image"),
    ],
)
def test_what_is_no_label_map(tmp_path, save, suffix, message):
    path = tmp_path / f"a.{suffix}"
    save(path)
    with pytest.raises(ImageFileError, match=message) as caught:
        label_map_masks(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("numbers", "kept", "voids"),
    [((3, 7, 255), 2, 1), ((3, 200, 255), 3, 0), ((254, 255), 2, 0), ((255,), 1, 0)],
)
def test_void(tmp_path, numbers, kept, voids):
    labels = np.zeros((9, 30), np.uint8)
    for place, value in enumerate(numbers):
        labels[2:5, 5 * place : 5 * place + 3] = value
    Image.fromarray(labels).save(tmp_path / "a.png")
    masks, left_out = label_map_masks(tmp_path / "a.png")
    assert (len(masks), left_out) == (kept, voids)
    assert len(label_map_masks(tmp_path / "a.png", void=None)[0]) == len(numbers)


def test_one_number_in_several_pieces_is_said(tmp_path):
    Image.fromarray((LABELS > 0).astype(np.uint8) * 255).save(tmp_path / "a.png")
    with pytest.warns(UserWarning, match=r"a\.png holds one number in 2 pieces"):
        masks, _ = label_map_masks(tmp_path / "a.png")
    assert masks.areas.tolist() == [400]


def test_numbers_below_0_are_counted(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.where(LABELS == 7, -1, LABELS.astype(np.int32)))
    masks, left_out = label_map_masks(tmp_path / "a.tif")
    np.testing.assert_array_equal(masks.full(), [LABELS == 3])
    assert left_out == 1


def test_edges_of_a_blended_map_are_said(tmp_path):
    Image.fromarray(LABELS * 30).resize((120, 80), Image.Resampling.BILINEAR).save(
        tmp_path / "a.png"
    )
    Image.fromarray((LABELS > 0) * np.uint8(255)).save(tmp_path / "b.jpg", quality=75)
    Image.open(tmp_path / "b.jpg").save(tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        with pytest.warns(UserWarning, match=f"{name} holds .* nowhere fill 2 x 2"):
            label_map_masks(tmp_path / name)


def test_a_map_in_colours_without_black_is_said(tmp_path):
    colours = np.full((40, 60, 3), 255, np.uint8)
    colours[ONE] = [255, 0, 0]
    Image.fromarray(colours).save(tmp_path / "a.png")
    with pytest.warns(UserWarning, match=r"a\.png has no black"):
        masks, _ = label_map_masks(tmp_path / "a.png")
    assert masks.areas.tolist() == [100, 2300]


GREY = ONE * np.uint8(255)
KINDS = {
    "0 and 1": ONE.astype(np.uint8),
    "0 and 255": GREY,
    "0 and 100": ONE * np.uint8(100),
    "1 bit": ONE,
    "16 bits": ONE.astype(np.uint16) * 65535,
    "colours": np.repeat(GREY[..., None], 3, 2),
    "colours with alpha": np.dstack([GREY, GREY, GREY, FULL]),
    "alpha is the mask": np.dstack([FULL, FULL, FULL, GREY]),
    "alpha over black": np.dstack([FULL * 0, FULL * 0, FULL * 0, GREY]),
    "what is transparent is outside": np.dstack([FULL - LABELS, FULL, FULL, GREY]),
    "alpha of a black object on white": np.dstack([FULL - GREY, FULL - GREY, FULL - GREY, GREY]),
    "white on black with a clear edge": np.dstack(
        [GREY, GREY, GREY, np.where(LABELS == 7, 0, FULL)]
    ),
    "alpha that says nothing": np.dstack([GREY, GREY, GREY, FULL * 0]),
    "grey with alpha": np.dstack([GREY, FULL]),
    "soft edge": np.where(ONE, 255, np.where(np.roll(ONE, 1), 90, 0)).astype(np.uint8),
}


@pytest.mark.parametrize("pixels", KINDS.values(), ids=KINDS)
def test_masks_of_one_object(tmp_path, pixels):
    Image.fromarray(pixels).save(tmp_path / "m.png")
    np.testing.assert_array_equal(instance_mask(tmp_path / "m.png"), ONE)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_noise_of_jpeg_is_no_object(tmp_path, mode):
    Image.fromarray(GREY).convert(mode).save(tmp_path / "m.jpg", quality=75)
    assert abs(int(instance_mask(tmp_path / "m.jpg").sum()) - 100) <= 5


def test_an_empty_mask(tmp_path):
    for name in ("m.png", "m.jpg"):
        Image.fromarray(FULL * 0).save(tmp_path / name)
        assert not instance_mask(tmp_path / name).any()


def test_a_jpeg_of_0_and_1_is_refused(tmp_path):
    Image.fromarray(ONE.astype(np.uint8)).save(tmp_path / "m.jpg", quality=95)
    with pytest.raises(ImageFileError, match=r"m\.jpg .* JPEG, .* Export it again as a PNG"):
        instance_mask(tmp_path / "m.jpg")


@pytest.mark.parametrize(
    "save",
    [
        lambda p: Image.fromarray(GREY).save(p, compression="tiff_lzw"),
        lambda p: Image.fromarray(ONE).save(p, compression="group4"),
        lambda p: tifffile.imwrite(p, 255 - GREY, photometric="miniswhite"),
        lambda p: tifffile.imwrite(p, ONE.astype(np.float32)),
    ],
)
def test_masks_in_tiff(tmp_path, save):
    save(tmp_path / "m.tif")
    np.testing.assert_array_equal(instance_mask(tmp_path / "m.tif"), ONE)


def test_a_mask_without_numbers_is_refused(tmp_path):
    tifffile.imwrite(tmp_path / "m.tif", np.full((9, 9), np.nan, np.float32))
    with pytest.raises(ImageFileError, match=r"m\.tif holds NaN"):
        instance_mask(tmp_path / "m.tif")


def test_a_palette_of_white_and_black(tmp_path):
    picture = Image.fromarray((~ONE).astype(np.uint8), "P")
    picture.putpalette([255, 255, 255, 0, 0, 0])
    picture.save(tmp_path / "m.png")
    np.testing.assert_array_equal(instance_mask(tmp_path / "m.png"), ONE)


def test_a_palette_mask(tmp_path):
    palette(tmp_path / "m.png")
    np.testing.assert_array_equal(instance_mask(tmp_path / "m.png"), LABELS > 0)
