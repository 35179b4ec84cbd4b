"""Run-length codes (RLE) of masks: made, and checked, since pycocotools trusts what it is given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from maskrcnn_explained._arguments import check_arrays

LARGEST = 1e15  # no image has so many pixels; squares of such numbers can still be computed
LONGEST_RUN = 12  # characters of one number: 60 bits, more than any image has pixels


def number(value: Any) -> float:
    """A finite number of at most 1e15, from a number or its text.

    Raises `ValueError` for anything else.
    """
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{str(value)[:40]!r} is not a number") from None
    except OverflowError:  # a whole number of 309 digits or more
        result = math.inf
    if not math.isfinite(result):
        raise ValueError("a point is not a finite number (NaN or infinite)")
    if abs(result) > LARGEST:
        raise ValueError(f"the number {result:g} is too large")
    return result


def checked_rle(code: dict[str, Any]) -> tuple[tuple[int, int], tuple[int, ...]]:
    """((H, W), runs) of an RLE, a dict with "counts" (a list or COCO's text) and "size".

    Raises `ValueError` if its runs do not fill its size, or it is no RLE.
    """
    try:
        height, width = (int(number(side)) for side in code["size"])
        counts = code["counts"]
    except (KeyError, TypeError, ValueError):
        raise ValueError("an RLE must have 'counts' and 'size', [height, width]") from None
    if isinstance(counts, str):
        counts = runs_of_text(counts)
    if not isinstance(counts, list):
        raise ValueError("the counts of an RLE must be a list of numbers or COCO's text")
    runs = tuple(int(number(run)) for run in counts)
    if min(runs, default=0) < 0 or min(height, width) < 0:
        raise ValueError("an RLE has a negative run, or a negative size")
    if sum(runs) != height * width:
        raise ValueError(
            f"the runs of an RLE add up to {sum(runs)} pixels; its size "
            f"[{height}, {width}] has {height * width}"
        )
    return (height, width), runs


def runs_of_text(text: str) -> list[int]:
    """The runs of COCO's compressed RLE. pycocotools trusts such a text, so we look first.

    Each number is written as characters of 5 bits, low bits first, a sixth bit says that more
    follow; from the third on a number is the difference to the last but one.

    Raises `ValueError` if the text is no such code.
    """
    runs: list[int] = []
    value = 0
    shift = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64:
            raise ValueError("the text of an RLE has a character that COCO does not write")
        value |= (bits & 31) << shift
        shift += 5
        if shift > 5 * LONGEST_RUN:
            raise ValueError("the text of an RLE holds a number that is too large")
        if bits & 32:  # more follow
            continue
        if bits & 16:  # a negative number
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value = shift = 0
    if shift:
        raise ValueError("the text of an RLE ends within a number")
    return runs


def encode(mask: np.ndarray) -> dict[str, Any]:
    """COCO's compressed run-length code (RLE) of a mask [H, W] bool."""
    check_arrays(mask=(mask, "H W"))
    return coco_mask.encode(np.asfortranarray(np.asarray(mask, bool).astype(np.uint8)))


def encode_crop(size: Sequence[int], box: np.ndarray, crop: np.ndarray) -> dict[str, Any]:
    """COCO's compressed RLE of a mask that is given inside its box alone, as JSON can hold it.

    Args:
        size: (H, W) of the image; box: [4] int, pixels; crop: [y2 - y1, x2 - x1] bool.

    Returns:
        {"size": [H, W], "counts": text}; the same runs as those of the whole mask.
    """
    height, width = (int(side) for side in size)
    y1, x1, y2, x2 = (int(edge) for edge in box)
    # An RLE runs down each column of the image, then down the next: whole columns, as rows.
    columns = np.zeros((x2 - x1, height), bool)
    columns[:, y1:y2] = crop.T
    # A run begins where a pixel differs from the one before. Outside of the columns is nothing.
    before = np.concatenate([[False], columns.ravel(), [False]])
    changes = np.flatnonzero(before[1:] != before[:-1]) + x1 * height
    changes = changes[changes < height * width]
    runs = np.diff(np.concatenate([[0], changes, [height * width]])).tolist()
    code = coco_mask.frPyObjects(dict(size=[height, width], counts=runs), height, width)
    return dict(size=[height, width], counts=code["counts"].decode("ascii"))


def decode_rle(code: dict[str, Any]) -> np.ndarray:
    """The mask of an RLE, [H, W] bool. Raises `ValueError` if it is none (`checked_rle`)."""
    size, runs = checked_rle(code)
    whole = coco_mask.frPyObjects(dict(size=list(size), counts=list(runs)), *size)
    return coco_mask.decode(whole).astype(bool)


def require_size(code_size: Sequence[int], size: Sequence[int]) -> None:
    """Raise `ValueError` if an RLE does not have the size (H, W) of its image."""
    if tuple(code_size) == tuple(size):
        return
    swapped = " (height and width are exchanged)" if tuple(code_size[::-1]) == tuple(size) else ""
    raise ValueError(
        f"a mask of {list(code_size)} pixels does not fit an image of {list(size)}{swapped}: are "
        "these the images that were annotated?"
    )
