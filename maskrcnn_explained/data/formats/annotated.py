"""What every annotation file becomes: entries, checked before any pixel is read, then Samples.

A reader of one format (COCO, VIA, labelme) makes one Entry per image. Here the rest is done, once
for all: images are found, their headers are read, outlines are checked against them, problems are
counted and listed, classes get their numbers, and what is left out is counted.
"""

from __future__ import annotations

import collections
import dataclasses
import os
import pathlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.formats.classes import class_numbers
from maskrcnn_explained.data.formats.image_paths import ImagePaths
from maskrcnn_explained.data.formats.outlines import Outline, outline_mask, require_size
from maskrcnn_explained.data.formats.problems import Rules, left_out_line, problem_list
from maskrcnn_explained.data.image_files import as_annotated, read_header, read_image
from maskrcnn_explained.data.sample import Sample

# Reasons of `left_out`, each with the option that changes it.
CROWDS = "crowd regions, not learned (crowds='objects', --crowds objects)"
UNKNOWN = "objects of a class that the model does not know"
CRUMBS = "crumbs of outlines (fewer than three points, or on one line)"
PROBLEMS = "problems, left out with what they belong to"


@dataclasses.dataclass(frozen=True)
class Annotation:
    """One object of an Entry.

    label: how a message names it, such as "annotation 12".
    class_name: None if the file gives it no class (a problem, unless `problem` says another).
    outline: None if there is none; box: the same from the file's box, or None.
    crowd: whether it is a region of several objects.
    problem: what its reader found wrong with it, or "".
    """

    label: str
    class_name: str | None
    outline: Outline | None = None
    box: Outline | None = None
    crowd: bool = False
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One image of an annotation file.

    name: the file's name, as the annotation file has it.
    image_id: as the file has it. size: (H, W) as the file says, or None.
    problem: what its reader found wrong with it, or "".
    """

    name: str
    image_id: Any
    annotations: tuple[Annotation, ...] = ()
    size: tuple[int, int] | None = None
    problem: str = ""


class Object(NamedTuple):
    """What an Annotation has become: an object, or a crowd region."""

    class_id: int
    outline: Outline
    crowd: bool


class AnnotatedDataset:
    """A sequence of Samples from the entries of an annotation file.

    Args:
        path: the annotation file, for messages.
        entries: one per image.
        folders: where the images may be.
        found: the class names of the file, in order.
        class_names: K names, background first; None takes `found`.
        rules: see `Rules`.

    Attributes:
        class_names: K names, background first.
        paths: of the images, in order.
        left_out: reason -> how many, of all that does not become an object.

    Raises:
        FileNotFoundError: no folder of images.
        ValueError: problems, in one message: how many, and the first ten in full; also if no image
            is left without those that have one.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        entries: Sequence[Entry],
        folders: Sequence[str | os.PathLike],
        found: Sequence[str],
        class_names: Sequence[str] | None = None,
        rules: Rules | None = None,
    ) -> None:
        self.class_names, self._class_ids = class_numbers(path, found, class_names)
        self.left_out: collections.Counter[str] = collections.Counter()
        self.paths: list[pathlib.Path] = []
        self._image_ids: list[Any] = []
        self._objects: list[list[Object]] = []
        self._sizes: list[tuple[int, int] | None] = []  # for `read_image`
        self._rules = rules or Rules()
        self._problems: list[str] = []
        self._places: set[pathlib.Path] = set()
        self._unknown: collections.Counter[str] = collections.Counter()
        self._box_only = 0
        self._missing = 0
        images = ImagePaths(folders)
        for entry in entries:
            self._add(entry, images)
        self._settle(path)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Sample:
        """The Sample of one image; crowd regions are among its instances."""
        objects = self._objects[index]
        image = read_image(self.paths[index], self._sizes[index])
        size = image.shape[:2]
        given = self._image_ids[index]
        number = range(len(self))[index]  # counted from the start, also for a negative index
        return Sample(
            image=image,
            masks=CutMasks.of((outline_mask(one.outline, size) for one in objects), size),
            class_ids=np.array([one.class_id for one in objects], np.int32),
            image_id=given if isinstance(given, int) else number,
            crowd=np.array([one.crowd for one in objects], bool),
        )

    @property
    def summary(self) -> str:
        """What became of the file, in one line."""
        return f"{len(self)} images. " + left_out_line(self.left_out)

    def _add(self, entry, images):
        """Check one entry; keep it and its good annotations, note its problems."""
        try:
            if entry.problem:
                raise ValueError(entry.problem)
            path = images.find(entry.name)
            if path in self._places:
                raise ValueError(f"{path} is there twice, as two images with objects of their own")
            header = read_header(path)
            turned = as_annotated(header, entry.size or _size_of_codes(entry), path)
        except (ValueError, OSError) as error:
            self._note(entry, "", error)
            return
        size = header.upright if turned else header.stored
        self._objects.append(list(self._kept(entry, size)))
        self._places.add(path)
        self.paths.append(path)
        self._image_ids.append(entry.image_id)
        self._sizes.append(size)

    def _kept(self, entry, size):
        """The annotations of an entry that become objects or crowd regions."""
        for annotation in entry.annotations:
            name = annotation.class_name
            if name is not None and name not in self._class_ids:
                self.left_out[UNKNOWN] += 1
                self._unknown[name] += 1
                continue
            try:
                outline = self._outline(annotation)
                check_outline(outline, size)
            except ValueError as error:
                self._note(entry, annotation.label, error)
                continue
            crowd = annotation.crowd and self._rules.crowds == "ignore"
            self.left_out[CROWDS] += int(crowd)
            self.left_out[CRUMBS] += outline.crumbs
            yield Object(self._class_ids[name], outline, crowd)

    def _outline(self, annotation):
        """The outline of an annotation, or its box. Raises `ValueError` if it has neither."""
        if annotation.problem:
            raise ValueError(annotation.problem)
        if annotation.outline is not None:
            return annotation.outline
        if annotation.box is None:
            raise ValueError("it has no outline (a polygon of three points or more, or an RLE)")
        if self._rules.boxes == "rectangles":
            return annotation.box
        self._box_only += 1
        raise ValueError("it has a box and no outline (box only)")

    def _note(self, entry, label, error):
        """Count a problem of an image, or of one of its annotations."""
        where = f"{entry.name}, {label}" if label else entry.name
        self._problems.append(f"{where}: {error}")
        self._missing += int(isinstance(error, FileNotFoundError))
        self.left_out[PROBLEMS] += 1

    def _settle(self, path):
        """Stop if there are problems and the rules say so."""
        self.left_out = collections.Counter({k: n for k, n in self.left_out.items() if n})
        if self._unknown:
            names = ", ".join(f"{name} {n}" for name, n in self._unknown.most_common(5))
            self.left_out[f"{UNKNOWN} ({names})"] = self.left_out.pop(UNKNOWN)
        going_on = self._rules.problems == "leave out" and self.paths
        if going_on or not self._problems:
            return
        kind = FileNotFoundError if self._missing == len(self._problems) else ValueError
        raise kind(f"{path}: {problem_list(self._problems, self._box_only)}")


def check_outline(outline: Outline, size: Sequence[int]) -> None:
    """Raise `ValueError` if an outline cannot be one on an image of this size (H, W).

    It has the size of the image (an RLE), is not in parts of the image (0..1), and touches it.
    """
    height, width = size
    for code_size, _ in outline.rle:
        require_size(code_size, size)
    numbers = outline.numbers
    extent = outline.extent
    if extent is None or not len(numbers):
        return
    if abs(numbers).max() > 1e9:
        raise ValueError(f"its coordinates go up to {abs(numbers).max():g}, outside of any image")
    if min(size) > 1 and numbers.min() > -0.01 and numbers.max() < 1.01 and (numbers % 1).any():
        raise ValueError(
            "its coordinates lie between 0 and 1: they are relative to the image, and pixels are "
            "needed; multiply x by the width and y by the height"
        )
    y1, x1, y2, x2 = extent
    if y2 <= 0 or x2 <= 0 or y1 >= height or x1 >= width:
        raise ValueError(f"it lies outside the image, which has {height} x {width} pixels (H x W)")


def _size_of_codes(entry):
    """The size that the RLEs of an entry have, or None."""
    for annotation in entry.annotations:
        if annotation.outline is not None and annotation.outline.rle:
            return annotation.outline.rle[0][0]
    return None
