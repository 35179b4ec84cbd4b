"""The course's exam: the coins photograph of scikit-image, with the ground truth of its 24 coins.

The outlines come from a classical watershed (scripts/make_coins_truth.py) and were checked by eye;
no model's output was used for them. The photograph is in no training data.
"""

from __future__ import annotations

from importlib import resources

import numpy as np
from skimage import data, io, transform

from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.molding import resize_image
from maskrcnn_explained.data.sample import Sample

LABELS = "coins_labels.png"
DISK = 1  # the class id of all coins


def coins_labels() -> np.ndarray:
    """[303, 384] uint8: 0 background, 1..24 the coins, row by row from the top left."""
    stored = resources.files("maskrcnn_explained.data.examples") / LABELS
    with resources.as_file(stored) as path:
        return io.imread(path)


def coins_sample(scale: float = 1.0) -> Sample:
    """The photograph with 24 masks, all of class 1, disk: [303, 384, 3] uint8 at scale 1.

    With another scale both are resized; a pixel of a mask is then set if at least half of it was.
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
    return Sample(image, masks, np.full(len(numbers), DISK, np.int32))
