"""Image files of every kind: the right picture, or an error that names the file."""

import io
import struct
import sys
import warnings
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps, PngImagePlugin

from maskrcnn_explained.data.image_files import (
    ImageFileError,
    ImageHeader,
    allow_megapixels,
    as_annotated,
    read_header,
    read_image,
)

# Red at the left, green at the top right, black at the bottom right: no turn looks like another.
PICTURE = np.zeros((40, 96, 3), np.uint8)
PICTURE[:, :48] = [200, 30, 30]
PICTURE[:16, 48:] = [30, 200, 30]
GREY = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
DEEP = (np.arange(24, dtype=np.uint16).reshape(4, 6) * 2849).astype(np.uint16)  # 0..65527
STACK = np.stack([np.full((40, 60), value, np.uint8) for value in (0, 80, 160, 240)])
RGBA = np.dstack([GREY, GREY, GREY, np.where(GREY > 100, 255, 0)]).astype(np.uint8)
ON_WHITE = np.where(GREY > 100, GREY, 255)


def exif_of(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def xmp_of(orientation):
    text = f'<x:xmpmeta><rdf:Description tiff:Orientation="{orientation}"/></x:xmpmeta>'
    return text.encode()


def chunk(kind, data):
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def png(width, height, bits, colour_type, pixels, before=b"", behind=b""):
    """A PNG file by hand, with other chunks before or behind its pixels."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(pixels))
    end = chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + data + behind + end


def png_of_16_bits(pixels, transparent=None):
    """[H, W] or [H, W, 3 or 4] uint16 as a PNG file, which Pillow does not write."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    height, width, channels = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    before = b""
    if transparent is not None:
        before = chunk(b"tRNS", struct.pack(f">{len(transparent)}H", *transparent))
    colour_type = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    return png(width, height, 16, colour_type, rows, before)


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def quiet_read(path, **more):
    """read_image; no warning is allowed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return read_image(path, **more)


# ---- turned pictures


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "lzw.tif", "avif"])
def test_a_photo_is_turned(tmp_path, suffix, orientation):
    path = tmp_path / f"a.{suffix}"
    more = {"compression": "tiff_lzw"} if suffix == "lzw.tif" else {"quality": 95}
    Image.fromarray(PICTURE).save(path, exif=exif_of(orientation), **more)
    shown = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
    header = read_header(path)
    assert header == ImageHeader(stored=(40, 96), upright=shown.shape[:2], orientation=orientation)
    assert (quiet_read(path) == shown).all()
    assert abs(shown[0, 0].astype(int) - quiet_read(path, size=header.upright)[0, 0]).max() == 0
    stored = quiet_read(path, size=(40, 96))
    expected = PICTURE
    if orientation < 5:  # upright has the same size: it is taken
        expected = shown
    assert stored.shape == (40, 96, 3) and abs(stored.astype(int) - expected).mean() < 10


@pytest.mark.parametrize("bits", [16, 32])
def test_a_tiff_of_many_bits_is_turned(tmp_path, bits):
    image = np.dstack([DEEP] * 3) if bits == 16 else (np.dstack([DEEP] * 3) / 65535)
    image = image.astype("uint16" if bits == 16 else "float32")
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, photometric="rgb", extratags=[(274, "H", 1, 6, True)])
    assert read_header(path).upright == (6, 4)
    assert abs(quiet_read(path)[..., 0] - np.rot90(DEEP >> 8, -1).astype(int)).max() <= 1
    assert abs(quiet_read(path, size=(4, 6))[..., 0] - (DEEP >> 8).astype(int)).max() <= 1


def test_orientation_behind_the_pixels_of_a_png_and_in_xmp(tmp_path):
    rows = b"".join(b"\0" + row.tobytes() for row in GREY)
    behind = chunk(b"eXIf", exif_of(6).tobytes()[6:])
    path = written(tmp_path, "a.png", png(6, 4, 8, 0, rows, behind=behind))
    assert read_header(path).upright == (6, 4)
    assert (quiet_read(path)[..., 0] == np.rot90(GREY, -1)).all()
    for name in ("b.jpg", "b.webp"):
        Image.fromarray(PICTURE).save(tmp_path / name, xmp=xmp_of(8))
        assert read_header(tmp_path / name).orientation == 8
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp_of(3).decode())
    Image.fromarray(GREY).save(tmp_path / "b.png", pnginfo=info)
    assert (quiet_read(tmp_path / "b.png")[..., 0] == GREY[::-1, ::-1]).all()


def test_read_header_decodes_no_pixels(tmp_path):
    Image.fromarray(PICTURE).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    start = whole.index(b"IDAT") + 4
    broken = written(tmp_path, "b.png", whole[:start] + b"\xff" * 40 + whole[start + 40 :])
    assert read_header(broken).stored == (40, 96)
    with pytest.raises(ImageFileError, match="b.png"):
        read_image(broken)


@pytest.mark.parametrize(
    "block", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0junk" * 9]
)
def test_damaged_exif_does_not_stop_a_good_picture(tmp_path, block):
    for name in ("a.jpg", "a.webp", "a.png"):
        Image.fromarray(PICTURE).save(tmp_path / name, exif=block, quality=95)
        assert abs(quiet_read(tmp_path / name).astype(int) - PICTURE).mean() < 10


def test_as_annotated():
    header = ImageHeader(stored=(40, 60), upright=(60, 40), orientation=6)
    assert as_annotated(header, None, "a.jpg") and as_annotated(header, (60, 40), "a.jpg")
    assert not as_annotated(header, (40, 60), "a.jpg")
    with pytest.raises(ValueError, match=r"^a.jpg is 60 x 40 .* made for 80 x 120"):
        as_annotated(header, (80, 120), "a.jpg")


def test_read_image_names_the_wrong_size(tmp_path):
    Image.fromarray(PICTURE).save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="a.png is 40 x 96 .* 80 x 192"):
        read_image(tmp_path / "a.png", size=(80, 192))


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
    image.save(tmp_path / name, **({"quality": 95} if name == "a.jpg" else {}))
    assert Image.open(tmp_path / name).mode in (mode, "RGB")
    assert abs(quiet_read(tmp_path / name).astype(int) - PICTURE).mean() < 6


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


# ---- frames


def stack_of(tmp_path, kind):
    """A file of several frames, and how many."""
    path = tmp_path / f"a.{'tif' if 'tif' in kind else kind}"
    frames = [Image.fromarray(frame) for frame in STACK]
    if kind == "tif of pages":
        frames[0].save(path, save_all=True, append_images=frames[1:])
    elif kind == "tif of three pages":
        tifffile.imwrite(path, STACK[:3], photometric="minisblack")
    elif kind == "tif of 16 bits":
        tifffile.imwrite(path, STACK.astype(np.uint16) * 257, photometric="minisblack")
    elif kind == "tif of one page":
        with tifffile.TiffWriter(path) as writer:
            writer.write(STACK, photometric="minisblack", contiguous=True, metadata=None)
    elif kind == "tif of imagej":
        tifffile.imwrite(path, STACK.reshape(2, 2, 40, 60), imagej=True, metadata={"axes": "ZCYX"})
    elif kind == "tif of ome":
        tifffile.imwrite(path, STACK, ome=True, metadata={"axes": "CYX"}, photometric="minisblack")
    elif kind == "tif of planes":
        tifffile.imwrite(path, STACK, photometric="minisblack", planarconfig="separate")
    elif kind == "tif of depth":
        tifffile.imwrite(path, STACK, photometric="minisblack", volumetric=True, tile=(4, 16, 16))
    elif kind == "tif of sizes":
        frames[0].save(path, save_all=True, append_images=[frames[1].resize((50, 30))])
    else:
        frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
    return path, {"tif of three pages": 3, "tif of sizes": 2}.get(kind, 4)


@pytest.mark.parametrize(
    "kind",
    [
        "tif of pages",
        "tif of three pages",
        "tif of 16 bits",
        "tif of one page",
        "tif of imagej",
        "tif of ome",
        "tif of planes",
        "tif of depth",
        "tif of sizes",
        "gif",
        "webp",
        "png",
        "avif",
    ],
)
def test_several_frames_are_refused(tmp_path, kind):
    path, count = stack_of(tmp_path, kind)
    for read in (read_header, read_image):
        with pytest.raises(ImageFileError, match=rf"^\S*{path.name} .*holds {count} .*save"):
            read(path)


def test_one_slice_is_one_picture(tmp_path):
    for name, more in (("a.tif", {"imagej": True}), ("b.tif", {"ome": True}), ("c.tif", {})):
        tifffile.imwrite(tmp_path / name, STACK[1:2], **more)
        assert (quiet_read(tmp_path / name) == 80).all()
    Image.fromarray(GREY).save(tmp_path / "a.gif")
    assert (quiet_read(tmp_path / "a.gif")[..., 0] == GREY).all()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_planes_of_red_green_and_blue_are_one_picture(tmp_path, dtype, compression):
    image = PICTURE.astype(dtype)
    if dtype != "uint8":
        image = (PICTURE.astype(float) * {"uint16": 257, "float32": 1 / 255}[dtype]).astype(dtype)
    planes = np.moveaxis(image, -1, 0)
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, planes, photometric="rgb", planarconfig="separate", compression=compression
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert abs(read_image(path).astype(int) - PICTURE).max() <= 1


def test_thumbnails_and_smaller_levels_are_no_frames(tmp_path):
    small = PICTURE[::4, ::4].copy()
    with tifffile.TiffWriter(tmp_path / "behind.tif") as writer:
        writer.write(PICTURE, photometric="rgb", metadata=None)
        writer.write(small, photometric="rgb", subfiletype=1, metadata=None)
    with tifffile.TiffWriter(tmp_path / "before.tif") as writer:
        writer.write(small, photometric="rgb", subfiletype=1, metadata=None)
        writer.write(PICTURE, photometric="rgb", metadata=None)
    with tifffile.TiffWriter(tmp_path / "pyramid.tif") as writer:
        writer.write(PICTURE, photometric="rgb", subifds=1, metadata=None)
        writer.write(small, photometric="rgb", subfiletype=1, metadata=None)
    for name in ("behind.tif", "before.tif", "pyramid.tif"):
        assert read_header(tmp_path / name).stored == (40, 96)
        assert (quiet_read(tmp_path / name) == PICTURE).all()


def test_mpo_from_a_phone_is_its_first_picture(tmp_path):
    path = tmp_path / "a.jpg"
    preview = Image.fromarray(PICTURE[::2, ::2].copy())
    photo = Image.fromarray(PICTURE)
    photo.save(path, "MPO", save_all=True, append_images=[preview], exif=exif_of(6), quality=95)
    assert Image.open(path).format == "MPO"
    assert read_header(path) == ImageHeader(stored=(40, 96), upright=(96, 40), orientation=6)
    assert abs(quiet_read(path).astype(int) - np.rot90(PICTURE, -1)).mean() < 6


def test_unknown_channels(tmp_path):
    path = tmp_path / "a.tif"
    infrared = np.dstack([PICTURE, PICTURE[..., :1]])
    for dtype, factor in (("uint8", 1), ("uint16", 257)):
        image = (infrared.astype(int) * factor).astype(dtype)
        tifffile.imwrite(path, image, photometric="rgb", extrasamples=[0])
        with pytest.warns(UserWarning, match="a.tif has 4 channels: only the first 3"):
            assert (read_image(path) == PICTURE).all()
    many = np.dstack([PICTURE] * 3)
    tifffile.imwrite(path, many, photometric="rgb", extrasamples=[2, 0, 0, 0, 0, 0])
    with pytest.warns(UserWarning, match="a.tif has 9 channels: only the first 4"):
        assert read_image(path).shape == PICTURE.shape
    tifffile.imwrite(path, GREY.astype(np.int8))
    with pytest.raises(ImageFileError, match="signed"):
        read_image(path)
    tifffile.imwrite(path, infrared, photometric="minisblack", planarconfig="contig")
    with pytest.raises(ImageFileError, match="not colours"):
        read_image(path)


def test_raw_data_of_a_camera(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.dng") as writer:
        writer.write(PICTURE, photometric="rgb", subfiletype=1, subifds=1, metadata=None)
        writer.write(DEEP, photometric=32803, metadata=None, extratags=[(33421, "H", 2, (2, 2))])
    with pytest.raises(ImageFileError, match="a.dng .* raw data of a camera"):
        read_header(tmp_path / "a.dng")


# ---- files that are damaged, or not images


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("a.jpg", {}),
        ("a.png", {}),
        ("a.webp", {}),
        ("a.bmp", {}),
        ("a.gif", {}),
        ("a.tif", {}),
        ("lzw.tif", {"compression": "tiff_lzw"}),
        ("jpeg.tif", {"compression": "jpeg"}),
        ("a.avif", {}),
        ("a.jp2", {}),
    ],
)
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_truncated_files_are_named(tmp_path, name, more, part):
    noise = np.random.default_rng(0).integers(0, 256, (100, 120, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / name, **more)
    whole = (tmp_path / name).read_bytes()
    path = written(tmp_path, name, whole[: int(len(whole) * part)])
    with pytest.raises(ImageFileError) as caught:
        read_image(path)
    assert str(caught.value).startswith(f"{path} ") and "\n" not in str(caught.value)


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("colours", [1, 3])
def test_truncated_tiffs_of_16_bits_are_named(tmp_path, compression, colours):
    noise = np.random.default_rng(0).integers(0, 65536, (100, 120, colours)).astype(np.uint16)
    photometric = "rgb" if colours == 3 else "minisblack"
    with io.BytesIO() as file:
        more = dict(compression=compression, photometric=photometric, rowsperstrip=10)
        tifffile.imwrite(file, noise.squeeze(), **more)
        whole = file.getvalue()
    path = written(tmp_path, "a.tif", whole[: len(whole) * 2 // 3])
    with pytest.raises(ImageFileError, match=r"^\S*a.tif "):
        read_image(path)


def test_noise_in_files_is_an_error_or_a_picture_and_nothing_else(tmp_path):
    random = np.random.default_rng(1)
    for name in ("a.jpg", "a.png", "a.tif", "a.gif", "a.webp", "a.bmp"):
        Image.fromarray(PICTURE).save(tmp_path / name)
        whole = np.frombuffer((tmp_path / name).read_bytes(), np.uint8)
        for _ in range(40):
            damaged = whole.copy()
            damaged[random.integers(0, min(len(whole), 400), 4)] = random.integers(0, 256, 4)
            path = written(tmp_path, name, damaged.tobytes())
            try:
                assert read_image(path).dtype == np.uint8
            except ImageFileError as error:
                assert str(error).startswith(str(path)) and "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jpg", b"", "empty"),
        ("a.png", b"not a picture", "no known format"),
        ("a.tif", b"II*\0" + b"\0" * 50, "cannot be read as an image"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "cannot be read as an image"),
        ("a.png", png(0, 4, 8, 0, b""), "cannot be read as an image"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC .* pip install pillow-heif"),
    ],
)
def test_what_is_not_an_image(tmp_path, monkeypatch, name, content, message):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = written(tmp_path, name, content)
    for read in (read_header, read_image):
        with pytest.raises(ImageFileError, match=rf"^\S*{name} .*{message}"):
            read(path)


def test_no_file_and_a_folder(tmp_path):
    for read in (read_header, read_image):
        with pytest.raises(FileNotFoundError, match="no image file at .*none.png"):
            read(tmp_path / "none.png")
        with pytest.raises(FileNotFoundError, match="folder"):
            read(tmp_path)


def test_the_content_counts_and_not_the_name(tmp_path):
    for kind in ("PNG", "TIFF", "BMP"):
        Image.fromarray(PICTURE).save(tmp_path / "a.jpg", kind)
        assert (quiet_read(str(tmp_path / "a.jpg")) == PICTURE).all()


def test_heic(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    file = pillow_heif.from_pillow(Image.fromarray(PICTURE))
    file.save(tmp_path / "a.heic", exif=exif_of(6).tobytes(), quality=95)
    header = read_header(tmp_path / "a.heic")
    assert header.orientation == 1 and header.stored == header.upright
    assert quiet_read(tmp_path / "a.heic").shape[:2] == header.upright


# ---- large files


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp", "a.gif"])
def test_too_large(tmp_path, monkeypatch, name):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 5000)
    Image.new("RGB", (120, 100), "red").save(tmp_path / name, lossless=True)  # 0.012 megapixels
    for read in (read_header, read_image):
        with pytest.raises(ImageFileError) as caught:
            read(tmp_path / name)
        for word in (name, "large", "--max-megapixels 1 ", "allow_megapixels(1)"):
            assert word in str(caught.value)
    allow_megapixels(0.012)  # the file's size to the pixel
    assert quiet_read(tmp_path / name).shape == (100, 120, 3)
    allow_megapixels(0.0119)
    with pytest.raises(ImageFileError, match="large"):
        read_image(tmp_path / name)


def test_too_large_by_default(tmp_path):
    Image.new("1", (20000, 10000)).save(tmp_path / "a.png")
    words = r"a.png is too large: 200.0 megapixels, and the limit is 179.0.*--max-megapixels 200 "
    with pytest.raises(ImageFileError, match=words):
        read_header(tmp_path / "a.png")


def test_allow_megapixels_refuses():
    for bad in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="above 0"):
            allow_megapixels(bad)
