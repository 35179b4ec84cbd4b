"""Pasting: a small mask of 28 x 28 probabilities is stretched over its box and cut at a threshold.

Three rules differ in what surrounds the small mask:

* "repeat": its own rim again, so that nothing fades towards the box's edge;
* "zero": zeros, so that the outermost pixels are mixed with nothing (the reference);
* "padded": a rim of zeros belongs to the mask, its box grows by as much, and both corners of the
  box are cut to whole pixels (Detectron, torchvision).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import check_arrays, check_number

RIMS = ("repeat", "zero", "padded")


def paste_masks(
    mask_probs: np.ndarray,
    boxes: np.ndarray,
    image_size: Sequence[int],
    threshold: float = 0.5,
    rim: str = "repeat",
) -> np.ndarray:
    """Stretch each small mask over its box and cut it at a threshold.

    The value at a pixel's centre is read from the small mask by bilinear interpolation; nothing
    outside the box (with rim "padded": the grown box) is ever part of the mask.

    Args:
        mask_probs: [D, 28, 28] float32 in 0..1.
        boxes: [D, 4] float32, pixels of the image.
        image_size: (H, W).
        threshold: at least this probability is inside.
        rim: what a pixel is mixed with that lies nearer to the box's edge than the outermost mask
            values: these values again ("repeat"), "zero", as the reference has it, or "padded", as
            torchvision has it: see above.

    Returns:
        [D, H, W] bool.

    Source: He et al. 2017, section 3.1 (inference); the reference's `unmold_mask`; torchvision's
    `paste_masks_in_image`.
    """
    check_arrays(mask_probs=(mask_probs, "D h w"), boxes=(boxes, "D 4"))
    check_number("threshold", threshold)
    if rim not in RIMS:
        raise ValueError(f"rim must be one of {RIMS}; got {rim!r}.")
    mask_probs, boxes = np.asarray(mask_probs), np.asarray(boxes)
    if not (np.isfinite(boxes).all() and np.isfinite(mask_probs).all()):
        raise ValueError("boxes and mask_probs must be finite; some are NaN or infinite.")
    height, width = image_size = checked_size(image_size)
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
    if rim == "padded":
        box = grown_boxes(box, small.shape)
        small, rim = np.pad(small, 1), "repeat"
    y1, x1, y2, x2 = box
    rows, from_rows = bilinear_rows(y1, y2, image_size[0], small.shape[0], rim)
    columns, from_columns = bilinear_rows(x1, x2, image_size[1], small.shape[1], rim)
    whole = np.array([rows.start, columns.start, rows.stop, columns.stop])
    return whole, from_rows @ small @ from_columns.T >= threshold


def grown_boxes(boxes: Any, mask_size: Sequence[int], ops: Any = np) -> Any:
    """The boxes of small masks that got a rim of zeros: as much larger, then whole pixels.

    Args:
        boxes: [..., 4] float32, pixels of the image.
        mask_size: (h, w) of the small masks before, such as (28, 28).
        ops: `numpy` or `keras.ops`.

    Returns:
        [..., 4] float32 whole numbers, pixels; at least one pixel high and wide.

    Source: torchvision's `expand_boxes` and `paste_mask_in_image`.
    """
    growth = np.array([(side + 2) / side for side in mask_size], np.float32)
    half = (boxes[..., 2:] - boxes[..., :2]) * 0.5 * growth
    centre = (boxes[..., 2:] + boxes[..., :2]) * 0.5
    # Fractions are dropped; the last corner names a pixel that belongs to the box.
    low = ops.trunc(centre - half)
    high = ops.maximum(ops.trunc(centre + half) + 1, low + 1)
    return ops.concatenate([low, high], -1)


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


def checked_size(image_size: Any) -> tuple[int, int]:
    """(H, W) as plain numbers. Raises `ValueError` if they are no sizes of an image."""
    check_arrays(image_size=(image_size, "2"))
    for side in image_size:
        check_number("image_size", side, 0, 2**31 - 1, whole=True)
    return int(image_size[0]), int(image_size[1])
