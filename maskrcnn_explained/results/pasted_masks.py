"""Masks that are drawn when they are asked for.

24 masks of a photograph of 23 megapixels fill 565 MB. All that they are made of, a small mask of
28 x 28 and a box each, fills 80 kB. So a list of results keeps that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from maskrcnn_explained.pasting import paste_in_box, paste_masks


class PastedMasks:
    """D small masks and the boxes over which they are stretched (`pasting.paste_masks`).

    Args:
        mask_probs: [D, 28, 28] float32 in 0..1.
        boxes: [D, 4] float32, pixels of the image.
        size: (H, W) of the image.
        rim: as for `paste_masks`.
    """

    def __init__(
        self, mask_probs: np.ndarray, boxes: np.ndarray, size: Sequence[int], rim: str
    ) -> None:
        # Copies: what a user does to the arrays of a result must not change its masks.
        self.mask_probs = mask_probs.copy()
        self.boxes = boxes.copy()
        self.size = (int(size[0]), int(size[1]))
        self.rim = rim

    @property
    def shape(self) -> tuple[int, int, int]:
        """(D, H, W), the shape of `full()`."""
        return len(self.boxes), *self.size

    def full(self) -> np.ndarray:
        """All masks at full size, [D, H, W] bool. This may need much memory."""
        return paste_masks(self.mask_probs, self.boxes, self.size, rim=self.rim)

    def pieces(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Of each mask in turn the pixels of its box, [4] int, and the mask there, [h, w] bool."""
        for small, box in zip(self.mask_probs, self.boxes, strict=True):
            yield paste_in_box(small, box, self.size, rim=self.rim)

    def kept(self, which: np.ndarray) -> PastedMasks:
        """Some of the masks: `which` is [D] bool, or an array of indices."""
        return PastedMasks(self.mask_probs[which], self.boxes[which], self.size, self.rim)
