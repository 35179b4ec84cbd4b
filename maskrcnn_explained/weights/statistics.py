"""Statistics of the weights alone: minimum, maximum, mean, spread, and warning signs."""

from __future__ import annotations

import dataclasses

import numpy as np

LARGE = 10.0  # a learned value above this is unusual
NOTHING = 1e-6  # weights below this are as good as zero
NO_BIAS = 1e-2  # a bias below this has no effect


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
    """One row per array.

    Args:
        arrays: "layer/weight" -> array, as `read_weights` gives.

    Source: the reference's `inspect_weights` notebook and its `display_weight_stats`.
    """
    return [
        WeightRow(
            name=name,
            shape=tuple(array.shape),
            least=float(array.min()),
            largest=float(array.max()),
            mean=float(array.mean(dtype=np.float64)),
            std=float(array.std(dtype=np.float64)),
            flags=flags(name, array),
        )
        for name, array in arrays.items()
    ]


def flags(name: str, array: np.ndarray) -> tuple[str, ...]:
    """Warning signs of one array.

    * "not finite": NaN or infinity; the training run has diverged.
    * "dead": all values of a kernel or a scale are almost zero.
    * "dead channels": all values of some output channels of a kernel are almost zero.
    * "large": a learned value above 10.
    * "no effect": all values of a bias are below 0.01.

    Moving statistics follow the data and can have any size, so only "not finite" applies to them.

    Args:
        name: "layer/weight"; it tells what kind of array this is.
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
