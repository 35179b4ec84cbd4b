"""Photographs that scikit-image ships inside its wheel, cut into random textures.

The coins photograph is the course's exam and is deliberately not among them.
"""

from __future__ import annotations

import functools

import numpy as np
from skimage import data, transform, util

PHOTOS = (
    "astronaut",
    "brick",
    "camera",
    "cell",
    "chelsea",
    "coffee",
    "grass",
    "gravel",
    "horse",
    "hubble_deep_field",
    "immunohistochemistry",
    "moon",
    "page",
    "retina",
    "rocket",
    "text",
)
SCALES = (1.0, 0.5, 0.3)


@functools.cache
def photo(name: str, scale: float) -> np.ndarray:
    """One photograph as [H, W, 3] uint8 RGB, shrunk by `scale`; kept in memory once made.

    Raises `ValueError` if the name is not one of `PHOTOS`.
    """
    if name not in PHOTOS:
        raise ValueError(f"No photograph is called {name!r}; there are: {', '.join(PHOTOS)}.")
    image = util.img_as_ubyte(getattr(data, name)())
    image = image[..., :3] if image.ndim == 3 else np.repeat(image[..., None], 3, 2)
    if scale < 1:
        size = [round(side * scale) for side in image.shape[:2]]
        image = util.img_as_ubyte(transform.resize(image, size, anti_aliasing=True))
    return image


def random_texture(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A random piece of a random photograph: cropped, flipped, turned, recoloured.

    Args:
        rng: source of all randomness.
        height, width: pixels.

    Returns:
        [height, width, 3] float32, about 0..255 (not clipped).
    """
    source = photo(PHOTOS[rng.integers(len(PHOTOS))], SCALES[rng.integers(len(SCALES))])
    if rng.random() < 0.5:
        source = source.transpose(1, 0, 2)
    rows = _positions(rng, height, source.shape[0])
    columns = _positions(rng, width, source.shape[1])
    return recolour_texture(rng, source[rows[:, None], columns].astype(np.float32))


def _positions(rng, length, limit):
    """`length` neighbouring positions on an axis that is mirrored at its ends, maybe reversed."""
    positions = (rng.integers(2 * limit) + np.arange(length)) % (2 * limit)
    positions = np.minimum(positions, 2 * limit - 1 - positions)  # 0 1 .. n-1 n-1 .. 1 0
    return positions[::-1] if rng.random() < 0.5 else positions


def recolour_texture(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Swap channels, change contrast, brightness and tint, or turn grey: [h, w, 3] float32."""
    if rng.random() < 0.5:
        image = image[..., rng.permutation(3)]
    mean = image.mean((0, 1))
    contrast = rng.uniform(0.3, 1.2)
    target = np.clip(mean + rng.normal(0, 35, 3), 15, 240)
    image = (image - mean) * contrast + target
    if rng.random() < 0.15:
        image = 255 - image
    if rng.random() < 0.25:
        image = np.repeat(image.mean(2, keepdims=True), 3, 2)
    return image.astype(np.float32)
