"""Read images, and convert every kind of image to [H, W, 3] uint8 RGB."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import numpy as np
from skimage import color, io, util


def read_image(path: str | os.PathLike) -> np.ndarray:
    """Read an image file as [H, W, 3] uint8 RGB.

    Raises:
        FileNotFoundError: no such file.
        ValueError: the file cannot be read as one image.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no image file at {path}.")
    try:
        image = io.imread(path)
    except Exception as error:  # each plugin raises its own kinds of errors
        raise ValueError(
            f"{path} cannot be read as an image ({type(error).__name__}); "
            "give a PNG, JPEG or TIFF file."
        ) from error
    return as_rgb(image)


def as_rgb(image: Any) -> np.ndarray:
    """Convert any usual image to [H, W, 3] uint8 RGB, with the rules of scikit-image.

    Args:
        image: grey [H, W] or [H, W, 1], grey with alpha [H, W, 2], RGB [H, W, 3] or RGBA
            [H, W, 4]; uint8, uint16, bool, or float in -1..1 (negative values become black).
            Transparent pixels are blended with white.

    Returns:
        [H, W, 3] uint8.

    Raises:
        ValueError: wrong number of axes or channels, wrong dtype, no pixels, NaN or infinite
            values, or floats outside -1..1.
    """
    image = np.asarray(image)
    if image.ndim == 2:
        image = image[..., None]
    if image.ndim != 3 or image.shape[2] not in (1, 2, 3, 4):
        raise ValueError(
            "An image must be [H, W], or [H, W, C] with 1 to 4 channels; "
            f"got shape {list(image.shape)}."
        )
    if 0 in image.shape:
        raise ValueError(f"The image has no pixels: its shape is {list(image.shape)}.")
    image = _as_float_or_ubyte(image)
    if image.shape[2] in (1, 2):  # grey: three equal channels, and alpha if present
        image = np.concatenate([np.repeat(image[..., :1], 3, 2), image[..., 1:]], 2)
    if image.shape[2] == 4:
        image = color.rgba2rgb(image)
    return util.img_as_ubyte(image)


def _as_float_or_ubyte(image):
    """The same pixels as float or uint8. Raises `ValueError` for other dtypes and bad values."""
    if image.dtype.kind == "f":
        if not np.isfinite(image).all():
            raise ValueError("The image holds NaN or infinite values.")
        if abs(image).max() > 1:
            raise ValueError(
                f"A float image must lie in -1..1, but its largest value is {abs(image).max():g}; "
                "divide by 255, or convert it to uint8."
            )
        return image
    if image.dtype in (np.uint8, np.uint16, bool):
        return util.img_as_ubyte(image)
    raise ValueError(
        f"An image must be uint8, uint16, bool or float; got {image.dtype}. "
        "Convert it first, for example with image.astype('uint8')."
    )
