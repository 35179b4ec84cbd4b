"""Mini masks: each object's mask cut to its box and shrunk to a small square, and the way back.

A hundred full masks of a 1024 x 1024 image are 100 MB, most of it nothing. Only the part in the box
matters, and the mask head's targets are 28 x 28 anyway: 56 x 56 is enough to cut them from. What
is lost is detail smaller than 1/56 of the box.
"""

from __future__ import annotations

import numpy as np
from skimage import transform


def to_mini_masks(masks, boxes, size: int) -> np.ndarray:
    """Cut each mask to its box and resize it to size x size.

    Args:
        masks: [G, H, W] bool.
        boxes: [G, 4] of whole pixels, one that holds each mask; those of `boxes_from_masks`.
        size: side of a mini mask.

    Returns:
        [G, size, size] bool; nothing for a box without area.

    Source: the reference's `minimize_mask`.
    """
    minis = np.zeros((len(masks), size, size), bool)
    for mini, mask, (y1, x1, y2, x2) in zip(minis, masks, _whole(boxes), strict=True):
        if y2 > y1 and x2 > x1:
            mini[:] = _resize(mask[y1:y2, x1:x2], (size, size))
    return minis


def from_mini_masks(minis, boxes, image_size) -> np.ndarray:
    """Put mini masks back into their boxes: the inverse, but for what shrinking lost.

    Args:
        minis: [G, size, size] bool.
        boxes: [G, 4] of whole pixels, inside the image.
        image_size: (H, W).

    Returns:
        [G, H, W] bool.

    Source: the reference's `expand_mask`.
    """
    masks = np.zeros((len(minis), *image_size), bool)
    for mask, mini, (y1, x1, y2, x2) in zip(masks, minis, _whole(boxes), strict=True):
        if y2 > y1 and x2 > x1:
            mask[y1:y2, x1:x2] = _resize(mini, (y2 - y1, x2 - x1))
    return masks


def _whole(boxes):
    return np.asarray(boxes).astype(int)


def _resize(mask, size):
    """Bilinear, with nothing beyond the edge; more than half is inside."""
    values = mask.astype(np.float64)
    return transform.resize(values, size, order=1, mode="constant", anti_aliasing=False) > 0.5
