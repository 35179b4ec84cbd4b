"""Molding: turn images of any size into the network's input, and bring boxes back from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from maskrcnn_explained._arguments import check_config, check_images
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.resizing import (
    molded_size,
    nearest_pixels,
    resize_image,
    resized_size,
)


@dataclasses.dataclass(frozen=True)
class Window:
    """Where an image lies inside its molded image, and how it was scaled.

    top, left: padding above and to the left of the image, pixels;
    height, width: size of the image after resizing, pixels;
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
        """The window as a box in the molded image, [4] float32, pixels."""
        bottom, right = self.top + self.height, self.left + self.width
        return np.array([self.top, self.left, bottom, right], np.float32)

    @property
    def image_size(self) -> np.ndarray:
        """(H, W) of the original image, [2] float32, pixels."""
        return np.round(np.array([self.height, self.width], np.float32) / self._scale[:2])

    def to_molded(self, boxes: ArrayLike) -> np.ndarray:
        """Boxes [..., 4] of the original image as boxes of the molded image, float32, pixels."""
        return (np.asarray(boxes, np.float32) * self._scale + self._offset).astype(np.float32)

    def to_image(self, boxes: ArrayLike) -> np.ndarray:
        """Boxes [..., 4] of the molded image as boxes of the original image, float32, pixels."""
        return boxes_to_image(np.asarray(boxes, np.float32), self.box, self.image_size)

    @property
    def _offset(self) -> np.ndarray:
        return np.array([self.top, self.left] * 2, np.float32)

    @property
    def _scale(self) -> np.ndarray:
        return np.array([self.scale_y, self.scale_x] * 2, np.float32)


# `detect` computes boxes with NumPy; an exported graph computes them with TensorFlow. Both call the
# function below. `ops` is the library to compute with, `numpy` or `keras.ops`: the functions in
# both have the same names.


def boxes_to_image(
    boxes: Any, window: Any, image_size: Any, inclusive_corners: bool = False, ops: Any = np
) -> Any:
    """Boxes of the molded image as boxes of the original image.

    Args:
        boxes: [..., 4] float32, pixels of the molded image.
        window: [4] float32, the box of the image in the molded image, pixels.
        image_size: (H, W) of the original image, [2] float32, pixels.
        inclusive_corners: whether y2, x2 are the last pixel inside, in `boxes` and in the result.
            If so, the first pixel goes to the first pixel and the last pixel to the last: the
            scale is (H - 1) / (h - 1), not H / h.
        ops: `numpy` or `keras.ops`.

    Returns:
        [..., 4] float32, pixels of the original image.

    Source: the reference's `unmold_detections`.
    """
    corner = ops.concatenate([window[:2], window[:2]])  # [4]
    sides = window[2:] - window[:2]  # [2] (h, w)
    if inclusive_corners:
        scale = (image_size - 1) / ops.maximum(sides - 1, 1)
        return (boxes - corner) * ops.concatenate([scale, scale])
    scale = sides / image_size
    return (boxes - corner) / ops.concatenate([scale, scale])


def mold(images: Sequence[np.ndarray], config: Config) -> tuple[np.ndarray, list[Window]]:
    """Resize the images, put each in its padding and subtract the mean.

    Args:
        images: list of [H, W, 3] uint8 RGB arrays; sizes may differ.
        config: sizes, padding and mean.

    Returns:
        [B, Hm, Wm, 3] float32, the network's input, as large as the largest; a Window per image.

    Source: the reference's `mold_inputs` and `resize_image`.
    """
    check_config(config)
    check_images(images)
    # All images of the batch get the same padded size: that of the largest.
    sizes = [resized_size(image.shape[0], image.shape[1], config) for image in images]
    padded = [molded_size(h, w, config) for h, w in sizes]
    height, width = (max(sides) for sides in zip(*padded, strict=True))
    mean = np.array(config.mean_pixel, np.float32)
    # After the mean is subtracted, a pixel of the mean colour is zero.
    molded = np.zeros((len(images), height, width, 3), np.float32)
    if config.padding == "black":
        molded -= mean
    windows = []
    for canvas, image, (h, w) in zip(molded, images, sizes, strict=True):
        # In the centre of its canvas, or in the upper left corner; the window stores where.
        top, left = 0, 0
        if config.image_place == "centre":
            top, left = (height - h) // 2, (width - w) // 2
        resized = resize_image(image, (h, w), config.resize_rule)
        canvas[top : top + h, left : left + w] = resized - mean
        window = Window(
            top=top,
            left=left,
            height=h,
            width=w,
            scale_y=h / image.shape[0],
            scale_x=w / image.shape[1],
        )
        windows.append(window)
    return molded, windows


def mold_masks(
    masks: np.ndarray, window: Window, size: Sequence[int], rule: str = "smooth"
) -> np.ndarray:
    """Resize and pad masks in the same way as their image.

    Args:
        masks: [G, H, W] bool.
        window: the Window of their image.
        size: (Hm, Wm) of the molded image, pixels.
        rule: as for `nearest_pixels`.

    Returns:
        [G, Hm, Wm] bool; each pixel takes the value of the nearest pixel of the mask.

    Source: the reference's `resize_mask`.
    """
    return mold_cut_masks(CutMasks.of(masks, masks.shape[1:]), window, size, rule).full()


def mold_cut_masks(
    masks: CutMasks, window: Window, size: Sequence[int], rule: str = "smooth"
) -> CutMasks:
    """`mold_masks` of CutMasks, as CutMasks of `size`: they need less memory."""
    rows = nearest_pixels(window.height, masks.size[0], rule)
    columns = nearest_pixels(window.width, masks.size[1], rule)
    return masks.taken(rows, columns).placed(size, window.top, window.left)
