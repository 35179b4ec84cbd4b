"""Augmentation: other views of the same image, with masks that move along.

Each step takes a Sample and returns a Sample; boxes follow from the masks, so they cannot be
forgotten. An instance that a crop leaves nothing of is dropped.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from skimage import color

from maskrcnn_explained.data.molding import nearest_pixels, resize_image
from maskrcnn_explained.data.sample import Sample


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """What may happen to an image, and how strongly. Call it with a Sample and a generator.

    flip: chance of a mirror image, left and right.
    turn: whether any of the four quarter turns is as likely as another (cells under a microscope
        have no upright position; people do).
    scale: the image is enlarged by a factor between these two, drawn on a logarithmic scale.
    crop: a window is cut out at random that has this side, pixels, once it is enlarged; None
        keeps the whole.
    brightness, contrast: changed by up to this share.
    hue: turned by up to this part of the colour circle.
    invert: chance of a negative, dark for bright.

    Raises `ValueError` on an impossible value.
    """

    flip: float = 0.5
    turn: bool = False
    scale: tuple[float, float] = (1.0, 1.0)
    crop: int | None = None
    brightness: float = 0.0
    contrast: float = 0.0
    hue: float = 0.0
    invert: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale must be two positive numbers in order; got {self.scale}.")
        if self.crop is not None and self.crop < 1:
            raise ValueError(f"crop must be at least 1 pixel; got {self.crop}.")
        for name in ("flip", "brightness", "contrast", "hue", "invert"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0..1; got {getattr(self, name)}.")

    def __call__(self, sample: Sample, rng: np.random.Generator) -> Sample:
        if rng.random() < self.flip:
            sample = flip(sample)
        if self.turn:
            sample = turn(sample, int(rng.integers(4)))
        factor = np.exp(rng.uniform(*np.log(self.scale)))
        if self.crop is not None:  # first, for less is then to be scaled
            side = max(1, round(self.crop / factor))
            height, width = sample.image.shape[:2]
            top = int(rng.integers(max(height - side, 0) + 1))
            left = int(rng.integers(max(width - side, 0) + 1))
            sample = crop(sample, top, left, side, side)
        if factor != 1:
            sample = rescale(sample, factor, self.crop)
        if rng.random() < self.invert:
            sample = dataclasses.replace(sample, image=255 - sample.image)
        bright, steep = rng.uniform(-1, 1, 2) * (self.brightness, self.contrast)
        return recolour(sample, 1 + bright, 1 + steep, rng.uniform(-1, 1) * self.hue)


AUGMENTATIONS = {
    "none": None,
    "photos": Augmentation(flip=0.5, scale=(0.8, 1.25), brightness=0.2, contrast=0.2),
    "microscope": Augmentation(
        flip=0.5, turn=True, scale=(0.8, 1.25), brightness=0.2, contrast=0.2
    ),
    "nuclei": Augmentation(
        flip=0.5, turn=True, scale=(1.4, 2.8), crop=256, brightness=0.3, contrast=0.3, invert=0.25
    ),
}  # by what the images are


def flip(sample: Sample) -> Sample:
    """The mirror image, left and right. Its own inverse."""
    return _moved(sample, sample.image[:, ::-1], sample.masks[:, :, ::-1])


def turn(sample: Sample, quarters: int) -> Sample:
    """Turned by quarters counterclockwise; the inverse is `-quarters`."""
    return _moved(
        sample, np.rot90(sample.image, quarters), np.rot90(sample.masks, quarters, axes=(1, 2))
    )


def rescale(sample: Sample, factor: float, limit: int | None = None) -> Sample:
    """Enlarged (or shrunk, for a factor below 1) with its masks; no side beyond the limit."""
    sides = (max(1, round(side * factor)) for side in sample.image.shape[:2])
    height, width = (min(side, limit or side) for side in sides)
    rows = nearest_pixels(height, sample.masks.shape[1])
    columns = nearest_pixels(width, sample.masks.shape[2])
    masks = sample.masks[:, rows[:, None], columns[None]]
    return _moved(sample, resize_image(sample.image, (height, width)), masks)


def crop(sample: Sample, top: int, left: int, height: int, width: int) -> Sample:
    """A window of it; a smaller image is not padded. Instances outside the window are dropped."""
    window = slice(top, top + height), slice(left, left + width)
    return _moved(sample, sample.image[window], sample.masks[:, window[0], window[1]])


def recolour(sample: Sample, brightness: float, contrast: float, hue: float = 0.0) -> Sample:
    """Other colours; masks stay.

    Args:
        brightness: factor of all values; contrast: factor of their distance from their mean.
        hue: part of the colour circle, -1..1, by which all hues turn.
    """
    if (brightness, contrast, hue) == (1, 1, 0):
        return sample
    image = sample.image.astype(np.float32)
    image = ((image - image.mean()) * contrast + image.mean()) * brightness
    image = np.clip(np.round(image), 0, 255).astype(np.uint8)
    if hue:
        hsv = color.rgb2hsv(image)
        hsv[..., 0] = (hsv[..., 0] + hue) % 1
        image = np.round(color.hsv2rgb(hsv) * 255).astype(np.uint8)
    return dataclasses.replace(sample, image=image)


def _moved(sample, image, masks):
    """The same instances elsewhere; those without a pixel are dropped."""
    kept = masks.any((1, 2))
    return dataclasses.replace(
        sample,
        image=np.ascontiguousarray(image),
        masks=np.ascontiguousarray(masks[kept]),
        class_ids=sample.class_ids[kept],
        crowd=sample.crowd[kept],
        tags={name: values[kept] for name, values in sample.tags.items()},
    )
