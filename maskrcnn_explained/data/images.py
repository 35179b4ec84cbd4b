"""Convert every kind of image array to [H, W, 3] uint8 RGB, and turn images upright.

`image_files` reads files; it ends here.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from skimage import color, util

from maskrcnn_explained._arguments import described

# Cameras and scanners store 10, 12 or 14 bits in pixels of 16 bits.
BIT_DEPTHS = (8, 10, 12, 14, 16)
CHANNEL_COUNTS = (1, 2, 3, 4)  # grey, grey with alpha, RGB, RGBA
WIDE_INTEGERS = ("uint16", "int16", "uint32", "int32")


def as_rgb(image: Any, name: str = "The image") -> np.ndarray:
    """Convert any usual image to [H, W, 3] uint8 RGB, with the rules of scikit-image.

    Args:
        image: grey [H, W] or [H, W, 1], grey with alpha [H, W, 2], RGB [H, W, 3] or RGBA
            [H, W, 4]. Transparent pixels are blended with white. Its dtype may be
            uint8 or bool;
            uint16, int16, uint32 or int32 in 0..65535: see `bits_held`, and a `UserWarning`
                says so if the image holds less than 16 bits;
            float in -1..1: negative values become black.
        name: what errors and warnings call the image, such as its path.

    Returns:
        [H, W, 3] uint8.

    Raises:
        ValueError: wrong number of axes or channels, wrong dtype, no pixels, NaN or infinite
            values, floats outside -1..1, or whole numbers outside 0..65535.
    """
    try:
        image = np.asarray(image)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{name} must be an array; got {described(image)}.") from error
    require_image(image, name)
    if image.ndim == 2:
        image = image[..., None]
    image = _as_float_or_ubyte(image, name)
    if image.shape[2] in (1, 2):  # grey: three equal channels, and alpha if present
        image = np.concatenate([np.repeat(image[..., :1], 3, 2), image[..., 1:]], 2)
    if image.shape[2] == 4:
        image = color.rgba2rgb(image)
    return util.img_as_ubyte(image)


def require_image(image: np.ndarray, name: str = "The image") -> None:
    """Raise the `ValueError` that `as_rgb` would raise, and convert nothing."""
    shape = list(image.shape)
    if image.ndim not in (2, 3) or (image.ndim == 3 and shape[2] not in CHANNEL_COUNTS):
        raise ValueError(
            f"{name} must be [H, W], or [H, W, C] with 1 to 4 channels; got shape {shape}."
            f"{_shape_hint(shape)}"
        )
    if 0 in shape:
        raise ValueError(f"{name} has no pixels: its shape is {shape}.")
    if image.dtype.kind == "f":
        _require_unit_range(image, name)
    elif image.dtype.name in WIDE_INTEGERS:
        _require_16_bits(image, name)
    elif image.dtype not in (np.uint8, bool):
        raise ValueError(
            f"{name} must be uint8, uint16, bool or float; got {image.dtype}. "
            "Convert it first, for example with image.astype('uint8')."
        )


def _shape_hint(shape):
    """What a wrong shape probably is."""
    if len(shape) == 3 and shape[0] in CHANNEL_COUNTS:
        return " If its channels come first: np.moveaxis(image, 0, -1)."
    if len(shape) == 3:
        return " A batch has four axes, [B, H, W, C]."
    return ""


def _require_unit_range(image, name):
    """Raise `ValueError` for floats that are no colours."""
    if not np.isfinite(image).all():
        raise ValueError(f"{name} holds NaN or infinite values.")
    if abs(image).max() > 1:
        raise ValueError(
            f"{name} is a float image and must lie in -1..1, but its largest value is "
            f"{abs(image).max():g}; divide by 255, or convert it to uint8."
        )


def _require_16_bits(image, name):
    """Raise `ValueError` for whole numbers outside 0..65535."""
    smallest = int(image.min())
    largest = int(image.max())
    if smallest < 0 or largest > 65535:
        raise ValueError(
            f"{name} must hold whole numbers in 0..65535, but its values are "
            f"{smallest}..{largest}; scale it to 0..255 and convert it to uint8."
        )


def bits_held(image: np.ndarray) -> int:
    """The smallest of 8, 10, 12, 14 and 16 bits that holds the largest value of an image.

    A camera of 12 bits stores 0..4095 in pixels of 16 bits; as 0..65535 its picture is black.

    Args:
        image: [...] whole numbers in 0..65535.
    """
    largest = int(image.max())
    return next(bits for bits in BIT_DEPTHS if largest < 2**bits)


def turn_upright(image: np.ndarray, orientation: int) -> np.ndarray:
    """Turn an image as its EXIF orientation says.

    Args:
        image: [H, W, ...] of any dtype, as stored.
        orientation: 1..8. 1 keeps the image, 3 turns it by 180 degrees, 6 by 90 degrees clockwise
            and 8 by 90 degrees counterclockwise; 2, 4, 5 and 7 also mirror it.

    Returns:
        [H, W, ...], or [W, H, ...] for 5..8.
    """
    if orientation in (5, 6, 7, 8):
        image = image.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return np.ascontiguousarray(image)


def _as_float_or_ubyte(image, name):
    """The same pixels as float or uint8."""
    if image.dtype.kind == "f":
        return image
    if image.dtype in (np.uint8, bool):
        return util.img_as_ubyte(image)
    # The upper 8 of the bits that whole numbers in 0..65535 hold.
    largest = int(image.max())
    bits = bits_held(image)
    if bits < 16 and largest > 0:
        warnings.warn(
            f"{name} is read as an image of {bits} bits, 0..{2**bits - 1} as 0..255, and not of "
            f"16 bits, because its largest value is {largest}.",
            stacklevel=3,  # at the caller of as_rgb
        )
    return (image >> (bits - 8)).astype(np.uint8)
