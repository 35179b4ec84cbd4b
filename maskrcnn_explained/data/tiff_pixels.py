"""TIFF files: how many pictures one holds, and the pixels that Pillow cannot decode.

TIFF is a container. A file may hold one picture, a stack of slices, a film, a thumbnail beside its
picture, or the raw data of a camera.
"""

from __future__ import annotations

import logging
import os
import warnings
from typing import IO

import numpy as np
import tifffile
from PIL import UnidentifiedImageError

from maskrcnn_explained.data.images import bits_held
from maskrcnn_explained.data.pillow_pixels import read_pixels

BLACK_IS_ZERO = 1
WHITE_IS_ZERO = 0
RGB = 2
# Channels that carry the colour, per photometric interpretation (tag 262).
COLOUR_CHANNELS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3, 9: 3, 10: 3}
CAMERA_RAW = (32803, 34892)
ALPHA = (1, 2)  # ExtraSamples (tag 338); 1 is multiplied into the colours. 0 is unknown.
SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

# Both libraries log what they find odd in a file. Without a handler Python prints it, beside the
# error or the good picture that follows.
for library in ("tifffile", "PIL"):
    logging.getLogger(library).addHandler(logging.NullHandler())


def is_tiff(file: IO[bytes]) -> bool:
    """Whether an open file begins as TIFF or BigTIFF does."""
    file.seek(0)
    return file.read(4) in SIGNATURES


def picture_page(tiff: tifffile.TiffFile) -> tifffile.TiffPage:
    """The page of the one picture of a file.

    Thumbnails, transparency masks and the smaller levels of a pyramid do not count.

    Raises:
        ValueError: no picture, several of them, the raw data of a camera, or channels that are
            neither colours nor grey.
    """
    found = []
    count = 0
    for series in tiff.series:
        page = series.keyframe
        if not page.is_reduced and not page.is_mask:
            found.append(page)
            count += _slices(series)
        if len(series.levels) > 1:
            break  # a slide scanner's pyramid; its label and its thumbnail stand behind it
    if not found:
        found = [tiff.pages.first]
    page = found[0]
    raw = page.is_reduced and page.subifds  # a camera's thumbnail; the picture stands below it
    if raw or page.photometric in CAMERA_RAW:
        raise ValueError("it holds the raw data of a camera; export it as JPEG or as TIFF in RGB")
    if count > 1:
        raise ValueError(
            f"it holds {count} frames (slices, channels or pages), and one is needed; save the "
            "frame that you want, or each of them, as a file of its own"
        )
    _check_channels(page)
    return page


def read_tiff(path: str | os.PathLike, file: IO[bytes]) -> tuple[np.ndarray, bool]:
    """Decode the one picture of a TIFF file.

    Args:
        path: for warnings.
        file: the same file, open.

    Returns:
        The pixels, for `as_rgb`, and whether they are turned upright already (Pillow does it).

    Raises whatever Pillow or tifffile raise, and as `picture_page`.
    """
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        page = picture_page(tiff)
        _warn_of_unknown_channels(page, path)
        plain = page.photometric in (BLACK_IS_ZERO, WHITE_IS_ZERO, RGB)
        many = page.samplesperpixel > 4
        # Pillow knows grey of 16 bits, but neither float colours nor planes of 16 bits.
        if plain and 1 not in page.extrasamples and (page.bitspersample > 8 or many):
            _check_complete(page, file)
            try:
                return _black_is_zero(_as_image(page), page), False
            except Exception:
                pass  # mostly a compression that tifffile does not know, and Pillow may
    pixels = _by_pillow(file, page)
    if page.bitspersample > 8:  # below, Pillow does it
        pixels = _black_is_zero(pixels, page)
    return pixels, True


def _slices(series):
    """How many pictures a series holds: those of its axes that are not rows, columns, colours."""
    page = series.keyframe
    one = page.imagelength * page.imagewidth * page.samplesperpixel
    return max(1, series.size // max(1, one))


def _check_channels(page):
    colours = COLOUR_CHANNELS.get(page.photometric, 1)
    grey = page.photometric in (BLACK_IS_ZERO, WHITE_IS_ZERO)
    if grey and page.samplesperpixel > 2:
        raise ValueError(
            f"it holds {page.samplesperpixel} channels (or slices) that are not colours; save the "
            "channel that you want as a grey picture, or save it as RGB"
        )
    if page.bitspersample == 8 and page.sampleformat == 2:
        raise ValueError("its pixels are signed, -128..127; save it as unsigned 8 bits")
    if page.samplesperpixel < colours:
        raise ValueError(f"it has {page.samplesperpixel} channels, but its colours need {colours}")


def _channels_read(page):
    """How many of the channels are read: the colours, and alpha if it follows them."""
    colours = COLOUR_CHANNELS.get(page.photometric, 1)
    if not page.extrasamples:  # old files do not say that the fourth channel is alpha
        return page.samplesperpixel
    return colours + 1 if page.extrasamples[0] in ALPHA else colours


def _warn_of_unknown_channels(page, path):
    """Say which channels are left out."""
    known = _channels_read(page)
    if known < page.samplesperpixel:
        warnings.warn(
            f"{path} has {page.samplesperpixel} channels: only the first {known} are read, for "
            "the others are neither colours nor alpha.",
            stacklevel=4,
        )


def _check_complete(page, file):
    """Raise `ValueError` if pixels lie behind the end of the file; tifffile would fill them in."""
    size = file.seek(0, os.SEEK_END)
    segments = zip(page.dataoffsets, page.databytecounts, strict=False)
    for offset, count in segments:
        if not count or offset + count > size:
            raise ValueError("it is truncated: a part of its pixels is missing")


def _as_image(page):
    """[H, W] or [H, W, C] by tifffile."""
    pixels = page.asarray()
    if pixels.ndim == 3 and page.planarconfig == 2:
        pixels = np.moveaxis(pixels, 0, -1)  # one plane per colour
    if pixels.ndim == 3:
        pixels = pixels[..., : _channels_read(page)]
    return pixels


def _by_pillow(file, page):
    """As `read_pixels`; what Pillow would read wrongly, or not at all, is a `ValueError`."""
    planes = page.planarconfig == 2 and page.samplesperpixel > 1 and page.bitspersample > 8
    if not planes:
        try:
            return read_pixels(file, page.index)
        except UnidentifiedImageError:
            pass
    raise ValueError(
        f"its kind of pixels ({page.bitspersample} bits, {page.samplesperpixel} channels, "
        f"compression {getattr(page.compression, 'name', page.compression)}) cannot be decoded; "
        "save it without compression, in 8 or 16 bits, or pip install imagecodecs"
    )


def _black_is_zero(pixels, page):
    """The same pixels; grey in which zero means white is inverted."""
    if page.photometric != WHITE_IS_ZERO:
        return pixels
    if pixels.dtype.kind == "f":
        return 1 - pixels
    if pixels.min() < 0 or pixels.max() > 65535:
        return pixels  # as_rgb refuses these
    return 2 ** bits_held(pixels) - 1 - pixels
