"""Scenes as a data set: a sequence of Samples that are composed when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.compose import make_scene

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
        if split not in SPLITS:
            raise ValueError(f"No split is called {split!r}; there are: {', '.join(SPLITS)}.")
        if not 0 < length <= 1_000_000_000:
            raise ValueError(f"length must be in 1..1,000,000,000; got {length}.")
        self.split = split
        self.length = length
        self.sizes = (sizes,) if isinstance(sizes, int) else tuple(sizes)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Sample:
        index = int(index)
        if not -self.length <= index < self.length:
            raise IndexError(f"There are {self.length} scenes; got index {index}.")
        index %= self.length  # a negative index counts from the end
        size = self.sizes[index % len(self.sizes)]
        return make_scene(SPLITS[self.split] + index, size)
