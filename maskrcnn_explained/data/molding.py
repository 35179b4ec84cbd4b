"""Molding: from an image of any size to what the network takes, and the way back for boxes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from skimage import transform

from maskrcnn_explained.config import SIDE_MULTIPLE, Config


@dataclasses.dataclass(frozen=True)
class Window:
    """Where an image lies inside its molded image, and how to undo it.

    top, left: pixels of padding before it; height, width: its size after resizing, pixels;
    scale_y, scale_x: resized size / original size.
    """

    top: int
    left: int
    height: int
    width: int
    scale_y: float
    scale_x: float

    @property
    def box(self) -> np.ndarray:
        """The window as a box of the molded image, [4] float32."""
        bottom, right = self.top + self.height, self.left + self.width
        return np.array([self.top, self.left, bottom, right], np.float32)

    @property
    def image_size(self) -> np.ndarray:
        """(H, W) of the user's image, [2] float32."""
        return np.round(np.array([self.height, self.width], np.float32) / self._scale[:2])

    def to_molded(self, boxes: ArrayLike) -> np.ndarray:
        """Boxes [..., 4] of the user's image as boxes of the molded image, float32 pixels."""
        return (np.asarray(boxes, np.float32) * self._scale + self._offset).astype(np.float32)

    def to_image(self, boxes: ArrayLike) -> np.ndarray:
        """Boxes [..., 4] of the molded image as boxes of the user's image, float32 pixels."""
        return boxes_to_image(np.asarray(boxes, np.float32), self.box, self.image_size)

    @property
    def _offset(self):
        return np.array([self.top, self.left] * 2, np.float32)

    @property
    def _scale(self):
        return np.array([self.scale_y, self.scale_x] * 2, np.float32)


# Sizes and boxes are computed once in NumPy, by `detect`, and once in TensorFlow, by an exported
# graph. Both call these functions: `ops` is the library, `numpy` or `keras.ops`, whose functions
# have the same names.


def boxes_to_image(
    boxes: Any, window: Any, image_size: Any, inclusive_corners: bool = False, ops: Any = np
) -> Any:
    """Boxes of the molded image as boxes of the user's image.

    Args:
        boxes: [..., 4] float32, pixels of the molded image.
        window: [4] float32, where the image lies in it.
        image_size: (H, W) of the image, [2] float32.
        inclusive_corners: whether y2, x2 name the last pixel, in `boxes` and in the result. Then
            the first pixel goes to the first and the last to the last: a scale of
            (H - 1) / (h - 1), not of H / h.
        ops: `numpy` or `keras.ops`.

    Source: the reference's `unmold_detections`.
    """
    corner = ops.concatenate([window[:2], window[:2]])  # [4]
    sides = window[2:] - window[:2]  # [2] (h, w)
    if inclusive_corners:
        scale = (image_size - 1) / ops.maximum(sides - 1, 1)
        return (boxes - corner) * ops.concatenate([scale, scale])
    scale = sides / image_size
    return (boxes - corner) / ops.concatenate([scale, scale])


def resize_scale(height: Any, width: Any, config: Config, ops: Any = np) -> Any:
    """The factor by which an image is resized: up to image_min_side, never above image_max_side.

    Args:
        height, width: pixels; numbers, or float64 tensors.
        config: the two sides.
        ops: `numpy` or `keras.ops`.

    Source: the reference's `resize_image`.
    """
    longest = ops.maximum(height, width)
    scale = 1.0
    if config.image_min_side is not None:
        scale = ops.maximum(1.0, config.image_min_side / ops.minimum(height, width))
    too_long = ops.round(longest * scale) > config.image_max_side
    return ops.where(too_long, config.image_max_side / longest, scale)


def resized_size(height: int, width: int, config: Config) -> tuple[int, int]:
    """The size (h, w) that an image of height x width is resized to: see `resize_scale`."""
    scale = float(resize_scale(height, width, config))
    return max(1, round(height * scale)), max(1, round(width * scale))


def molded_side(side: Any, config: Config) -> Any:
    """The padded length of one resized side: image_max_side, or the next multiple of 64.

    side: a whole number or an integer tensor, pixels.
    """
    if config.resize_mode == "square":
        return config.image_max_side
    return (side + SIDE_MULTIPLE - 1) // SIDE_MULTIPLE * SIDE_MULTIPLE


def molded_size(height: int, width: int, config: Config) -> tuple[int, int]:
    """The padded size for a resized image: a square, or the next multiples of 64."""
    return molded_side(height, config), molded_side(width, config)


def mold(images: Sequence[np.ndarray], config: Config) -> tuple[np.ndarray, list[Window]]:
    """Resize, centre in padding, subtract the mean: a batch that the network takes.

    Args:
        images: list of [H, W, 3] uint8 RGB arrays, sizes may differ.
        config: sizes, padding and mean.

    Returns:
        [B, Hm, Wm, 3] float32, as large as the largest needs, and a Window for each image.

    Source: the reference's `mold_inputs` and `resize_image`.
    """
    # One canvas for all images, as large as the largest of them needs.
    sizes = [resized_size(image.shape[0], image.shape[1], config) for image in images]
    padded = [molded_size(h, w, config) for h, w in sizes]
    height, width = (max(sides) for sides in zip(*padded, strict=True))
    mean = np.array(config.mean_pixel, np.float32)
    # Zero is the mean pixel, once the mean is subtracted.
    molded = np.zeros((len(images), height, width, 3), np.float32)
    if config.padding == "black":
        molded -= mean
    windows = []
    for canvas, image, (h, w) in zip(molded, images, sizes, strict=True):
        # The image stands in the middle of its canvas; the window says where.
        top, left = (height - h) // 2, (width - w) // 2
        resized = resize_image(image, (h, w), config.resize_rule)
        canvas[top : top + h, left : left + w] = resized - mean
        windows.append(Window(top, left, h, w, h / image.shape[0], w / image.shape[1]))
    return molded, windows


def resize_image(image: np.ndarray, size: Sequence[int], rule: str = "smooth") -> np.ndarray:
    """Bilinear resize: [H, W, 3] uint8 -> [h, w, 3] uint8.

    "smooth" blurs first when it shrinks, repeats the rim beyond the edge, and rounds. "reference"
    does none of that: black begins at the edge, so that the rim of an enlarged image darkens, and
    fractions are dropped. Its weights were trained on such pixels.

    Source: the reference's `resize`.
    """
    if image.shape[:2] == tuple(size):
        return image
    smooth = rule == "smooth"
    resized = transform.resize(
        image,
        size,
        order=1,
        preserve_range=True,
        mode="edge" if smooth else "constant",
        anti_aliasing=smooth,  # along each axis that shrinks
    )
    # Values at .5 are common (a scale of 25/16 makes many); do not let rounding depend on the
    # last bit.
    return (np.round(np.round(resized, 6)) if smooth else resized).astype(np.uint8)


def mold_masks(
    masks: np.ndarray, window: Window, size: Sequence[int], rule: str = "smooth"
) -> np.ndarray:
    """Masks [G, H, W] bool resized and padded as their image was: [G, Hm, Wm] bool.

    Each pixel takes the nearest one of the mask. "smooth" looks where the pixel's centre lies;
    "reference" lays first on first pixel and last on last (scipy's `zoom`, its `resize_mask`).
    """
    molded = np.zeros((len(masks), *size), bool)
    rows = nearest_pixels(window.height, masks.shape[1], rule)
    columns = nearest_pixels(window.width, masks.shape[2], rule)
    inside = masks[:, rows[:, None], columns[None]]
    bottom, right = window.top + window.height, window.left + window.width
    molded[:, window.top : bottom, window.left : right] = inside
    return molded


def nearest_pixels(size: int, original: int, rule: str = "smooth") -> np.ndarray:
    """Which of `original` pixels each of `size` pixels takes: [size] integers."""
    if rule == "smooth":
        return ((np.arange(size) + 0.5) * original / size).astype(int)
    return np.floor(np.linspace(0, original - 1, size) + 0.5).astype(int)
