"""Masks: their boxes, their overlap, and mini masks. NumPy and scikit-image, nothing else.

A mask is [H, W] bool. A small mask is what the mask head draws, 28 x 28 probabilities for one box;
pasting.py stretches it over its box. A mini mask is a ground-truth mask cut to its box and
shrunk, to save memory: a hundred full masks of a 1024 x 1024 image are 100 MB, most of it nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from skimage import transform

from maskrcnn_explained._arguments import check_arrays, check_number
from maskrcnn_explained.pasting import checked_size
from maskrcnn_explained.pasting import paste_masks as paste_masks


def boxes_from_masks(masks: np.ndarray) -> np.ndarray:
    """The tightest box around each mask.

    Args:
        masks: [G, H, W] bool.

    Returns:
        [G, 4] float32, pixels; zeros for an empty mask.

    Source: the reference's `extract_bboxes`.
    """
    check_arrays(masks=(masks, "G H W"))
    masks = np.asarray(masks, bool)
    boxes = np.zeros((len(masks), 4), np.float32)
    for box, mask in zip(boxes, masks, strict=True):
        rows = np.flatnonzero(mask.any(1))
        columns = np.flatnonzero(mask.any(0))
        if len(rows):
            # The box ends after the last pixel: y2 and x2 are exclusive.
            box[:] = rows[0], columns[0], rows[-1] + 1, columns[-1] + 1
    return boxes


def mask_iou(masks1: np.ndarray, masks2: np.ndarray) -> np.ndarray:
    """IoU of every pair of masks: [D, H, W] and [G, H, W] bool -> [D, G] float64 in 0..1.

    0 where both masks are empty. Raises `ValueError` if H or W differ.
    """
    check_arrays(masks1=(masks1, "D H W"), masks2=(masks2, "G h w"))
    masks1, masks2 = np.asarray(masks1, bool), np.asarray(masks2, bool)
    if masks1.shape[1:] != masks2.shape[1:]:
        raise ValueError(
            f"Masks must have one size; got {list(masks1.shape[1:])} and {list(masks2.shape[1:])}."
        )
    # As rows of zeros and ones, a product of two masks counts their common pixels.
    size = int(np.prod(masks1.shape[1:]))
    flat1 = masks1.reshape(len(masks1), size).astype(np.float32)
    flat2 = masks2.reshape(len(masks2), size).astype(np.float32)
    common = (flat1 @ flat2.T).astype(float)  # [D, G]; float32 counts up to 16 million
    union = flat1.sum(1)[:, None] + flat2.sum(1)[None] - common
    return common / np.maximum(union, 1)


# Mini masks


def to_mini_masks(masks: np.ndarray, boxes: np.ndarray, size: int) -> np.ndarray:
    """Cut each mask to its box and resize it to size x size.

    What is lost is detail smaller than 1 / size of the box; the mask head's targets are 28 x 28.

    Args:
        masks: [G, H, W] bool.
        boxes: [G, 4] of whole pixels, one that holds each mask; those of `boxes_from_masks`.
        size: side of a mini mask.

    Returns:
        [G, size, size] bool; empty for a box without area.

    Source: the reference's `minimize_mask`.
    """
    check_arrays(masks=(masks, "G H W"), boxes=(boxes, "G 4"))
    check_number("size", size, 1, 2**15, whole=True)
    masks = np.asarray(masks)
    minis = np.zeros((len(masks), size, size), bool)
    for mini, mask, (y1, x1, y2, x2) in zip(
        minis, masks, _whole(boxes, masks.shape[1:]), strict=True
    ):
        if y2 > y1 and x2 > x1:
            mini[:] = _resize(mask[y1:y2, x1:x2], (size, size))
    return minis


def from_mini_masks(minis: np.ndarray, boxes: np.ndarray, image_size: Sequence[int]) -> np.ndarray:
    """Put mini masks back into their boxes: the inverse, except for what shrinking lost.

    Args:
        minis: [G, size, size] bool.
        boxes: [G, 4] of whole pixels, inside the image.
        image_size: (H, W).

    Returns:
        [G, H, W] bool.

    Source: the reference's `expand_mask`.
    """
    check_arrays(minis=(minis, "G size size"), boxes=(boxes, "G 4"))
    minis, (height, width) = np.asarray(minis), checked_size(image_size)
    masks = np.zeros((len(minis), height, width), bool)
    for mask, mini, (y1, x1, y2, x2) in zip(
        masks, minis, _whole(boxes, masks.shape[1:]), strict=True
    ):
        if y2 > y1 and x2 > x1:
            mask[y1:y2, x1:x2] = _resize(mini, (y2 - y1, x2 - x1))
    return masks


def _whole(boxes, image_size):
    boxes = np.asarray(boxes, float)
    if not ((boxes >= 0).all() and (boxes <= np.tile(image_size, 2)).all()):  # NaN fails, too
        raise ValueError(f"boxes must lie inside the image, {list(image_size)}; some do not.")
    return boxes.astype(int)


def _resize(mask, size):
    """Bilinear, with nothing beyond the edge; more than half is inside."""
    values = mask.astype(np.float64)
    return transform.resize(values, size, order=1, mode="constant", anti_aliasing=False) > 0.5
