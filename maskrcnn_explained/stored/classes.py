"""Class names of a file and of a model: equal, or their rows are matched by name.

Three layers have numbers for each class: `HEADS`. Their rows have the order of `class_names`, so
weights of other names, or of another order, would give wrong names in silence.
"""

from __future__ import annotations

import os
import pathlib
import warnings
from collections.abc import Mapping, Sequence

import numpy as np

HEADS = ("mrcnn_class_logits", "mrcnn_bbox_fc", "mrcnn_mask")  # their shapes depend on the classes
PER_CLASS = {"mrcnn_bbox_fc": 4}  # numbers per class on the last axis; else 1


def check_classes(
    path: str | os.PathLike, theirs: Sequence[str] | None, ours: Sequence[str]
) -> None:
    """Raise `ValueError` if the class names of a file and of a model differ, also in order.

    A file that does not tell its names (`theirs` is None) is not refused for them.
    """
    if theirs is None or tuple(theirs) == tuple(ours):
        return
    raise ValueError(
        f"{pathlib.Path(path).name} has weights for the classes ({', '.join(theirs)}); the model "
        f"has ({', '.join(ours)}). `load(path, class_names=...)` matches them by name and gives "
        "fresh weights to new ones; `load(path, exclude=HEADS, class_names=...)` keeps none of "
        "them (HEADS stands in maskrcnn_explained.weights)."
    )


def match_classes(
    arrays: Mapping[str, np.ndarray],
    fresh: Mapping[str, np.ndarray],
    theirs: Sequence[str],
    ours: Sequence[str],
) -> dict[str, np.ndarray]:
    """The arrays of a file for a model of other classes: rows move with their names.

    Args:
        arrays: "layer/weight" -> array of the file.
        fresh: the same of the three heads in the model; its rows stay for classes that are new.
        theirs: class names of the file.
        ours: class names of the model.

    Returns:
        All arrays, those of `fresh` in the shapes of the model.
    """
    matched = dict(arrays)
    both = [name for name in ours if name in theirs]
    ours_at = [list(ours).index(name) for name in both]
    theirs_at = [list(theirs).index(name) for name in both]
    for name, array in fresh.items():
        width = PER_CLASS.get(name.rsplit("/", 1)[0], 1)
        rows = array.reshape(*array.shape[:-1], len(ours), width).copy()  # [.., K, width]
        known = arrays[name].reshape(*array.shape[:-1], len(theirs), width)
        rows[..., ours_at, :] = known[..., theirs_at, :]
        matched[name] = rows.reshape(array.shape)
    return matched


def say_classes(path: str | os.PathLike, theirs: Sequence[str], ours: Sequence[str]) -> None:
    """Warn, with `UserWarning`, which classes are new and which are left out; an order is not."""
    new = [name for name in ours if name not in theirs]
    gone = [name for name in theirs if name not in ours]
    parts = [f"fresh weights, to be trained, for {', '.join(new)}"] if new else []
    parts += [f"left out {', '.join(gone)}"] if gone else []
    if parts:
        warnings.warn(
            f"{pathlib.Path(path).name} has other classes than the model: {'; '.join(parts)}.",
            stacklevel=3,
        )
