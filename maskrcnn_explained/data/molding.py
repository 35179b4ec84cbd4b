"""Molding: from an image of any size to what the network takes, and the way back for boxes."""

from __future__ import annotations

import dataclasses

import numpy as np
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

    def to_molded(self, boxes) -> np.ndarray:
        """Boxes [..., 4] of the user's image as boxes of the molded image, float32 pixels."""
        return (np.asarray(boxes, np.float32) * self._scale + self._offset).astype(np.float32)

    def to_image(self, boxes) -> np.ndarray:
        """Boxes [..., 4] of the molded image as boxes of the user's image, float32 pixels."""
        return ((np.asarray(boxes, np.float32) - self._offset) / self._scale).astype(np.float32)

    def to_image_inclusive(self, boxes) -> np.ndarray:
        """The same for boxes whose y2, x2 name the last pixel; what comes out is exclusive.

        First pixel goes to first and last to last: a scale of (H - 1) / (h - 1), not of H / h.
        Source: the reference's `unmold_detections`.
        """
        sides = np.array([self.height, self.width] * 2, np.float32)
        original = np.round(sides / self._scale)
        scale = (original - 1) / np.maximum(sides - 1, 1)
        boxes = (np.asarray(boxes, np.float32) - self._offset) * scale
        return (boxes + np.array([0, 0, 1, 1], np.float32)).astype(np.float32)

    @property
    def _offset(self):
        return np.array([self.top, self.left] * 2, np.float32)

    @property
    def _scale(self):
        return np.array([self.scale_y, self.scale_x] * 2, np.float32)


def resized_size(height: int, width: int, config: Config) -> tuple[int, int]:
    """The size an image is resized to: up to image_min_side, but never beyond image_max_side.

    Source: the reference's `resize_image`.
    """
    scale = 1.0
    if config.image_min_side is not None:
        scale = max(1.0, config.image_min_side / min(height, width))
    if round(max(height, width) * scale) > config.image_max_side:
        scale = config.image_max_side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def molded_size(height: int, width: int, config: Config) -> tuple[int, int]:
    """The padded size for a resized image: a square, or the next multiples of 64."""
    if config.resize_mode == "square":
        return config.image_max_side, config.image_max_side
    return tuple(-(-side // SIDE_MULTIPLE) * SIDE_MULTIPLE for side in (height, width))


def mold(images, config: Config) -> tuple[np.ndarray, list[Window]]:
    """Resize, centre in padding, subtract the mean: a batch that the network takes.

    Args:
        images: list of [H, W, 3] uint8 RGB arrays, sizes may differ.
        config: sizes, padding and mean.

    Returns:
        [B, Hm, Wm, 3] float32, as large as the largest needs, and a Window for each image.

    Source: the reference's `mold_inputs` and `resize_image`.
    """
    sizes = [resized_size(*image.shape[:2], config) for image in images]
    padded = [molded_size(*size, config) for size in sizes]
    height, width = (max(sides) for sides in zip(*padded, strict=True))
    mean = np.array(config.mean_pixel, np.float32)
    molded = np.zeros((len(images), height, width, 3), np.float32)
    if config.padding == "black":
        molded -= mean
    windows = []
    for canvas, image, (h, w) in zip(molded, images, sizes, strict=True):
        top, left = (height - h) // 2, (width - w) // 2
        resized = resize_image(image, (h, w), config.resize_rule)
        canvas[top : top + h, left : left + w] = resized - mean
        windows.append(Window(top, left, h, w, h / image.shape[0], w / image.shape[1]))
    return molded, windows


def resize_image(image: np.ndarray, size: tuple[int, int], rule="smooth") -> np.ndarray:
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
        image, size, order=1, preserve_range=True, mode="edge" if smooth else "constant",
        anti_aliasing=smooth,  # along each axis that shrinks
    )  # fmt: skip
    # Halves are common (a scale of 25/16 makes many) and must not hang on the last bit.
    return (np.round(np.round(resized, 6)) if smooth else resized).astype(np.uint8)


def mold_masks(masks, window: Window, size: tuple[int, int], rule="smooth") -> np.ndarray:
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


def nearest_pixels(size, original, rule="smooth"):
    """Which of `original` pixels each of `size` pixels takes: [size] integers."""
    if rule == "smooth":
        return ((np.arange(size) + 0.5) * original / size).astype(int)
    return np.floor(np.linspace(0, original - 1, size) + 0.5).astype(int)
