"""Scenes: a data set that needs no download. Every image is composed on the fly from its number."""

from __future__ import annotations

from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.data.scenes.compose import make_scene

# Disjoint ranges of seeds: no scene of one split is ever a scene of another.
SPLITS = {"train": 0, "validation": 1_000_000_000, "test": 2_000_000_000}


class Scenes:
    """A sequence of `length` samples.

    Args:
        split: "train", "validation" or "test".
        length: how many scenes; training sets may be as long as one likes.
        sizes: side of the square images, pixels; of several, the scenes take one after the other.

    Raises `ValueError` for an unknown split or an impossible length, `IndexError` past the end.
    """

    def __init__(self, split: str = "train", length: int = 1000, sizes: int | tuple = 192) -> None:
        if split not in SPLITS:
            raise ValueError(f"No split is called {split!r}; there are: {', '.join(SPLITS)}.")
        if not 0 < length <= 1_000_000_000:
            raise ValueError(f"length must be in 1..1,000,000,000; got {length}.")
        self.split, self.length = split, length
        self.sizes = (sizes,) if isinstance(sizes, int) else tuple(sizes)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Sample:
        index = int(index)
        if not -self.length <= index < self.length:
            raise IndexError(f"There are {self.length} scenes; got index {index}.")
        index %= self.length
        return make_scene(SPLITS[self.split] + index, self.sizes[index % len(self.sizes)])
