"""The masks of one image, each kept only inside its box.

A photograph of 12 megapixels with 450 objects has masks of 5.4 GB as one array, and most of it is
nothing. Cut to their boxes, the same masks need a few megabytes, and all that happens to masks
before training (flip, turn, crop, resize, pad) can be done to the cut ones, pixel for pixel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from skimage import measure


class CutMasks:
    """G masks of one image of H x W pixels. G may be 0.

    Boxes are tight: each touches its mask on all four sides. A mask without a pixel has the box
    0, 0, 0, 0 and a crop without a pixel.

    Args:
        size: (H, W), pixels.
        boxes: [G, 4] int, (y1, x1, y2, x2), pixels; all of a mask lies in its box.
        crops: one [y2 - y1, x2 - x1] bool array per mask, its pixels inside the box. A box that
            is not tight is made so.

    Raises `ValueError` if a crop does not fill its box, or a box reaches beyond the image.
    """

    def __init__(self, size: Sequence[int], boxes: np.ndarray, crops: Sequence[np.ndarray]) -> None:
        self.size = (int(size[0]), int(size[1]))
        self.boxes = np.zeros((len(crops), 4), np.int64)
        self.crops: list[np.ndarray] = []
        boxes = np.asarray(boxes).astype(np.int64).reshape(-1, 4)
        if len(boxes) != len(crops):
            raise ValueError(
                f"CutMasks need one box per crop; got {len(boxes)} boxes and {len(crops)} crops."
            )
        for index, (box, crop) in enumerate(zip(boxes, crops, strict=True)):
            self._check(index, box, crop)
            self.boxes[index], tight = _tight(box, crop)
            self.crops.append(tight)

    @classmethod
    def of(cls, masks: Iterable[np.ndarray], size: Sequence[int]) -> CutMasks:
        """Cut full masks to their boxes.

        Args:
            masks: [H, W] bool arrays, or one array [G, H, W]. A generator makes one full mask at a
                time, so that never more than one is in memory.
            size: (H, W), pixels.

        Raises `ValueError` if a mask has another size or is not bool.
        """
        height, width = size
        whole = np.array([0, 0, height, width])
        boxes = []
        crops = []
        for index, mask in enumerate(masks):
            if mask.shape != (height, width):
                raise ValueError(
                    f"Mask {index} must be [{height}, {width}], the size of its image; "
                    f"got {list(mask.shape)}."
                )
            box, crop = _tight(whole, _checked_bool(index, mask))
            boxes.append(box)
            crops.append(crop)
        return cls(size, np.array(boxes), crops)

    @classmethod
    def of_labels(cls, labels: np.ndarray, numbers: np.ndarray) -> CutMasks:
        """The masks of a label map: mask i is where the map holds number i.

        Args:
            labels: [H, W] whole numbers.
            numbers: [G], those that are objects, in ascending order; each occurs in the map.
        """
        if not len(numbers):
            return cls(labels.shape, np.zeros((0, 4)), [])
        # The objects as 1, 2, .. and all else as 0: regions are found by small numbers.
        places = np.minimum(np.searchsorted(numbers, labels), len(numbers) - 1)
        own = np.where(numbers[places] == labels, places + 1, 0)
        regions = measure.regionprops(own)
        boxes = np.array([region.bbox for region in regions])
        return cls(labels.shape, boxes, [region.image for region in regions])

    def _check(self, index, box, crop):
        """Raise `ValueError` unless the crop is bool and fills a box inside the image."""
        _checked_bool(index, crop)
        y1, x1, y2, x2 = box.tolist()
        if crop.shape != (y2 - y1, x2 - x1):
            raise ValueError(
                f"Mask {index} must fill its box of {y2 - y1} x {x2 - x1} pixels; "
                f"its crop is {list(crop.shape)}."
            )
        height, width = self.size
        if min(y1, x1) < 0 or y2 > height or x2 > width:
            raise ValueError(
                f"Mask {index} has the box {[y1, x1, y2, x2]}, which reaches beyond its image of "
                f"{height} x {width} pixels: cut it at the edge."
            )

    def __len__(self) -> int:
        return len(self.crops)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(G, H, W), the shape of `full()`."""
        return len(self.crops), *self.size

    @property
    def areas(self) -> np.ndarray:
        """[G] int64, the pixels of each mask."""
        return np.array([np.count_nonzero(crop) for crop in self.crops], np.int64)

    def full(self) -> np.ndarray:
        """All masks at full size, [G, H, W] bool. This may need much memory."""
        masks = np.zeros(self.shape, bool)
        for index, mask in enumerate(masks):
            self._draw(index, mask)
        return masks

    def one(self, index: int) -> np.ndarray:
        """One mask at full size, [H, W] bool."""
        mask = np.zeros(self.size, bool)
        self._draw(index, mask)
        return mask

    def union(self) -> np.ndarray:
        """The pixels that belong to at least one mask, [H, W] bool."""
        covered = np.zeros(self.size, bool)
        for index in range(len(self)):
            self._draw(index, covered)
        return covered

    def _draw(self, index, canvas):
        """Set the pixels of one mask in a canvas [H, W] bool."""
        y1, x1, y2, x2 = self.boxes[index]
        canvas[y1:y2, x1:x2] |= self.crops[index]

    # Each function below gives other CutMasks, the same as the change of the full masks would give.

    def kept(self, which: np.ndarray) -> CutMasks:
        """Some of the masks: `which` is [G] bool, or an array of indices (any order)."""
        indices = np.arange(len(self))[which]
        return CutMasks(self.size, self.boxes[indices], [self.crops[i] for i in indices])

    def flipped(self) -> CutMasks:
        """Left and right exchanged."""
        width = self.size[1]
        y1, x1, y2, x2 = self.boxes.T
        boxes = np.stack([y1, width - x2, y2, width - x1], 1)
        return CutMasks(self.size, boxes, [crop[:, ::-1] for crop in self.crops])

    def turned(self, quarters: int) -> CutMasks:
        """Turned counterclockwise by a number of quarters, as `np.rot90` does; may be negative."""
        size = self.size
        boxes = self.boxes
        for _ in range(quarters % 4):
            # What was at the right edge comes to the top.
            y1, x1, y2, x2 = boxes.T
            boxes = np.stack([size[1] - x2, y1, size[1] - x1, y2], 1)
            size = (size[1], size[0])
        return CutMasks(size, boxes, [np.rot90(crop, quarters) for crop in self.crops])

    def cropped(self, top: int, left: int, height: int, width: int) -> CutMasks:
        """A window of the image, in pixels; smaller where it reaches beyond the image.

        The same as `masks[:, top : top + height, left : left + width]`.
        """
        rows = np.arange(self.size[0])[top : top + height]
        columns = np.arange(self.size[1])[left : left + width]
        return self.taken(rows, columns)

    def taken(self, rows: np.ndarray, columns: np.ndarray) -> CutMasks:
        """Some rows and columns of the image, such as `nearest_pixels` gives to resize masks.

        Args:
            rows, columns: [h] and [w] int, in ascending order; one may come several times.

        Returns:
            CutMasks of size (h, w), the same as `masks[:, rows[:, None], columns[None]]`.
        """
        # Which of the new rows and columns lie in each box: they stand next to each other.  [G]
        y1, x1, y2, x2 = self.boxes.T
        top = np.searchsorted(rows, y1)
        left = np.searchsorted(columns, x1)
        bottom = np.searchsorted(rows, y2)
        right = np.searchsorted(columns, x2)
        boxes = np.stack([top, left, bottom, right], 1)
        crops = []
        for index, crop in enumerate(self.crops):
            own_rows = rows[top[index] : bottom[index]] - y1[index]
            own_columns = columns[left[index] : right[index]] - x1[index]
            crops.append(crop[own_rows[:, None], own_columns[None]])
        return CutMasks((len(rows), len(columns)), boxes, crops)

    def placed(self, size: Sequence[int], top: int, left: int) -> CutMasks:
        """Laid into a canvas of `size` (H, W), `top` and `left` pixels from its edges.

        Raises `ValueError` if a mask would reach beyond the canvas.
        """
        # A mask without a pixel has no place that could move.
        moved = self.boxes + np.array([top, left, top, left])
        boxes = np.where(self.areas[:, None] > 0, moved, 0)
        return CutMasks(size, boxes, self.crops)


def _checked_bool(index, mask):
    """The mask; raises `ValueError` unless it is an array of bool."""
    if mask.dtype != bool:
        raise ValueError(f"Mask {index} must be bool; got {mask.dtype}: compare it with a number.")
    return mask


def _tight(box, crop):
    """The tightest box [4] int around the pixels of a crop, and its own copy of the crop in it."""
    rows = np.flatnonzero(crop.any(1))
    if not len(rows):
        return np.zeros(4, np.int64), np.zeros((0, 0), bool)
    top = rows[0]
    bottom = rows[-1] + 1
    columns = np.flatnonzero(crop[top:bottom].any(0))
    left = columns[0]
    right = columns[-1] + 1
    tight = box[:2] + np.array([top, left])
    end = box[:2] + np.array([bottom, right])
    # A copy, or a small crop would keep the whole mask in memory that it was cut from.
    return np.concatenate([tight, end]), crop[top:bottom, left:right].copy()
