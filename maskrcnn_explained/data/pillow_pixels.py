"""The pixels of a picture of any mode that Pillow opens, as an array for `as_rgb`."""

from __future__ import annotations

import contextlib
import io
import struct
import threading
import warnings
from collections.abc import Iterator
from typing import IO

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageFile

from maskrcnn_explained.data.images import bits_held

# These colours have no alpha, and Pillow converts them.
OPAQUE_COLOURS = ("CMYK", "YCbCr", "HSV", "RGBX")
PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
# A grey PNG may have 1, 2 or 4 bits per pixel. Pillow scales the pixels to 0..255, but not the
# number of the transparent grey.
GREY_SCALES = {"L;2": 85, "L;4": 17}
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
METADATA_CHUNKS = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")
LOCK = threading.Lock()


@contextlib.contextmanager
def pillow_is_quiet() -> Iterator[None]:
    """Hide Pillow's warnings: of large pictures below the limit, and of damaged metadata.

    One thread at a time, since the filters of warnings belong to all threads.
    """
    with LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def open_picture(file: IO[bytes], page: int = 0) -> ImageFile.ImageFile:
    """Open a picture; no pixel is decoded. Raises whatever Pillow raises.

    Args:
        file: an open file, read from its beginning.
        page: which page of a TIFF file.
    """
    file.seek(0)
    with pillow_is_quiet():
        image = Image.open(file)
        if page:
            image.seek(page)
    return image


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation of an open picture, 1..8; 1 if it has none or a damaged one.

    It may stand in EXIF, in a tag of TIFF or in XMP. No pixel is decoded.
    """
    with pillow_is_quiet():
        try:
            # The method of the class Image: that of PNG would decode the pixels to come to the
            # EXIF block behind them. See `png_without_pixels`.
            orientation = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
        except Exception:  # a damaged block raises errors of many kinds
            return 1
    if orientation in range(1, 9):
        return int(orientation)
    return 1


def png_without_pixels(file: IO[bytes]) -> IO[bytes]:
    """The chunks of a PNG file without its pixels: small, and its EXIF block stands in front.

    Any other file is returned as it is.
    """
    file.seek(0)
    if file.read(8) != PNG_SIGNATURE:
        return file
    chunks = [PNG_SIGNATURE]
    behind = False
    while True:
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            break
        length = struct.unpack(">I", head[:4])[0] + 4  # 4 bytes of checksum follow the data
        if head[4:] == b"IDAT":
            behind = True
        if behind and head[4:] not in METADATA_CHUNKS:
            file.seek(length, io.SEEK_CUR)
        else:
            chunks.append(head + file.read(length))
    # Pillow looks at the chunks in front of the first chunk of pixels: this one is empty.
    empty = b"\0\0\0\0IDAT\x35\xaf\x06\x1e"
    return io.BytesIO(b"".join([*chunks, empty]))


def read_pixels(file: IO[bytes], page: int = 0) -> np.ndarray:
    """Decode a picture. Raises whatever Pillow raises.

    Args:
        file, page: as for `open_picture`.

    Returns:
        What `as_rgb` takes: [H, W] or [H, W, 1..4], uint8, uint16, int32 or float32.
    """
    image = open_picture(file, page)
    raw_mode = _raw_mode(image)
    pixels = _decoded(image)
    if image.mode in ("RGB", "RGBA") and ";16" in raw_mode:
        pixels = _with_low_bytes(pixels, file, page)
    return _white_where_transparent(pixels, image, raw_mode)


def _decoded(image):
    """The pixels as Pillow decodes them, as an array."""
    with pillow_is_quiet():
        image.load()
        if image.mode == "LAB":
            lab = ImageCms.createProfile("LAB")
            srgb = ImageCms.createProfile("sRGB")
            return np.asarray(ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB"))
        if image.mode in ("P", "PA"):
            return np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
        if image.mode in PREMULTIPLIED:
            return np.asarray(image.convert(PREMULTIPLIED[image.mode]))
        if image.mode in OPAQUE_COLOURS:
            return np.asarray(image.convert("RGB"))
        return np.asarray(image)


def _raw_mode(image):
    """How the pixels lie in the file, in Pillow's words, such as "RGB;16B"."""
    if not image.tile:
        return ""
    arguments = image.tile[0].args
    if isinstance(arguments, tuple) and arguments:
        arguments = arguments[0]
    return str(arguments)


def _with_low_bytes(high, file, page):
    """[H, W, 3 or 4] uint16 from the upper bytes, uint8, that Pillow takes of 16-bit colours.

    Pillow has no colours of 16 bits. If it is told the wrong order of the two bytes, it takes the
    lower byte instead.
    """
    image = open_picture(file, page)
    raw_mode = _raw_mode(image)
    other = {"B": "L", "L": "B", "N": "B"}[raw_mode[-1]]  # N is this machine's order: L
    swapped = raw_mode[:-1] + other
    if swapped[:-1] not in ("RGB;16", "RGBA;16", "RGBX;16"):
        return high.astype(np.uint16) * 257  # other kinds: the upper byte has to do
    tiles = []
    for tile in image.tile:
        arguments = swapped if isinstance(tile.args, str) else (swapped, *(tile.args or ())[1:])
        tiles.append(tile._replace(args=arguments))
    image.tile = tiles
    low = _decoded(image)
    return high.astype(np.uint16) * 256 + low


def _white_where_transparent(pixels, image, raw_mode):
    """White instead of the one transparent grey or colour that a PNG may name."""
    transparent = image.info.get("transparency")
    grey = image.mode in ("1", "L", "I;16") and isinstance(transparent, int)
    colour = image.mode == "RGB" and isinstance(transparent, tuple)
    if not grey and not colour:
        return pixels
    if image.mode == "1":
        pixels = np.asarray(image.convert("L"))
    wanted = np.array(transparent) * GREY_SCALES.get(raw_mode, 1)
    clear = pixels == wanted
    if colour:
        clear = clear.all(-1)
    pixels = pixels.copy()
    # White is the largest number of the bits that the opaque pixels hold.
    opaque = pixels[~clear]
    white = 255
    if pixels.dtype != np.uint8 and opaque.size:
        white = 2 ** bits_held(opaque) - 1
    pixels[clear] = white
    return pixels
