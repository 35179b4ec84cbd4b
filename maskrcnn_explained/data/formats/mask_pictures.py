"""Masks that are pictures: a label map of all objects, or the mask of one object."""

from __future__ import annotations

import os
import warnings

import numpy as np
import tifffile
from skimage import measure

from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.image_files import ImageFileError, read_header
from maskrcnn_explained.data.pillow_pixels import GREY_SCALES, open_picture, read_pixels
from maskrcnn_explained.data.tiff_pixels import is_tiff, picture_page, read_tiff

MOST_COLOURS = 1000  # a colour-coded label map has fewer; a photograph has more
SMALL_NUMBERS = 128  # beside numbers below it, 255 in an 8-bit map means "no object" (VOC)
LOSSY = ("JPEG", "MPO", "AVIF", "HEIF")  # Pillow's names of formats
LOSSY_IN_TIFF = (6, 7)  # two kinds of JPEG; tag 259


def is_lossy(path: str | os.PathLike) -> bool:
    """Whether the file's format changes its values: JPEG, AVIF, HEIC, lossy WebP, JPEG in a TIFF.

    Raises as `read_header`.
    """
    read_header(path)  # it refuses what is no picture
    with open(path, "rb") as file:
        if is_tiff(file):
            file.seek(0)
            with tifffile.TiffFile(file) as tiff:
                return int(picture_page(tiff).compression) in LOSSY_IN_TIFF
        kind = open_picture(file).format
        file.seek(0)
        if kind == "WEBP":
            return b"VP8L" not in file.read(1 << 16)  # the chunk of a picture without loss
        return kind in LOSSY


def label_map_masks(path: str | os.PathLike, void: int | None = 255) -> tuple[CutMasks, int]:
    """The objects of a label map: each number, or each colour, is one; 0 or black is background.

    What is transparent is background. Warnings tell of one number in several pieces, of colours
    without black, and of numbers that look like the edges of a blended picture.

    Args:
        path: a picture of whole numbers, with a palette (its indices are the numbers), or in
            colours; PNG, TIFF or another format without loss.
        void: in an 8-bit map that holds other numbers, all below 128, this number is no object;
            None: every number above 0 is one.

    Returns:
        The masks by their numbers; and how many numbers are no object: void, and those below 0.

    Raises `ImageFileError` (a ValueError) if the file cannot be read, or is no label map.
    """
    if is_lossy(path):
        raise ImageFileError(
            f"{path} is a JPEG (or an AVIF, HEIC or WebP with loss), which changes numbers at "
            "every edge: a label map must be a PNG or a TIFF. Export it again; it cannot be "
            "mended by converting it."
        )
    values, alpha, palette = _read(path)
    labels = _numbers(values, alpha, palette, path)
    found = np.unique(labels)
    found = found[found != 0]
    kept = found[found > 0]
    others = kept[kept != void]
    if labels.dtype == np.uint8 and len(others) and others.max() < SMALL_NUMBERS:
        kept = others
    _check_areas(labels, kept, path)
    if len(kept) == 1:
        _warn_of_pieces(labels == kept[0], path)
    return CutMasks.of_labels(labels, kept), len(found) - len(kept)


def instance_mask(path: str | os.PathLike) -> np.ndarray:
    """The mask of one object, [H, W] bool.

    Inside is what is brighter than half of the largest value, or of 255 in a format with loss; with
    a palette of colours, every index but 0. What is transparent is outside. Where all that can be
    seen has one brightness, it is the object.

    Raises `ImageFileError` (a ValueError) if the file cannot be read, or is too dark for a format
    with loss.
    """
    values, alpha, palette = _read(path)
    brightness = _brightness(values, palette, path)
    if alpha is not None:
        visible = alpha > alpha.max() / 2
        seen = brightness[visible]
        if seen.min() == seen.max():
            return visible
        brightness = np.where(visible, brightness, 0)
    largest = brightness.max()
    if not np.isfinite(largest):
        raise ImageFileError(f"{path} holds NaN or infinite values; a mask is 0 and 1, or 0..255.")
    if largest and is_lossy(path):
        if largest < SMALL_NUMBERS:
            raise ImageFileError(
                f"{path} has a format with loss, such as JPEG, and its largest value is {largest} "
                "of 255: the object cannot be told from noise. Export it again as a PNG."
            )
        largest = 255  # noise around black must not become an object
    return brightness > largest / 2


def _read(path):
    """The values as they are stored, alpha, and the palette; the last two may be None.

    Values are [H, W] of any dtype, grey or the indices of a palette; or [H, W, 3], colours.
    """
    read_header(path)  # it refuses what is empty, too large or of several frames
    try:
        with open(path, "rb") as file:
            if not is_tiff(file):
                return _by_pillow(file)
            file.seek(0)
            with tifffile.TiffFile(file) as tiff:
                page = picture_page(tiff)
            if page.bitspersample <= 8:
                return _by_pillow(file, page.index)
            return _channels(read_tiff(path, file)[0])
    except Exception as error:  # Pillow and tifffile raise errors of many kinds
        text = " ".join(str(error).split()).rstrip(".")
        raise ImageFileError(f"{path} cannot be read as a mask: {text}.") from error


def _by_pillow(file, page=0):
    """What `_read` returns, by Pillow."""
    picture = open_picture(file, page)
    raw_mode = str(picture.tile[0].args) if picture.tile else ""
    if picture.mode in ("RGB", "RGBA") and ";16" in raw_mode:
        return _channels(read_pixels(file, page))  # Pillow alone takes 8 of the 16 bits
    alpha = None
    if picture.has_transparency_data:
        alpha = _varying(np.asarray(picture.convert("RGBA").getchannel("A")))
    if picture.mode in ("P", "PA"):
        colours = np.array(picture.getpalette(), np.uint8).reshape(-1, 3)
        palette = np.full((256, 3), 255, np.uint8)
        palette[: len(colours)] = colours
        return np.asarray(picture.getchannel(0)), alpha, palette
    if picture.mode == "LA":
        return np.asarray(picture.getchannel("L")), alpha, None
    if raw_mode in GREY_SCALES:  # Pillow stretches 2 and 4 bits to 0..255; numbers must stay
        return np.asarray(picture) // GREY_SCALES[raw_mode], alpha, None
    if picture.mode in ("1", "L", "F") or picture.mode[0] == "I":
        return np.asarray(picture), alpha, None
    return np.asarray(picture.convert("RGB")), alpha, None


def _channels(pixels):
    """What `_read` returns, from [H, W] or [H, W, 1..4]; the channel 2 or 4 is alpha."""
    if pixels.ndim == 2:
        return pixels, None, None
    number = pixels.shape[2]
    alpha = _varying(pixels[..., -1]) if number in (2, 4) else None
    return pixels[..., :3] if number > 2 else pixels[..., 0], alpha, None


def _varying(alpha):
    """An alpha channel; None if it is the same everywhere and so says nothing."""
    return None if alpha.min() == alpha.max() else alpha


def _numbers(values, alpha, palette, path):
    """A label map as [H, W] of whole numbers; each colour becomes one."""
    if alpha is not None:
        values = values.copy()
        values[alpha == 0] = 0
    if palette is not None:
        _check_palette(values, palette, path)
    if values.dtype == bool:
        values = values.astype(np.uint8)
    if values.dtype.kind == "f" and np.isfinite(values).all() and (values % 1 == 0).all():
        values = values.astype(np.int64)
    if values.dtype.kind not in "ui":
        raise ImageFileError(
            f"{path} is not a label map: it must be [H, W] of whole numbers, or colours; got "
            f"{list(values.shape)} {values.dtype}. Of probabilities make numbers first, with a "
            "threshold and skimage.measure.label."
        )
    return _of_colours(values, path) if values.ndim == 3 else values


def _of_colours(pixels, path):
    """A number for each colour, black is 0; grey colours keep their value."""
    if (pixels == pixels[..., :1]).all():
        return pixels[..., 0]
    red, green, blue = (pixels[..., i].astype(np.int64) for i in range(3))
    # In the order of COCO's panoptic maps, whose numbers are red + 256 green + 65536 blue.
    colours, numbers = np.unique(red + (green << 16) + (blue << 32), return_inverse=True)
    if len(colours) > min(MOST_COLOURS, max(8, numbers.size // 10)):
        raise ImageFileError(
            f"{path} has {len(colours)} colours: it looks like a photograph, not like a label map "
            "with one colour per object."
        )
    if colours[0]:
        text = f"{path} has no black, the background of a label map in colours: all its "
        text += f"{len(colours)} colours are read as objects. If one is background, make it black."
        warnings.warn(text, stacklevel=5)
    return numbers.reshape(pixels.shape[:2]) + int(colours[0] != 0)


def _check_palette(values, palette, path):
    """Refuse a palette in which black, which should be the background, is not the index 0."""
    black = [int(index) for index in np.unique(values) if not palette[index].any()]
    if black and black[0] and palette[0].any():
        raise ImageFileError(
            f"{path} has a palette in which black is the index {black[0]}, and not 0: which one is "
            "the background? Save it in colours (RGB), where black is the background."
        )


def _brightness(values, palette, path):
    """[H, W] of the picture's dtype: the largest of the colours of each pixel."""
    if palette is None:
        return values.max(-1) if values.ndim == 3 else values
    colours = palette[np.unique(values)]
    if (colours == colours[:, :1]).all():
        return palette[values].max(-1)
    _check_palette(values, palette, path)
    return values > 0


def _check_areas(labels, kept, path):
    """Tell of a map in which most numbers nowhere fill 2 x 2 pixels: edges, not objects."""
    corner = labels[:-1, :-1]
    full = (corner == labels[1:, :-1]) & (corner == labels[:-1, 1:]) & (corner == labels[1:, 1:])
    thin = len(kept) - np.isin(kept, corner[full & (corner != 0)]).sum()
    if thin < 3 or thin <= len(kept) / 2:
        return
    text = f"{path} holds {len(kept)} numbers, of which {thin} nowhere fill 2 x 2 pixels. It looks "
    text += "like a photograph, or like a map that was a JPEG or was resized with blending. Export "
    text += "it again as a PNG; resize maps to the nearest value (order=0, Image.NEAREST)."
    if thin > MOST_COLOURS:
        raise ImageFileError(text)
    warnings.warn(text, stacklevel=4)


def _warn_of_pieces(mask, path):
    """Tell of a map that holds one number in several pieces."""
    pieces = int(measure.label(mask, connectivity=2).max())
    if pieces > 1:
        warnings.warn(
            f"{path} holds one number in {pieces} pieces, which are read as one object. If they "
            "are several objects, give each its own number (skimage.measure.label does it).",
            stacklevel=4,
        )
