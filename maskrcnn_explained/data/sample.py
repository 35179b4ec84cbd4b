"""One annotated image. Every data set in this package is a sequence of these."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import described
from maskrcnn_explained.data.cut_masks import CutMasks


class _MasksField:
    """The field `masks` of a Sample: given as an array or as CutMasks, read as an array."""

    def __get__(self, sample: Sample | None, owner: type | None = None) -> np.ndarray:
        if sample is None:
            raise AttributeError("masks")  # so `dataclass` learns that there is no default
        there = vars(sample)
        if "masks" not in there:
            there["masks"] = there["cut"].full()
        return there["masks"]

    def __set__(self, sample: Sample, masks: np.ndarray | CutMasks) -> None:
        name = "cut" if isinstance(masks, CutMasks) else "masks"
        vars(sample)[name] = masks


@dataclasses.dataclass(frozen=True)
class Sample:
    """An image and its G instances. G may be 0.

    image: [H, W, 3] uint8, RGB.
    masks: [G, H, W] bool; the part that another instance hides is not in the mask. May be given as
        CutMasks, which need far less memory for a photograph: then the array is made when it is
        first asked for, and kept. `cut` gives the masks of any Sample as CutMasks.
    class_ids: [G] int32, 1..K-1.
    image_id: an integer that identifies the image within its data set.
    tags: facts about each instance for evaluation, name -> [G] array (such as "occlusion").
    crowd: [G] bool; True for a region of several instances that were not separated (`iscrowd` in
        COCO). A detection there counts neither as right nor as wrong. None: no such region.

    Raises `ValueError` when shapes or dtypes do not fit together.
    """

    image: np.ndarray
    masks: _MasksField = _MasksField()
    class_ids: np.ndarray  # type: ignore[misc]  # masks have no default, only a descriptor
    image_id: int = 0
    tags: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    crowd: np.ndarray = None  # type: ignore[assignment]  # None becomes an array

    def __post_init__(self) -> None:
        self._check_types()
        if self.crowd is None:
            object.__setattr__(self, "crowd", np.zeros(len(self), bool))
        self._check_pixels()
        self._check_instances()

    def _check_types(self):
        given = dict(image=self.image, masks=self._given(), class_ids=self.class_ids)
        given |= {} if self.crowd is None else {"crowd": self.crowd}
        for name, value in given.items():
            if not isinstance(value, (np.ndarray, CutMasks)) or not value.shape:
                raise ValueError(f"{name} of a Sample must be an array; got {described(value)}.")
        if self.class_ids.dtype.kind not in "iu":
            raise ValueError(
                f"class_ids of a Sample must be whole numbers; got {described(self.class_ids)}."
            )

    def _check_pixels(self):
        image = self.image
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f"Sample {self.image_id}: image must be [H, W, 3] uint8; "
                f"got {list(image.shape)} {image.dtype}."
            )
        masks = self._given()
        is_bool = isinstance(masks, CutMasks) or masks.dtype == bool
        if len(masks.shape) != 3 or masks.shape[1:] != image.shape[:2] or not is_bool:
            dtype = "bool" if is_bool else masks.dtype
            raise ValueError(
                f"Sample {self.image_id}: masks must be [G, {image.shape[0]}, {image.shape[1]}] "
                f"bool, the size of the image; got {list(masks.shape)} {dtype}."
            )

    def _check_instances(self):
        number = len(self)
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
        return len(self._given())

    def _given(self):
        """The masks as an array if there is one, else as CutMasks; makes nothing."""
        there = vars(self)
        return there["masks"] if "masks" in there else there["cut"]

    @property
    def cut(self) -> CutMasks:
        """The masks as CutMasks. Made anew from the array if there is one: it may have changed."""
        masks = self._given()
        return masks if isinstance(masks, CutMasks) else CutMasks.of(masks, self.image.shape[:2])

    @property
    def boxes(self) -> np.ndarray:
        """[G, 4] float32, pixels: the tightest box around each mask."""
        return self.cut.boxes.astype(np.float32)


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
