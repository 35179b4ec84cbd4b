"""Masks: their boxes, their overlap, mini masks, and pasting. NumPy and scikit-image, nothing else.

A mask is [H, W] bool. A small mask is what the mask head draws, 28 x 28 probabilities for one box;
to paste it is to stretch it over its box. A mini mask is a ground-truth mask cut to its box and
shrunk, to save memory: a hundred full masks of a 1024 x 1024 image are 100 MB, most of it nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from skimage import transform

from maskrcnn_explained._arguments import check_arrays, check_number


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
    minis, (height, width) = np.asarray(minis), _checked_size(image_size)
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


def _checked_size(image_size):
    check_arrays(image_size=(image_size, "2"))
    for side in image_size:
        check_number("image_size", side, 0, 2**31 - 1, whole=True)
    return int(image_size[0]), int(image_size[1])


def _resize(mask, size):
    """Bilinear, with nothing beyond the edge; more than half is inside."""
    values = mask.astype(np.float64)
    return transform.resize(values, size, order=1, mode="constant", anti_aliasing=False) > 0.5


# Pasting

RIMS = ("repeat", "zero")


def paste_masks(
    mask_probs: np.ndarray,
    boxes: np.ndarray,
    image_size: Sequence[int],
    threshold: float = 0.5,
    rim: str = "repeat",
) -> np.ndarray:
    """Stretch each small mask over its box and cut it at a threshold.

    The value at a pixel's centre is read from the small mask by bilinear interpolation; nothing
    outside the box is ever part of the mask.

    Args:
        mask_probs: [D, 28, 28] float32 in 0..1.
        boxes: [D, 4] float32, pixels of the image.
        image_size: (H, W).
        threshold: at least this probability is inside.
        rim: what a pixel is mixed with that lies nearer to the box's edge than the outermost mask
            values: these values again ("repeat"), or "zero", as the reference has it.

    Returns:
        [D, H, W] bool.

    Source: He et al. 2017, section 3.1 (inference); the reference's `unmold_mask`.
    """
    check_arrays(mask_probs=(mask_probs, "D h w"), boxes=(boxes, "D 4"))
    check_number("threshold", threshold)
    if rim not in RIMS:
        raise ValueError(f"rim must be one of {RIMS}; got {rim!r}.")
    mask_probs, boxes = np.asarray(mask_probs), np.asarray(boxes)
    if not (np.isfinite(boxes).all() and np.isfinite(mask_probs).all()):
        raise ValueError("boxes and mask_probs must be finite; some are NaN or infinite.")
    height, width = image_size = _checked_size(image_size)
    masks = np.zeros((len(boxes), height, width), bool)
    for mask, small, box in zip(masks, mask_probs, boxes, strict=True):
        (y1, x1, y2, x2), inside = paste_in_box(small, box, image_size, threshold, rim)
        mask[y1:y2, x1:x2] = inside
    return masks


def paste_in_box(
    small: np.ndarray,
    box: np.ndarray,
    image_size: Sequence[int],
    threshold: float = 0.5,
    rim: str = "repeat",
) -> tuple[np.ndarray, np.ndarray]:
    """One small mask stretched over its box: `paste_masks` without the pixels outside.

    Returns:
        The pixels of the box, [4] int, and the mask in them, [y2 - y1, x2 - x1] bool.
    """
    y1, x1, y2, x2 = box
    rows, from_rows = bilinear_rows(y1, y2, image_size[0], small.shape[0], rim)
    columns, from_columns = bilinear_rows(x1, x2, image_size[1], small.shape[1], rim)
    whole = np.array([rows.start, columns.start, rows.stop, columns.stop])
    return whole, from_rows @ small @ from_columns.T >= threshold


def bilinear_rows(
    low: float, high: float, limit: int, size: int, rim: str = "repeat"
) -> tuple[slice, np.ndarray]:
    """Along one axis: the pixels whose centres lie in [low, high), and how they mix `size` values.

    Returns:
        A slice of n pixels, and weights [n, size] float32 whose rows sum to one; with rim "zero"
        to less than one where a pixel lies outside the first or last value.
    """
    first = int(np.clip(np.ceil(low - 0.5), 0, limit))
    last = int(np.clip(np.ceil(high - 0.5), first, limit))
    weights = bilinear_weights(np.arange(first, last) + 0.5, low, high, np.arange(size), rim)
    return slice(first, last), weights.astype(np.float32)


def bilinear_weights(
    centres: Any, low: Any, high: Any, index: Any, rim: str = "repeat", ops: Any = np
) -> Any:
    """How pixels along one axis mix the values of a small mask that fills [low, high).

    `detect` runs it in NumPy and an exported graph in TensorFlow: `ops` is the library whose
    functions it calls, `numpy` or `keras.ops`; their names are the same.

    Args:
        centres: [n] float64, the pixels' centres.
        low, high: where the small mask begins and ends, pixels.
        index: [size], 0 to size - 1, the places of the values.

    Returns:
        [n, size] float64.
    """
    size = index.shape[0]
    # Where each centre lies among the values, whose own centres are at 0, 1, .. size - 1.
    positions = (centres - low) / ops.maximum(high - low, 1e-6) * size - 0.5
    if rim == "repeat":
        positions = ops.clip(positions, 0, size - 1)
    # Bilinear: a value counts the more the nearer it is, and nothing from a distance of one on.
    distance = ops.abs(positions[:, None] - index[None])
    return ops.maximum(1 - distance, 0)
