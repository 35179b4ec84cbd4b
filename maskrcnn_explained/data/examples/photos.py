"""Everyday photographs of COCO, in the seven groups of classes that the `photos` weights know.

The photographs are not part of this package: each has a licence of its own. A folder of yours must
hold the files in COCO's format that `PHOTO_FILES` names, and the photographs in `images`.
"""

from __future__ import annotations

import dataclasses
import os

import numpy as np

from maskrcnn_explained._arguments import checked_path
from maskrcnn_explained.data.formats.coco import CocoDataset
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.presets import PHOTO_CLASSES, PHOTO_GROUPS

# Part -> its files, each with how often its photographs come per round of training. In
# persons.json one person per photograph has a mask, and other things are crowds.
PHOTO_FILES: dict[str, dict[str, int]] = {
    "train": {"train.json": 2, "more.json": 2, "persons.json": 1},
    "validation": {"val.json": 1},
}
_CATEGORIES = ("background", *[name for names in PHOTO_GROUPS.values() for name in names])


class Photos:
    """One part of the photographs, as a sequence of Samples; each is read once and kept.

    Annotations of other categories, such as tables, are left out: they are background. Crowds of
    other categories are left out, too, for a crowd keeps every anchor that touches it from being
    background.

    Args:
        folder: the folder of the files.
        part: "train" or "validation".

    Attributes:
        class_names: "background" and the seven groups.
        left_out: reason -> count, of all files.

    An index that is out of range raises `IndexError`.

    Raises:
        ValueError: there is no such part, or a file has problems.
        FileNotFoundError: a file or a photograph is missing.
    """

    def __init__(self, folder: str | os.PathLike, part: str) -> None:
        if part not in PHOTO_FILES:
            raise ValueError(f"No part is called {part!r}; there are: {', '.join(PHOTO_FILES)}.")
        path = checked_path("folder", folder)
        self.class_names = PHOTO_CLASSES
        self.left_out: dict[str, int] = {}
        self._files = []
        self._places: list[tuple[int, int]] = []
        for number, (name, times) in enumerate(PHOTO_FILES[part].items()):
            file = CocoDataset(path / name, path / "images", _CATEGORIES)
            self._files.append(file)
            self._places += [(number, index) for index in range(len(file))] * times
            for reason, count in file.left_out.items():
                self.left_out[reason] = self.left_out.get(reason, 0) + count
        self._read: dict[tuple[int, int], Sample] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Sample:
        if not 0 <= index < len(self):
            raise IndexError(f"There are {len(self)} samples; got index {index}.")
        place = self._places[index]
        if place not in self._read:
            number, inner = place
            self._read[place] = grouped(self._files[number][inner])
        return self._read[place]

    def once(self) -> list[Sample]:
        """Each photograph once, however often it comes per round."""
        index_of = {place: index for index, place in enumerate(self._places)}
        return [self[index] for index in index_of.values()]


def grouped(sample: Sample) -> Sample:
    """The Sample with the number of its group instead of that of its category, per instance."""
    return dataclasses.replace(
        sample, class_ids=_group_of_category()[sample.class_ids], masks=sample.cut
    )


def _group_of_category():
    """[categories + 1] int32: the group of each, 0 for background."""
    groups = [0]
    for number, names in enumerate(PHOTO_GROUPS.values(), start=1):
        groups += [number] * len(names)
    return np.array(groups, np.int32)
