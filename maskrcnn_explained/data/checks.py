"""Checks of a data set before training starts, so that a mistake costs seconds and not hours."""

from __future__ import annotations

import collections
import os
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained._arguments import check_sample
from maskrcnn_explained.data.formats.problems import left_out_line
from maskrcnn_explained.data.resizing import nearest_pixels, resized_size

if TYPE_CHECKING:
    from maskrcnn_explained.config import Config
    from maskrcnn_explained.data.sample import Sample

EMPTY = "objects with an empty mask"  # a reason of `left_out`
LOOK_AT = 100  # samples, spread evenly: takes seconds, also if each sample is computed


def check_dataset(dataset: Any, config: Config, look_at: int = LOOK_AT) -> dict[str, int]:
    """Look at some samples; fail on, or warn of, what training cannot use.

    Images without objects are allowed if at least one image has some. What does not become an
    object is counted, and one warning says all of it: what the data set left out when it was opened
    (its `left_out`), crowd regions, and in the samples looked at: empty masks, objects that vanish
    when their image is made small, and images with more objects than the model can detect. Another
    warning reports classes of the configuration that never occur.

    Args:
        dataset: a sequence of Samples.
        config: defines the classes, sizes and the number of detections.
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
    seen: collections.Counter[str] = collections.Counter()
    for index in chosen:
        sample = dataset[int(index)]
        check_sample(sample, f"dataset[{index}]")
        check_class_ids(sample, config)
        counted = (sample.cut.areas > 0) & ~sample.crowd
        counts += np.bincount(sample.class_ids[counted], minlength=config.num_classes)
        seen.update(_unused(sample, config))
    found = dict(zip(config.class_names[1:], counts[1:].tolist(), strict=True))
    _report(found, left_out_of(dataset) | dict(seen), len(chosen))
    return found


def check_class_ids(sample: Sample, config: Config) -> None:
    """Raise `ValueError` if a sample has a class that the configuration does not have."""
    if len(sample) and sample.class_ids.max() >= config.num_classes:
        raise ValueError(
            f"Sample {sample.image_id} has class id {sample.class_ids.max()}, but the model "
            f"knows only 1..{config.num_classes - 1} ({', '.join(config.class_names[1:])})."
        )


def left_out_of(dataset: Any) -> dict[str, int]:
    """What a data set, or the one that it is a part of, left out: reason -> how many."""
    while not hasattr(dataset, "left_out") and hasattr(dataset, "dataset"):
        dataset = dataset.dataset
    return dict(getattr(dataset, "left_out", {}))


def say_left_out(dataset: Any) -> None:
    """Warn, in one line, of what a data set left out when it was opened; silent if nothing was."""
    left_out = left_out_of(dataset)
    if left_out:
        warnings.warn(left_out_line(left_out), stacklevel=3)


def _unused(sample, config):
    """What of one sample the model cannot learn or find: reason -> how many."""
    areas = sample.cut.areas
    original = sample.cut.size
    height, width = resized_size(original[0], original[1], config)
    rows = nearest_pixels(height, original[0], config.resize_rule)
    columns = nearest_pixels(width, original[1], config.resize_rule)
    small = sample.cut.taken(rows, columns).areas
    objects = int(((areas > 0) & ~sample.crowd).sum())
    reasons = {
        EMPTY: int((areas == 0).sum()),
        "objects that vanish when the image is made small, learned as background (image_max_side, "
        "--image-max-side)": int(((areas > 0) & (small == 0)).sum()),
        f"objects beyond the {config.detections} detections that the model keeps per image "
        "(detections, --detections)": max(0, objects - config.detections),
    }
    return {reason: number for reason, number in reasons.items() if number}


def _report(found, left_out, looked_at):
    """Fail if there is no object; warn of what is left out and of classes that do not occur."""
    crowds = sum(number for reason, number in left_out.items() if reason.startswith("crowd"))
    total = sum(found.values())
    advice = ""
    if crowds > total:
        advice = (
            " Most of what is annotated is marked as crowd (iscrowd 1), as CVAT marks each mask of "
            "its brush: if these are single objects, open the data set with crowds='objects' "
            "(--crowds objects)."
        )
    if not total:
        raise ValueError(
            f"None of the {looked_at} samples looked at has an object: there is nothing to learn. "
            f"Are the annotations those of these images? {left_out_line(left_out)}{advice}"
        )
    if left_out:
        line = f"{left_out_line(left_out)} ({looked_at} samples looked at.){advice}"
        warnings.warn(line, stacklevel=4)
    absent = [name for name, number in found.items() if not number]
    if absent:
        warnings.warn(
            f"No object of class {', '.join(absent)} in the {looked_at} samples looked at: the "
            "model cannot learn it from these.",
            stacklevel=4,
        )


def say_shared_images(dataset: Any, validation: Any) -> None:
    """Warn, with `UserWarning`, if validation images are training images, too.

    Images are told by their files; those of lists of Samples by the Samples themselves.

    Args:
        dataset: a sequence of Samples to train on.
        validation: one to measure on, or None.
    """
    theirs = _identities(validation)
    both = len(theirs & _identities(dataset))
    if both:
        warnings.warn(
            f"{both} of the {len(theirs)} validation images are also training images: AP on them "
            "says nothing about new photographs.",
            stacklevel=3,
        )


def _identities(dataset) -> set:
    """What tells the images of a data set from others; empty if nothing does."""
    if isinstance(dataset, list):
        return {id(sample) for sample in dataset}
    return {os.path.realpath(path) for path in getattr(dataset, "paths", ())}
