"""Checks of a data set before training starts, so that a mistake costs seconds and not hours."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from maskrcnn_explained.config import Config
    from maskrcnn_explained.data.sample import Sample

LOOK_AT = 100  # samples, spread evenly: takes seconds, also if each sample is computed


def check_dataset(dataset: Any, config: Config, look_at: int = LOOK_AT) -> dict[str, int]:
    """Look at some samples; fail on, or warn of, what training cannot use.

    Images without objects are allowed if at least one image has some. Objects with an empty mask
    are left out of training and evaluation; a warning reports how many there are. Another warning
    reports classes of the configuration that never occur.

    Args:
        dataset: a sequence of Samples.
        config: defines the classes.
        look_at: the largest number of samples to look at.

    Returns:
        class name -> number of objects in the samples that were looked at.

    Raises:
        ValueError: no sample; no object in any sample; a class id that the configuration does not
            have. (`Sample` itself checks that masks have the size of their image.)
    """
    if not len(dataset):
        raise ValueError("The data set is empty: there is nothing to make batches from.")
    chosen = np.unique(np.linspace(0, len(dataset) - 1, look_at).astype(int))
    counts = np.zeros(config.num_classes, int)
    empty = 0
    for index in chosen:
        sample = dataset[int(index)]
        check_class_ids(sample, config)
        has_pixels = sample.masks.any((1, 2))
        empty += int((~has_pixels).sum())
        counted = has_pixels & ~sample.crowd
        counts += np.bincount(sample.class_ids[counted], minlength=config.num_classes)
    found = dict(zip(config.class_names[1:], counts[1:].tolist(), strict=True))
    _report(found, empty, len(chosen))
    return found


def check_class_ids(sample: Sample, config: Config) -> None:
    """Raise `ValueError` if a sample has a class that the configuration does not have."""
    if len(sample) and sample.class_ids.max() >= config.num_classes:
        raise ValueError(
            f"Sample {sample.image_id} has class id {sample.class_ids.max()}, but the model "
            f"knows only 1..{config.num_classes - 1} ({', '.join(config.class_names[1:])})."
        )


def _report(found, empty, looked_at):
    """Fail if there is no object; warn of empty masks and of classes that do not occur."""
    if not any(found.values()):
        raise ValueError(
            f"None of the {looked_at} samples looked at has an object: there is nothing to learn. "
            "Are the annotations those of these images?"
        )
    if empty:
        warnings.warn(
            f"{empty} objects in {looked_at} samples have an empty mask; they are left out.",
            stacklevel=4,
        )
    absent = [name for name, number in found.items() if not number]
    if absent:
        warnings.warn(
            f"No object of class {', '.join(absent)} in the {looked_at} samples looked at: the "
            "model cannot learn it from these.",
            stacklevel=4,
        )
