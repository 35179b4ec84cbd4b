"""A fingerprint of a data set: a run that goes on must see the data that it began with."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from maskrcnn_explained.data.sample import Sample, Subset
from maskrcnn_explained.data.scenes.dataset import Scenes

LOOKED_AT = 32  # samples at most, evenly spread over the data set


def fingerprint(dataset: Any) -> dict[str, Any]:
    """What tells a data set from another one, as plain Python.

    Args:
        dataset: a sequence of Samples.

    Returns:
        "images", how many; "class_names", if the data set has some; "sha256" of up to 32 samples
        (pixels, classes, boxes), or None if it gives another sample each time it is asked. For
        Scenes their split, sizes and the first number: how many there are says only how far a run
        goes.
    """
    base, first = dataset, 0
    while isinstance(base, Subset):
        first += base.start
        base = base.dataset
    if isinstance(base, Scenes):
        return {"scenes": base.split, "sizes": list(base.sizes), "first": first}
    names = getattr(dataset, "class_names", None)
    found: dict[str, Any] = {"images": len(dataset)}
    if names is not None:
        found["class_names"] = [str(name) for name in names]
    return found | {"sha256": _digest(dataset)}


def _digest(dataset) -> str | None:
    """The SHA-256 of some samples; None if the data set draws its samples at random."""
    number = len(dataset)
    indices = np.unique(np.linspace(0, number - 1, min(number, LOOKED_AT)).astype(int))
    codes = [_code(dataset[int(index)]) for index in indices]
    if _code(dataset[int(indices[0])]) != codes[0]:
        return None
    return hashlib.sha256(b"".join(codes)).hexdigest()


def _code(sample: Sample) -> bytes:
    """The SHA-256 of one sample."""
    found = hashlib.sha256(repr(sample.image.shape).encode())
    for array in (sample.image, sample.class_ids, sample.crowd, sample.boxes):
        found.update(np.ascontiguousarray(array).tobytes())
    return found.digest()
