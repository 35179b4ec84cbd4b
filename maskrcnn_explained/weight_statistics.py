"""What a look at the weights alone can tell: least and largest value, spread, and warning signs."""

from __future__ import annotations

import dataclasses

import numpy as np

LARGE = 10.0  # a learned number above this would be alone among its kind
SMALL = 1e-2  # a spread below this hardly tells one output from the next


@dataclasses.dataclass(frozen=True)
class WeightRow:
    """One array of a model: its name "layer/weight", shape, least, largest, mean, std and flags."""

    name: str
    shape: tuple[int, ...]
    least: float
    largest: float
    mean: float
    std: float
    flags: tuple[str, ...]


def weight_rows(arrays) -> list[WeightRow]:
    """A row for every array.

    Args:
        arrays: "layer/weight" -> array, as `read_weights` gives.

    Source: the reference's `inspect_weights` notebook and its `weight_stats`.
    """
    return [
        WeightRow(
            name, tuple(array.shape), float(array.min()), float(array.max()),
            float(array.mean(dtype=np.float64)), float(array.std(dtype=np.float64)),
            flags(name, array),
        )
        for name, array in arrays.items()
    ]  # fmt: skip


def flags(name: str, array) -> tuple[str, ...]:
    """Warning signs of one array.

    "not finite": NaN or infinity, the run has diverged. "dead": a kernel or scale whose numbers are
    all (nearly) equal, so that its outputs cannot differ. "dead channels": some of its outputs
    are. "large": a learned number above 10. "no effect": a bias that stayed at 0. Moving statistics
    follow the data and may be of any size, so only NaN is a sign there.
    """
    weight = name.split("/")[-1]
    if not np.isfinite(array).all():
        return ("not finite",)
    if weight.startswith("moving"):
        return ()
    found = []
    if weight == "kernel":
        channels = np.abs(array).reshape(-1, array.shape[-1]).max(0)  # by output
        if channels.max() < 1e-6:
            found.append("dead")
        elif (channels < 1e-6).any():
            found.append("dead channels")
    elif weight == "gamma" and np.abs(array).max() < 1e-6:
        found.append("dead")
    elif weight == "bias" and np.abs(array).max() < SMALL:
        found.append("no effect")
    if np.abs(array).max() > LARGE:
        found.append("large")
    return tuple(found)
