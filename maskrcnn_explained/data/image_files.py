"""Read image files of every usual kind as [H, W, 3] uint8 RGB, or say why not.

A file is read by its content, not by the ending of its name, and as a viewer or a browser shows
it: turned by its EXIF orientation, and with its own colours.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import math
import os
import pathlib
import re
from collections.abc import Iterator
from typing import IO

import numpy as np
import tifffile
from PIL import Image, UnidentifiedImageError

from maskrcnn_explained._arguments import check_arrays, checked_path
from maskrcnn_explained.data.images import as_rgb, turn_upright
from maskrcnn_explained.data.pillow_pixels import (
    open_picture,
    orientation_of,
    png_without_pixels,
    read_pixels,
)
from maskrcnn_explained.data.tiff_pixels import is_tiff, picture_page, read_tiff

# Pillow counts several pictures in these, but they show one: a phone's photo with a preview, and a
# photo of several layers.
SHOWN_AS_ONE = ("MPO", "PSD")
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
TURNED_BACK = {6: 8, 8: 6}  # each other orientation is its own inverse


class ImageFileError(ValueError):
    """A file that cannot be read as one image. The message begins with its path."""


@dataclasses.dataclass(frozen=True)
class ImageHeader:
    """What a file says of its picture, before any pixel is decoded.

    stored: (H, W) as the pixels are stored;
    upright: (H, W) after the picture is turned by its EXIF orientation;
    orientation: the EXIF orientation, 1..8; 1 is upright.
    """

    stored: tuple[int, int]
    upright: tuple[int, int]
    orientation: int


def allow_megapixels(number: float) -> None:
    """Read image files of up to this many million pixels; for files that you trust.

    A small file can hold a picture that fills the memory. So Pillow sets a limit, about 179
    megapixels, and this sets another one, for all that Pillow reads in this process.

    Raises:
        ValueError: not a number above 0.
    """
    is_number = isinstance(number, (int, float, np.number)) and not isinstance(number, bool)
    if not is_number or not 0 < number < math.inf:
        raise ValueError(f"The megapixels to allow must be a number above 0; got {number}.")
    # Pillow refuses what is above twice its limit.
    Image.MAX_IMAGE_PIXELS = max(1, math.ceil(number * 1e6 / 2))


def read_header(path: str | os.PathLike) -> ImageHeader:
    """Read the size and the orientation of an image file; no pixel is decoded.

    Raises:
        FileNotFoundError: no such file.
        ImageFileError: not an image, several frames, no pixels, or too large.
    """
    path = _existing(path)
    with open(path, "rb") as file, _one_error(path):
        if is_tiff(file):
            return _tiff_header(file)
        _make_ready_for_heic(file)
        image = open_picture(png_without_pixels(file))
        frames = getattr(image, "n_frames", 1)
        if frames > 1 and image.format not in SHOWN_AS_ONE:
            raise ValueError(
                f"it holds {frames} frames (an animation, or several pictures), and one is needed; "
                "save the frame that you want, or each of them, as a file of its own"
            )
        # The library for HEIC turns the picture itself.
        orientation = 1 if image.format == "HEIF" else orientation_of(image)
        return _header(image.height, image.width, orientation)


def as_annotated(
    header: ImageHeader, size: tuple[int, int] | None, name: str | os.PathLike
) -> bool:
    """Whether to turn a picture upright, so that it fits its annotations.

    Some tools draw on the picture as it is shown, others on the picture as it is stored; the size
    in the annotation file tells which.

    Args:
        header: of the image file.
        size: (H, W), pixels, by the annotation file; None if it gives none.
        name: what the error calls the picture, such as its path.

    Raises:
        ValueError: the size is neither that of the upright nor that of the stored picture.
    """
    if size is not None:
        check_arrays(size=(size, "2"))
    if size is None or tuple(size) == header.upright:
        return True
    if tuple(size) == header.stored:
        return False
    raise ValueError(
        f"{name} is {header.upright[0]} x {header.upright[1]} pixels (height x width), but its "
        f"annotations were made for {size[0]} x {size[1]}; give the picture that was annotated, "
        "or scale the annotations and their sizes to this one."
    )


def read_image(path: str | os.PathLike, size: tuple[int, int] | None = None) -> np.ndarray:
    """Read an image file as [H, W, 3] uint8 RGB.

    The picture is turned upright (`as_annotated`), transparent pixels are blended with white, and
    more than 8 bits are scaled as by `as_rgb`, which may warn.

    Args:
        path: of a file in any format that Pillow reads: JPEG, PNG, TIFF, WebP, GIF, BMP, AVIF and
            others; HEIC if pillow-heif is installed.
        size: (H, W), pixels, by the annotation file; None if it gives none.

    Raises:
        FileNotFoundError: no such file.
        ImageFileError: the file cannot be read as one image.
        ValueError: the picture does not have this size.
    """
    header = read_header(path)
    upright = as_annotated(header, size, path)
    with open(path, "rb") as file, _one_error(path):
        if is_tiff(file):
            pixels, turned = read_tiff(path, file)
        else:
            pixels = read_pixels(file)
            turned = False
        if pixels.dtype.kind == "f" and pixels.min() < 0:
            raise ValueError(
                "it holds negative numbers, and colours must lie in 0..1; scale them to 0..1"
            )
    try:
        image = as_rgb(pixels, str(path))
    except ValueError as error:
        raise ImageFileError(str(error)) from error
    if upright and not turned:
        return turn_upright(image, header.orientation)
    if turned and not upright:
        return turn_upright(image, TURNED_BACK.get(header.orientation, header.orientation))
    return image


@contextlib.contextmanager
def _one_error(path: pathlib.Path | str | os.PathLike) -> Iterator[None]:
    """Turn each error of a library into an `ImageFileError` of one line that begins with the path.

    Pillow and tifffile raise errors of many kinds at damaged files.
    """
    try:
        yield
    except Image.DecompressionBombError as error:
        pixels = int(re.findall(r"\d+", str(error))[0])  # Pillow says no size but in its message
        raise ImageFileError(f"{path} {_too_large(pixels)}") from error
    except UnidentifiedImageError as error:
        raise ImageFileError(
            f"{path} cannot be read as an image: its content is of no known format, or damaged; "
            "give a PNG, JPEG or TIFF file."
        ) from error
    except Exception as error:
        text = " ".join(str(error).split()) or "no more is known"
        if not isinstance(error, ValueError):
            text = f"it is damaged or of an unknown kind ({type(error).__name__}: {text})"
        raise ImageFileError(f"{path} cannot be read as an image: {text.rstrip('.')}.") from error


def _existing(path):
    path = checked_path("path", path)
    if path.is_dir():
        raise FileNotFoundError(f"There is no image file at {path}: it is a folder.")
    if not path.is_file():
        raise FileNotFoundError(f"There is no image file at {path}.")
    if not path.stat().st_size:
        raise ImageFileError(f"{path} cannot be read as an image: it is empty (0 bytes).")
    return path


def _header(height, width, orientation):
    """An ImageHeader. Raises `ValueError` if there are no pixels, or too many."""
    if not height or not width:
        raise ValueError(f"it has no pixels, its size is {height} x {width}")
    limit = Image.MAX_IMAGE_PIXELS
    if limit is not None and height * width > 2 * limit:
        raise Image.DecompressionBombError(f"{height * width} pixels")
    upright = (width, height) if orientation >= 5 else (height, width)
    return ImageHeader(stored=(height, width), upright=upright, orientation=orientation)


def _tiff_header(file: IO[bytes]) -> ImageHeader:
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        page = picture_page(tiff)
        header = _header(page.imagelength, page.imagewidth, 1)
        orientation = page.tags.valueof(274, default=1)
    try:
        orientation = orientation_of(open_picture(file, page.index))  # it looks into XMP, too
    except Exception:  # pixels that only tifffile knows
        orientation = orientation if orientation in range(1, 9) else 1
    return _header(header.stored[0], header.stored[1], int(orientation))


def _too_large(pixels):
    megapixels = pixels / 1e6
    limit = 2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6
    return (
        f"is too large: {megapixels:.1f} megapixels, and the limit is {limit:.1f}. If you trust "
        f"the file, give --max-megapixels {math.ceil(megapixels)} to the command, or call "
        f"maskrcnn_explained.data.image_files.allow_megapixels({math.ceil(megapixels)}) in Python."
    )


def _make_ready_for_heic(file):
    """Let Pillow open HEIC files, if this is one. Raises `ValueError` without pillow-heif."""
    file.seek(0)
    head = file.read(12)
    if head[4:8] != b"ftyp" or head[8:12] not in HEIC_BRANDS:
        return
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        raise ValueError(
            "it is a HEIC photo, as iPhones make them; pip install pillow-heif, or export it as "
            "JPEG"
        ) from None
