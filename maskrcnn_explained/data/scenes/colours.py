"""The colours of a scene: its background, its objects, and the picture as a whole.

All random numbers come from one generator; the order in which they are drawn must never change.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from maskrcnn_explained.data.scenes.shapes import random_direction
from maskrcnn_explained.data.scenes.textures import random_texture


def background(rng: np.random.Generator, size: int) -> np.ndarray:
    """A photograph's texture, or a plain colour with soft changes.

    Args:
        rng: source of all random numbers.
        size: side of the image, pixels.

    Returns:
        [size, size, 3] float32, about 0..255 (not clipped).
    """
    if rng.random() < 0.65:
        return random_texture(rng, size, size)
    plain = rng.uniform(20, 235, 3)
    if rng.random() < 0.5:
        plain[:] = plain.mean()
    canvas = np.broadcast_to(plain, (size, size, 3)) + _slope(rng, size, size, 40)
    if rng.random() < 0.5:  # soft blotches
        blotches = rng.normal(0, 1, (size // 8 + 2, size // 8 + 2))
        canvas = canvas + ndimage.zoom(blotches, 9, order=1)[:size, :size, None] * 12
    return canvas.astype(np.float32)


def appearance(rng: np.random.Generator, alpha: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Colours of one object: plain, striped or a texture; sometimes with a relief or a rim.

    Args:
        rng: source of all random numbers.
        alpha: [h, w] float32 in 0..1, the object's stencil.
        around: [3] float, mean colour of its surroundings.

    Returns:
        [h, w, 3] float32 or float64, about 0..255 (not clipped).
    """
    height, width = alpha.shape
    kind = rng.random()
    base = rng.uniform(10, 245, 3)
    if rng.random() < 0.4:
        base[:] = base.mean()
    if kind < 0.4:
        colours = np.broadcast_to(base, (height, width, 3)).astype(np.float32)
    elif kind < 0.55:
        colours = _stripes(rng, height, width, base)
    else:
        colours = random_texture(rng, height, width)
    if rng.random() < 0.10:  # camouflage: almost the mean colour of the surroundings
        shift = rng.choice([-1, 1]) * rng.uniform(9, 18) + rng.normal(0, 3, 3)
        colours = colours + (around + shift - colours.mean((0, 1)))
    colours = colours + _slope(rng, height, width, 45)
    if rng.random() < 0.35:
        colours = colours + _relief(rng, alpha)
    if rng.random() < 0.2:  # a darker or lighter rim
        inner = ndimage.grey_erosion(np.pad(alpha, 1), size=(3, 3))[1:-1, 1:-1]
        colours = colours + ((alpha - inner) * rng.uniform(-90, 90))[..., None]
    return colours


def photographed(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """As if photographed: uneven light, grey, blur and noise, each in some of the scenes.

    Args:
        rng: source of all random numbers.
        image: [size, size, 3] float32.

    Returns:
        [size, size, 3] uint8.
    """
    size = image.shape[0]
    if rng.random() < 0.4:
        image = image * (1 + _slope(rng, size, size, 40) / 100)
    if rng.random() < 0.25:
        image = np.repeat(image.mean(2, keepdims=True), 3, 2)
    if rng.random() < 0.5:
        sigma = rng.uniform(0.3, 1.0)
        image = ndimage.gaussian_filter(image, (sigma, sigma, 0))
    if rng.random() < 0.6:
        channels = 1 if rng.random() < 0.5 else 3
        grain = rng.standard_normal((size, size, channels), np.float32)
        image = image + grain * rng.uniform(1, 10)
    return np.clip(image, 0, 255).astype(np.uint8)


def _stripes(rng, height, width, base):
    """Stripes of a colour [3] and a similar one: [h, w, 3] float32."""
    turn = rng.uniform(0, np.pi)
    period = rng.uniform(4, 16)
    phase = np.arange(height)[:, None] * np.sin(turn) + np.arange(width) * np.cos(turn)
    stripes = (np.sin(phase * 2 * np.pi / period) > 0)[..., None]
    return np.where(stripes, base, base + rng.normal(0, 50, 3)).astype(np.float32)


def _slope(rng, height, width, strength):
    """Brightness that changes evenly in one direction: [h, w, 1] float32, about +-strength."""
    turn = rng.uniform(0, 2 * np.pi)
    rows = np.linspace(-1, 1, height)[:, None] * np.sin(turn)
    columns = np.linspace(-1, 1, width)[None] * np.cos(turn)
    return ((rows + columns) * rng.uniform(0, strength)).astype(np.float32)[..., None]


def _relief(rng, alpha):
    """Light from one side on a raised, bumpy surface: [h, w, 1] float32, grey levels."""
    height, width = alpha.shape
    bumps = ndimage.gaussian_filter(rng.normal(0, 1, (height, width)), rng.uniform(1, 3))
    bumps *= rng.uniform(0, 1.5) / max(bumps.std(), 1e-6)
    surface = ndimage.gaussian_filter(np.pad(alpha, 2), rng.uniform(0.8, 2.5))[2:-2, 2:-2]
    surface = surface * rng.uniform(2, 6) + bumps * alpha
    light = random_direction(rng)
    slope = ndimage.sobel(surface, 0) * light[0] + ndimage.sobel(surface, 1) * light[1]
    return (slope * rng.uniform(2, 8)).astype(np.float32)[..., None]
