"""Image files: turned upright, or refused with an error that names the file."""

import io
import sys

import numpy as np
import pytest
import tifffile
from picture_files import (
    DEEP,
    GREY,
    PICTURE,
    chunk,
    exif_of,
    png,
    quiet_read,
    written,
    xmp_of,
)
from PIL import Image, ImageOps, PngImagePlugin

from maskrcnn_explained.data.image_files import (
    ImageFileError,
    ImageHeader,
    allow_megapixels,
    as_annotated,
    read_header,
    read_image,
)

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
