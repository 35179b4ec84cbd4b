"""Augmentation: random changes of an image, with the same changes of its masks.

Each function takes a Sample and returns a Sample. Boxes are computed from the masks, so they
always follow. An instance that has no pixel left after a crop is dropped. Masks are changed inside
their boxes only (CutMasks), so that photographs with many objects fit into memory.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from skimage import color

from maskrcnn_explained._arguments import check_arrays, check_has, check_number, check_sample
from maskrcnn_explained.config import ceil_div
from maskrcnn_explained.data.resizing import nearest_pixels, resize_image
from maskrcnn_explained.data.sample import Sample

BAND_VALUES = 2**20  # values of a band of rows whose colours are changed at a time


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """Which random changes are made, and how strong they are.

    Call it with a Sample and a NumPy generator; it returns the changed Sample.

    flip: probability, 0..1, that left and right are exchanged.
    turn: whether to turn the image by 0, 1, 2 or 3 quarters, all equally likely (cells under a
        microscope have no upright position; people do).
    scale: (lowest, highest) factor of enlargement, drawn evenly on a logarithmic scale.
    crop: side, in pixels after the enlargement, of a square that is cut out at a random place;
        None keeps the whole image.
    brightness, contrast: the largest relative change, 0..1.
    hue: the largest shift, as a part of the colour circle, 0..1.
    invert: probability, 0..1, of a negative (bright becomes dark).

    Raises `ValueError` for a value out of range.
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
        check_arrays(scale=(self.scale, "2"))
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale must be two positive numbers in order; got {self.scale}.")
        if self.crop is not None:
            check_number("crop", self.crop, 1, 2**31, whole=True)
        for name in ("flip", "brightness", "contrast", "hue", "invert"):
            check_number(name, getattr(self, name), 0, 1)

    def __call__(self, sample: Sample, rng: np.random.Generator) -> Sample:
        """A changed copy of the Sample; all random numbers come from `rng`."""
        check_sample(sample)
        check_has("rng", rng, "a NumPy generator (np.random.default_rng)", "uniform", "integers")
        if rng.random() < self.flip:
            sample = flip(sample)
        if self.turn:
            sample = turn(sample, int(rng.integers(4)))
        low, high = np.log(self.scale)
        factor = np.exp(rng.uniform(low, high))
        if self.crop is not None:  # before the enlargement, so that there is less to enlarge
            side = max(1, round(self.crop / factor))
            height, width = sample.image.shape[:2]
            top = int(rng.integers(max(height - side, 0) + 1))
            left = int(rng.integers(max(width - side, 0) + 1))
            sample = crop(sample, top, left, side, side)
        if factor != 1:
            sample = rescale(sample, factor, self.crop)
        if rng.random() < self.invert:
            sample = _repainted(sample, 255 - sample.image)
        bright, steep = rng.uniform(-1, 1, 2) * (self.brightness, self.contrast)
        hue = rng.uniform(-1, 1) * self.hue
        return recolour(sample, 1 + bright, 1 + steep, hue)


AUGMENTATIONS = {  # one per kind of images
    "none": None,
    "photos": Augmentation(flip=0.5, scale=(0.8, 1.25), brightness=0.2, contrast=0.2),
    "microscope": Augmentation(
        flip=0.5, turn=True, scale=(0.8, 1.25), brightness=0.2, contrast=0.2
    ),
    "nuclei": Augmentation(
        flip=0.5, turn=True, scale=(1.4, 2.8), crop=256, brightness=0.3, contrast=0.3, invert=0.25
    ),
}


def flip(sample: Sample) -> Sample:
    """Exchange left and right. Done twice, it gives the same Sample again."""
    check_sample(sample)
    return _moved(sample, sample.image[:, ::-1], sample.cut.flipped())


def turn(sample: Sample, quarters: int) -> Sample:
    """Turn counterclockwise by a number of quarters; `-quarters` turns it back."""
    check_sample(sample)
    check_number("quarters", quarters, whole=True)
    return _moved(sample, np.rot90(sample.image, quarters), sample.cut.turned(quarters))


def rescale(sample: Sample, factor: float, limit: int | None = None) -> Sample:
    """Enlarge the image and its masks, or shrink them (a factor below 1).

    Args:
        sample: a Sample.
        factor: new side / old side.
        limit: the largest side of the result, pixels; None: no limit.
    """
    check_sample(sample)
    check_number("factor", factor, 1e-6, 1000)
    if limit is not None:
        check_number("limit", limit, 1, whole=True)
    sides = (max(1, round(side * factor)) for side in sample.image.shape[:2])
    height, width = (min(side, limit or side) for side in sides)
    rows = nearest_pixels(height, sample.image.shape[0])
    columns = nearest_pixels(width, sample.image.shape[1])
    masks = sample.cut.taken(rows, columns)
    return _moved(sample, resize_image(sample.image, (height, width)), masks)


def crop(sample: Sample, top: int, left: int, height: int, width: int) -> Sample:
    """Cut out a window, in pixels; instances that lie outside it are dropped.

    Where the window reaches beyond the image, the result is smaller; nothing is padded.
    """
    check_sample(sample)
    for name, number in (("top", top), ("left", left)):
        check_number(name, number, 0, 2**31, whole=True)
    for name, number in (("height", height), ("width", width)):
        check_number(name, number, 1, 2**31, whole=True)
    rows = slice(top, top + height)
    columns = slice(left, left + width)
    masks = sample.cut.cropped(top, left, height, width)
    return _moved(sample, sample.image[rows, columns], masks)


def recolour(sample: Sample, brightness: float, contrast: float, hue: float = 0.0) -> Sample:
    """Change the colours; the masks stay the same.

    Args:
        sample: a Sample.
        brightness: factor for all values.
        contrast: factor for the distance of the values from their mean.
        hue: shift of all hues, as a part of the colour circle, -1..1.
    """
    check_sample(sample)
    for name, number in (("brightness", brightness), ("contrast", contrast)):
        check_number(name, number, 0, 1000)
    check_number("hue", hue, -1, 1)
    if (brightness, contrast, hue) == (1, 1, 0):
        return sample
    mean = sample.image.astype(np.float32).mean()
    # A band of rows after the other: as float64, a whole photograph of 12 megapixels has 288 MB,
    # and each step below makes a copy.
    bands = np.array_split(sample.image, ceil_div(sample.image.size, BAND_VALUES))
    painted = [_recoloured(band, mean, brightness, contrast, hue) for band in bands]
    return _repainted(sample, np.concatenate(painted))


def _recoloured(pixels, mean, brightness, contrast, hue):
    """Pixels [h, W, 3] uint8 of an image with this mean value, in other colours."""
    image = pixels.astype(np.float32)
    image = ((image - mean) * contrast + mean) * brightness
    image = np.clip(np.round(image), 0, 255).astype(np.uint8)
    if hue:
        hsv = color.rgb2hsv(image)
        hsv[..., 0] = (hsv[..., 0] + hue) % 1
        image = np.round(color.hsv2rgb(hsv) * 255).astype(np.uint8)
    return image


def _repainted(sample, image):
    """The Sample with another image of the same size; its masks stay cut."""
    return dataclasses.replace(sample, image=image, masks=sample.cut)


def _moved(sample, image, masks):
    """The Sample with another image and other CutMasks; instances without a pixel are dropped."""
    kept = masks.areas > 0
    return dataclasses.replace(
        sample,
        image=np.ascontiguousarray(image),
        masks=masks.kept(kept),
        class_ids=sample.class_ids[kept],
        crowd=sample.crowd[kept],
        tags={name: values[kept] for name, values in sample.tags.items()},
    )
