"""What a look at the weights alone can tell: least and largest value, spread, and warning signs."""

from __future__ import annotations

import dataclasses

import numpy as np

LARGE = 10.0  # a learned number above this would be alone among its kind
NOTHING = 1e-6  # weights below this are zero in all but name
NO_BIAS = 1e-2  # a bias below this moves nothing


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


def weight_rows(arrays: dict[str, np.ndarray]) -> list[WeightRow]:
    """A row for every array.

    Args:
        arrays: "layer/weight" -> array, as `read_weights` gives.

    Source: the reference's `inspect_weights` notebook and its `display_weight_stats`.
    """
    return [
        WeightRow(
            name,
            tuple(array.shape),
            float(array.min()),
            float(array.max()),
            float(array.mean(dtype=np.float64)),
            float(array.std(dtype=np.float64)),
            flags(name, array),
        )
        for name, array in arrays.items()
    ]


def flags(name: str, array: np.ndarray) -> tuple[str, ...]:
    """Warning signs of one array.

    "not finite": NaN or infinity, the run has diverged. "dead": a kernel or scale whose numbers are
    all but zero; "dead channels": those of some outputs are. "large": a learned number above 10.
    "no effect": a bias all of whose numbers are below 0.01. Moving statistics follow the data and
    may be of any size, so only NaN and infinity are signs there.

    Args:
        name: "layer/weight", which says how to read the array.
        array: any shape.
    """
    weight = name.split("/")[-1]
    if not np.isfinite(array).all():
        return ("not finite",)
    if weight.startswith("moving"):
        return ()
    found = []
    if weight == "kernel":
        output = -2 if "deconv" in name else -1  # transposed: [k, k, out, in]
        channels = np.moveaxis(np.abs(array), output, -1).reshape(-1, array.shape[output]).max(0)
        if channels.max() < NOTHING:
            found.append("dead")
        elif (channels < NOTHING).any():
            found.append("dead channels")
    elif weight == "gamma" and np.abs(array).max() < NOTHING:
        found.append("dead")
    elif weight == "bias" and np.abs(array).max() < NO_BIAS:
        found.append("no effect")
    if np.abs(array).max() > LARGE:
        found.append("large")
    return tuple(found)
