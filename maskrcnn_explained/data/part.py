"""A part of a data set, without a copy."""

from __future__ import annotations


class Part:
    """Some samples of a data set: `length` of them from `start` on, or as many as there are."""

    def __init__(self, dataset, start, length):
        self.dataset, self.start = dataset, start
        self.length = max(0, min(length, len(dataset) - start))

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if not 0 <= index < self.length:
            raise IndexError(f"There are {self.length} samples; got index {index}.")
        return self.dataset[self.start + index]
