"""Images as users give them: arrays, paths, lists and batches of them; read one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from maskrcnn_explained.data.image_files import read_header, read_image
from maskrcnn_explained.data.images import as_rgb, require_image

# Pillow's modes that are numbers as `as_rgb` takes them. It converts the others, such as CMYK.
PLAIN_MODES = ("1", "L", "LA", "RGB", "RGBA", "I", "I;16", "F")


class GivenImages:
    """One image or several, checked when it is made, each read and converted when it is asked for.

    So a list of paths needs the memory of one photograph, and a file that cannot be read is told
    before any work: every array is checked, and the header of every file.

    Args:
        images: an image (see `as_rgb`); a path; an image of Pillow; a batch [B, H, W, C]; or a
            list or tuple of images and paths.
        name: what messages call it, if it is one image; "" takes its number, 1 of 1.

    Attributes:
        alone: whether it was one image, not a batch or a list.

    Raises:
        ValueError: something is no image; the message says which.
        FileNotFoundError, ImageFileError: a file does not exist, or is no image.
    """

    def __init__(self, images: Any, name: str = "") -> None:
        several = isinstance(images, (list, tuple)) or _axes(images) == 4
        self.alone = not several
        self._images = images if several else [images]
        self._name = name
        for place, image in enumerate(self._images):
            self._check(place, image)

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, place: int) -> np.ndarray:
        """An image as [H, W, 3] uint8 RGB."""
        image = self._images[place]
        if _is_path(image):
            return read_image(image)
        return as_rgb(_array(image, self.name(place)), self.name(place))

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[place] for place in range(len(self)))

    def name(self, place: int) -> str:
        """What messages call an image: its path, or its number."""
        image = self._images[place]
        if _is_path(image):
            return os.fspath(image)
        return self._name or f"Image {place + 1} of {len(self)}"

    def _check(self, place, image):
        if _is_path(image):
            read_header(image)
        else:
            require_image(_array(image, self.name(place)), self.name(place))


def require_sequence(images: Any) -> None:
    """Raise `ValueError` for what gives no images in turn: one image, a path, a dict."""
    one = _is_path(images) or _axes(images) in (2, 3)
    if one or isinstance(images, (bytes, Mapping, Set)) or not hasattr(images, "__iter__"):
        kind = "one image" if one else type(images).__name__
        raise ValueError(f"Give a sequence, a batch or an iterator of images; got {kind}.")


def _axes(images):
    """The number of axes of an array or tensor; None for anything else."""
    return None if _is_path(images) else getattr(images, "ndim", None)


def _is_path(image):
    return isinstance(image, (str, os.PathLike))


def _array(image, name):
    """An array from one image that is no path. Raises `ValueError` if there is no way."""
    if isinstance(image, Image.Image):
        image = _of_pillow(image, name)
    if image is None or isinstance(image, (bytes, bytearray, Mapping, Set, Iterator)):
        raise ValueError(f"{name} must be an array or a path; got {_said(image)}.")
    try:
        array = np.asarray(image)
    except Exception as error:  # of libraries, at tensors that are no arrays, and uneven lists
        text = " ".join(str(error).split())[:120]
        raise ValueError(f"{name} must be an array or a path; as an array: {text}") from error
    if array.dtype == object:
        raise ValueError(
            f"{name} must be an array of numbers or a path; got {_said(image)}. Give images of "
            "several sizes as a list."
        )
    return array


def _said(image):
    """The type of what is no image, and what to do with it."""
    kind = type(image).__name__
    if isinstance(image, Iterator):
        return f"an iterator ({kind}): give list(images), or call detect_each(images)"
    if isinstance(image, (bytes, bytearray)):
        return f"{kind}: give the path of the file, not its content"
    return kind


def _of_pillow(image, name):
    """An image of Pillow, turned upright, in a mode whose numbers are colours."""
    try:
        image = ImageOps.exif_transpose(image)
        if image.mode in PLAIN_MODES:
            return image
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except Exception as error:  # damaged files are found here, and modes that Pillow cannot convert
        raise ValueError(f"{name} cannot be read: {' '.join(str(error).split())}.") from error
