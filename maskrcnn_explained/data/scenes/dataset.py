"""Scenes as a data set: a sequence of Samples that are composed when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maskrcnn_explained._arguments import check_number, check_sequence
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.compose import check_scene_size, make_scene

# The first seed per split. A split has at most 1,000,000,000 scenes, so no two splits share one.
SPLITS = {"train": 0, "validation": 1_000_000_000, "test": 2_000_000_000}


class Scenes:
    """A sequence of `length` samples.

    Args:
        split: "train", "validation" or "test".
        length: number of scenes, 1..1,000,000,000.
        sizes: side of the square images, pixels. If there are several, the scenes use them in
            turn.

    Raises `ValueError` for an unknown split or a length out of range, and `IndexError` for an index
    past the end.
    """

    def __init__(
        self, split: str = "train", length: int = 1000, sizes: int | Sequence[int] = 192
    ) -> None:
        if not isinstance(split, str) or split not in SPLITS:
            raise ValueError(f"No split is called {split!r}; there are: {', '.join(SPLITS)}.")
        check_number("length", length, 1, 1_000_000_000, whole=True)
        self.split = split
        self.length = length
        if isinstance(sizes, (int, float, np.number)):
            sizes = (check_scene_size(sizes),)
        check_sequence("sizes", sizes, "a side in pixels, or several")
        self.sizes = tuple(check_scene_size(size) for size in sizes)
        if not self.sizes:
            raise ValueError("sizes is empty: give the side of the images, pixels.")

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Sample:
        check_number("index", index, whole=True)
        index = int(index)
        if not -self.length <= index < self.length:
            raise IndexError(f"There are {self.length} scenes; got index {index}.")
        index %= self.length  # a negative index counts from the end
        size = self.sizes[index % len(self.sizes)]
        return make_scene(SPLITS[self.split] + index, size)
