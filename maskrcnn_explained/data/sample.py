"""One annotated image. Every data set in this package is a sequence of these."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from maskrcnn_explained.masks import boxes_from_masks


@dataclasses.dataclass(frozen=True)
class Sample:
    """An image and its G instances. G may be 0.

    image: [H, W, 3] uint8, RGB.
    masks: [G, H, W] bool; the part that another instance hides is not in the mask.
    class_ids: [G] int32, 1..K-1.
    image_id: an integer that identifies the image within its data set.
    tags: facts about each instance for evaluation, name -> [G] array (such as "occlusion").
    crowd: [G] bool; True for a region of several instances that were not separated (`iscrowd` in
        COCO). A detection there counts neither as right nor as wrong. None: no such region.

    Raises `ValueError` when shapes or dtypes do not fit together.
    """

    image: np.ndarray
    masks: np.ndarray
    class_ids: np.ndarray
    image_id: int = 0
    tags: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    crowd: np.ndarray = None  # type: ignore[assignment]  # None becomes an array

    def __post_init__(self) -> None:
        if self.crowd is None:
            object.__setattr__(self, "crowd", np.zeros(len(self.masks), bool))
        self._check_pixels()
        self._check_instances()

    def _check_pixels(self):
        image = self.image
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f"Sample {self.image_id}: image must be [H, W, 3] uint8; "
                f"got {list(image.shape)} {image.dtype}."
            )
        masks = self.masks
        if masks.ndim != 3 or masks.shape[1:] != image.shape[:2] or masks.dtype != bool:
            raise ValueError(
                f"Sample {self.image_id}: masks must be [G, {image.shape[0]}, {image.shape[1]}] "
                f"bool, the size of the image; got {list(masks.shape)} {masks.dtype}."
            )

    def _check_instances(self):
        number = len(self.masks)
        if self.crowd.shape != (number,):
            raise ValueError(
                f"Sample {self.image_id}: crowd must hold one bool per mask, {number} in all; "
                f"got shape {list(self.crowd.shape)}."
            )
        if self.class_ids.shape != (number,):
            raise ValueError(
                f"Sample {self.image_id}: {number} masks need {number} class ids; "
                f"got shape {list(self.class_ids.shape)}."
            )
        if number and self.class_ids.min() < 1:
            raise ValueError(
                f"Sample {self.image_id}: class ids start at 1 (0 is background); "
                f"got {self.class_ids.min()}."
            )

    def __len__(self) -> int:
        return len(self.masks)

    @property
    def boxes(self) -> np.ndarray:
        """[G, 4] float32, pixels: the tightest box around each mask."""
        return boxes_from_masks(self.masks)


class Subset:
    """A part of a data set: `length` samples from `start` on, or fewer where the data set ends."""

    def __init__(self, dataset: Any, start: int, length: int) -> None:
        self.dataset = dataset
        self.start = start
        self.length = max(0, min(length, len(dataset) - start))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Sample:
        if not 0 <= index < self.length:
            raise IndexError(f"There are {self.length} samples; got index {index}.")
        return self.dataset[self.start + index]
