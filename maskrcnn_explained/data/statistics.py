"""What a data set is like, in numbers: sizes, objects per image, areas, shapes, classes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Statistics:
    """Facts about N images with M objects in all; crowd regions are not counted.

    image_sizes: [N, 2] (H, W), pixels; objects: [N], how many per image.
    sides: [M, 2] (h, w) of the boxes; areas: [M] of the masks, square pixels.
    class_ids: [M]; class_names: K names, background first.
    covered: [N], the share of each image's pixels that lie on some object.
    """

    image_sizes: np.ndarray
    objects: np.ndarray
    sides: np.ndarray
    areas: np.ndarray
    class_ids: np.ndarray
    class_names: tuple[str, ...]
    covered: np.ndarray

    @property
    def aspect_ratios(self) -> np.ndarray:
        """[M], width / height of the boxes."""
        return self.sides[:, 1] / self.sides[:, 0]

    @property
    def class_counts(self) -> dict[str, int]:
        counts = np.bincount(self.class_ids, minlength=len(self.class_names))
        return dict(zip(self.class_names[1:], counts[1:].tolist(), strict=True))

    def __str__(self) -> str:
        def spread(values):
            low, middle, high = np.percentile(values, (5, 50, 95)) if len(values) else (0, 0, 0)
            return f"{middle:.4g} ({low:.4g} to {high:.4g})"

        classes = ", ".join(f"{name} {n}" for name, n in self.class_counts.items())
        return "\n".join(
            [
                f"{len(self.objects)} images, {len(self.areas)} objects: {classes}",
                f"{(self.objects == 0).sum()} images without an object",
                "median (and where 90 % lie):",
                f"  image height      {spread(self.image_sizes[:, 0])} pixels",
                f"  image width       {spread(self.image_sizes[:, 1])} pixels",
                f"  objects per image  {spread(self.objects)}",
                f"  longest side      {spread(self.sides.max(1, initial=0))} pixels",
                f"  width / height    {spread(self.aspect_ratios)}",
                f"  covered           {spread(100 * self.covered)} % of an image",
            ]
        )


def dataset_statistics(dataset: Any, class_names: Sequence[str]) -> Statistics:
    """Look at every sample of a data set once.

    Args:
        dataset: a sequence of Samples.
        class_names: K names, background first.

    Raises `ValueError` for an empty data set, or class ids beyond `class_names`.
    """
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to count.")
    sizes, objects, sides, areas, ids, covered = [], [], [], [], [], []
    for index in range(len(dataset)):
        sample = dataset[index]
        real = sample.masks.any((1, 2)) & ~sample.crowd
        boxes = sample.boxes[real]
        sizes.append(sample.image.shape[:2])
        objects.append(int(real.sum()))
        sides.append(boxes[:, 2:] - boxes[:, :2])
        areas.append(sample.masks[real].sum((1, 2)))
        ids.append(sample.class_ids[real])
        covered.append(sample.masks[real].any(0).mean())
    class_ids = np.concatenate(ids)
    if class_ids.max(initial=0) >= len(class_names):
        raise ValueError(
            f"Class id {class_ids.max()} has no name: there are {len(class_names) - 1} classes."
        )
    return Statistics(
        np.array(sizes),
        np.array(objects),
        np.concatenate(sides),
        np.concatenate(areas),
        class_ids,
        tuple(class_names),
        np.array(covered),
    )
