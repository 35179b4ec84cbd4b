"""A data set in numbers: image sizes, objects per image, areas, shapes and classes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import check_names, check_sample, check_sequence
from maskrcnn_explained.data.checks import EMPTY, left_out_of
from maskrcnn_explained.data.formats.problems import left_out_line


@dataclasses.dataclass(frozen=True)
class Statistics:
    """Facts about N images with M objects in all; crowd regions are not counted.

    image_sizes: [N, 2] int, (H, W), pixels.
    objects: [N] int, objects per image.
    sides: [M, 2] float32, (h, w) of the boxes, pixels.
    areas: [M] int, areas of the masks, square pixels.
    class_ids: [M] int32, 1..K-1.
    class_names: K names, background first.
    covered: [N] float64 in 0..1, the share of an image's pixels that belong to an object.
    left_out: reason -> how many, of what is no object here: what the data set left out, and
        objects with an empty mask.
    """

    image_sizes: np.ndarray
    objects: np.ndarray
    sides: np.ndarray
    areas: np.ndarray
    class_ids: np.ndarray
    class_names: tuple[str, ...]
    covered: np.ndarray
    left_out: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def aspect_ratios(self) -> np.ndarray:
        """[M] float32, width / height of the boxes."""
        return self.sides[:, 1] / self.sides[:, 0]

    @property
    def class_counts(self) -> dict[str, int]:
        """class name -> number of objects; the background is left out."""
        counts = np.bincount(self.class_ids, minlength=len(self.class_names))
        return dict(zip(self.class_names[1:], counts[1:].tolist(), strict=True))

    def __str__(self) -> str:
        classes = ", ".join(f"{name} {n}" for name, n in self.class_counts.items())
        return "\n".join(
            [
                f"{len(self.objects)} images, {len(self.areas)} objects: {classes}",
                f"{(self.objects == 0).sum()} images without an object",
                "median (and where 90 % lie):",
                f"  image height      {_spread(self.image_sizes[:, 0])} pixels",
                f"  image width       {_spread(self.image_sizes[:, 1])} pixels",
                f"  objects per image  {_spread(self.objects)}",
                f"  longest side      {_spread(self.sides.max(1, initial=0))} pixels",
                f"  width / height    {_spread(self.aspect_ratios)}",
                f"  covered           {_spread(100 * self.covered)} % of an image",
                left_out_line(self.left_out),
            ]
        )


def _spread(values):
    """The median and, in brackets, the percentiles 5 and 95, as text."""
    if len(values):
        low, middle, high = np.percentile(values, (5, 50, 95))
    else:
        low, middle, high = 0, 0, 0
    return f"{middle:.4g} ({low:.4g} to {high:.4g})"


def dataset_statistics(dataset: Any, class_names: Sequence[str]) -> Statistics:
    """Count and measure the objects of a data set; each sample is read once.

    Args:
        dataset: a sequence of Samples.
        class_names: K names, background first.

    Raises `ValueError` if the data set is empty, or a class id has no name in `class_names`.
    """
    check_sequence("dataset", dataset, "a sequence of Samples")
    check_names("class_names", class_names)
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to count.")
    rows = []
    for index in range(len(dataset)):
        sample = dataset[index]
        check_sample(sample, f"dataset[{index}]")
        rows.append(_measured(sample))
    class_ids = np.concatenate([row["class_ids"] for row in rows])
    if class_ids.max(initial=0) >= len(class_names):
        raise ValueError(
            f"Class id {class_ids.max()} has no name: there are {len(class_names) - 1} classes."
        )
    return Statistics(
        image_sizes=np.array([row["image_size"] for row in rows]),
        objects=np.array([row["objects"] for row in rows]),
        sides=np.concatenate([row["sides"] for row in rows]),
        areas=np.concatenate([row["areas"] for row in rows]),
        class_ids=class_ids,
        class_names=tuple(class_names),
        covered=np.array([row["covered"] for row in rows]),
        left_out=left_out_of(dataset) | _empty(rows),
    )


def _empty(rows):
    """The objects with an empty mask, as `left_out` counts."""
    number = sum(row["empty"] for row in rows)
    return {EMPTY: number} if number else {}


def _measured(sample):
    """The facts about one sample; objects without a pixel and crowd regions are left out."""
    masks = sample.cut
    counted = (masks.areas > 0) & ~sample.crowd
    empty = int((masks.areas == 0).sum())
    masks = masks.kept(counted)
    boxes = masks.boxes.astype(np.float32)
    return dict(
        image_size=sample.image.shape[:2],
        objects=int(counted.sum()),
        empty=empty,
        sides=boxes[:, 2:] - boxes[:, :2],
        areas=masks.areas,
        class_ids=sample.class_ids[counted],
        covered=masks.union().mean(),
    )
