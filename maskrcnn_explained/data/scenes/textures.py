"""Random textures, cut from photographs that are part of the scikit-image package.

The photograph of coins is the course's exam, so it must not be among them.
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
SCALES = (1.0, 0.5, 0.3)  # new side / original side


@functools.cache
def photo(name: str, scale: float) -> np.ndarray:
    """One photograph as [H, W, 3] uint8 RGB. It is kept in memory.

    Args:
        name: one of `PHOTOS`.
        scale: new side / original side, at most 1.

    Raises `ValueError` if the name is not one of `PHOTOS`.
    """
    if name not in PHOTOS:
        raise ValueError(f"No photograph is called {name!r}; there are: {', '.join(PHOTOS)}.")
    image = util.img_as_ubyte(getattr(data, name)())
    if image.ndim == 2:  # grey
        image = np.repeat(image[..., None], 3, 2)
    image = image[..., :3]  # without alpha
    if scale < 1:
        size = [round(side * scale) for side in image.shape[:2]]
        image = util.img_as_ubyte(transform.resize(image, size, anti_aliasing=True))
    return image


def random_texture(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A random piece of a random photograph: cropped, flipped, turned and recoloured.

    Args:
        rng: source of all random numbers.
        height, width: size of the piece, pixels.

    Returns:
        [height, width, 3] float32, about 0..255 (not clipped).
    """
    name = PHOTOS[rng.integers(len(PHOTOS))]
    scale = SCALES[rng.integers(len(SCALES))]
    source = photo(name, scale)
    if rng.random() < 0.5:
        source = source.transpose(1, 0, 2)
    rows = _positions(rng, height, source.shape[0])
    columns = _positions(rng, width, source.shape[1])
    piece = source[rows[:, None], columns].astype(np.float32)
    return recolour_texture(rng, piece)


def _positions(rng, length, limit):
    """`length` neighbouring positions on an axis that is mirrored at its ends, or their reverse."""
    positions = (rng.integers(2 * limit) + np.arange(length)) % (2 * limit)
    # Positions run 0 1 .. limit-1 and then back: limit-1 .. 1 0.
    positions = np.minimum(positions, 2 * limit - 1 - positions)
    return positions[::-1] if rng.random() < 0.5 else positions


def recolour_texture(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Randomly exchange channels, change contrast and mean colour, invert, or make it grey.

    Args:
        rng: source of all random numbers.
        image: [h, w, 3] float32, 0..255.

    Returns:
        [h, w, 3] float32, about 0..255 (not clipped).
    """
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
