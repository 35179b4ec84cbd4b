"""Resizing: how large the network sees an image, and how pixels of another size are made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from skimage import transform

from maskrcnn_explained._arguments import check_resize
from maskrcnn_explained.config import SIDE_MULTIPLES, Config, ceil_div

BILINEAR = dict(order=1, preserve_range=True)  # for scikit-image's `resize`

# `detect` computes sizes with NumPy; an exported graph computes them with TensorFlow. `ops` is the
# library to compute with, `numpy` or `keras.ops`: the functions in both have the same names.


def resize_scale(height: Any, width: Any, config: Config, ops: Any = np) -> Any:
    """The factor by which an image is resized.

    The shorter side is enlarged to `image_min_side`; an image is shrunk for it only if
    `scale_rule` is "fit". If the longer side would then be above `image_max_side`, the longer side
    becomes `image_max_side` instead.

    Args:
        height, width: pixels; numbers, or float64 tensors.
        config: `image_min_side` (None: keep the size), `image_max_side` and `scale_rule`.
        ops: `numpy` or `keras.ops`.

    Source: the reference's `resize_image`; torchvision's `GeneralizedRCNNTransform` ("fit").
    """
    longest = ops.maximum(height, width)
    scale = 1.0
    if config.image_min_side is not None:
        scale = config.image_min_side / ops.minimum(height, width)
        scale = ops.maximum(1.0, scale) if config.scale_rule == "enlarge" else scale
    if config.scale_rule == "fit":
        return ops.minimum(scale, config.image_max_side / longest)
    too_long = ops.round(longest * scale) > config.image_max_side
    return ops.where(too_long, config.image_max_side / longest, scale)


def resized_size(height: int, width: int, config: Config) -> tuple[int, int]:
    """The size (h, w), pixels, to which an image of height x width is resized (`resize_scale`)."""
    scale = float(resize_scale(height, width, config))
    # torchvision drops the fraction.
    whole = math.floor if config.resize_rule == "torchvision" else round
    return max(1, whole(height * scale)), max(1, whole(width * scale))


def molded_side(side: Any, config: Config) -> Any:
    """The padded length of one resized side: `image_max_side`, or the next multiple of 64 or 32.

    `side` is an integer or an integer tensor, pixels; `resize_mode` chooses among the three.
    """
    if config.resize_mode == "square":
        return config.image_max_side
    multiple = SIDE_MULTIPLES[config.resize_mode]
    return ceil_div(side, multiple) * multiple


def molded_size(height: int, width: int, config: Config) -> tuple[int, int]:
    """The padded size of a resized image, pixels: `molded_side` of each side."""
    return molded_side(height, config), molded_side(width, config)


def resize_image(image: np.ndarray, size: Sequence[int], rule: str = "smooth") -> np.ndarray:
    """Bilinear resize: [H, W, 3] uint8 -> [h, w, 3] uint8, or float32 for "torchvision".

    Args:
        image: [H, W, 3] uint8.
        size: (h, w), pixels.
        rule: "smooth" blurs an image before it shrinks it, repeats the outermost pixels beyond the
            edge, and rounds. "reference" does none of these: beyond the edge all is black, which
            darkens the outermost pixels of an enlarged image, and fractions are dropped. The
            reference's weights were trained on such pixels. Source: the reference's `resize`.
            "torchvision" repeats the outermost pixels, but neither blurs nor rounds.
    """
    check_resize(image, size)
    if rule == "torchvision":
        return _plain(image, size)
    if image.shape[:2] == tuple(size):
        return image
    if rule != "smooth":
        resized = transform.resize(image, size, mode="constant", anti_aliasing=False, **BILINEAR)
        return resized.astype(np.uint8)
    return np.stack([_smooth(image[..., index], size) for index in range(3)], -1)


def _plain(image, size):
    """Bilinear, [H, W, 3] uint8 -> [h, w, 3] float32, all in 32 bits as PyTorch computes it."""
    image = image.astype(np.float32)
    for axis, trailing in ((0, (1, 2)), (1, (0, 2))):
        # Where the centres of the new pixels lie among those of the old ones.
        old, new = image.shape[axis], size[axis]
        place = (np.arange(new, dtype=np.float32) + np.float32(0.5)) * np.float32(old / new)
        place = np.maximum(place - np.float32(0.5), 0)
        # Each is a mix of its two neighbours.
        before = np.minimum(place.astype(int), old - 1)
        after = np.minimum(before + 1, old - 1)
        share = np.expand_dims(place - before.astype(np.float32), trailing)
        image = image.take(before, axis) * (1 - share) + image.take(after, axis) * share
    return image


def _smooth(colour, size):
    """One colour, [H, W] uint8 -> [h, w] uint8; the blur is along each axis that shrinks."""
    resized = transform.resize(colour, size, mode="edge", anti_aliasing=True, **BILINEAR)
    # Many values end in .5 (for example at a scale of 25/16). The first rounding removes errors
    # in the last bits, so that they cannot decide the second.
    return np.round(np.round(resized, 6)).astype(np.uint8)


def nearest_pixels(size: int, original: int, rule: str = "smooth") -> np.ndarray:
    """The index of the nearest original pixel, per pixel of a resized side.

    Args:
        size, original: lengths of the resized and of the original side, pixels.
        rule: "smooth" takes the original pixel in which the resized pixel's centre lies.
            "reference" puts the first pixel on the first and the last pixel on the last, as
            scipy's `zoom` does. "torchvision" takes the pixel in which the resized pixel begins.

    Returns:
        [size] int, 0..original-1.
    """
    if rule == "smooth":
        return ((np.arange(size) + 0.5) * original / size).astype(int)
    if rule == "torchvision":  # in 32 bits, as PyTorch computes it
        return (np.arange(size, dtype=np.float32) * np.float32(original / size)).astype(int)
    return np.floor(np.linspace(0, original - 1, size) + 0.5).astype(int)
