"""The course's exam: scikit-image's photograph of 24 coins, with ground truth.

A watershed (scripts/make_coins_truth.py) made the outlines, and a person checked them by eye; no
model's output was used. The photograph is not in any training data.
"""

from __future__ import annotations

from importlib import resources

import numpy as np
from skimage import data, io, transform

from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.resizing import resize_image
from maskrcnn_explained.data.sample import Sample

LABELS = "coins_labels.png"
DISK = 1  # the class id of all coins


def coins_labels() -> np.ndarray:
    """The label map, [303, 384] uint8: 0 background, 1..24 the coins, row by row from top left."""
    stored = resources.files("maskrcnn_explained.data.examples") / LABELS
    with resources.as_file(stored) as path:
        return io.imread(path)


def coins_sample(scale: float = 1.0) -> Sample:
    """The photograph and its 24 masks, all of class 1 (disk).

    Args:
        scale: new side / original side. At scale 1 the image is [303, 384, 3] uint8. At another
            scale, a pixel belongs to a mask if the mask covers at least half of it.

    Raises `ValueError` for a scale outside 0.1..4.
    """
    if not 0.1 <= scale <= 4:
        raise ValueError(f"scale must lie in 0.1..4; got {scale}.")
    labels = coins_labels()
    numbers = np.arange(1, labels.max() + 1)
    masks = labels[None] == numbers[:, None, None]  # [24, H, W]
    image = as_rgb(data.coins())
    if scale != 1:
        size = tuple(round(side * scale) for side in labels.shape)
        image = resize_image(image, size)
        masks = np.stack([transform.resize(mask.astype(float), size) for mask in masks]) >= 0.5
    class_ids = np.full(len(numbers), DISK, np.int32)
    return Sample(image, masks, class_ids)
