"""Weights that are not numbers any more: NaN and infinity are said when they are met."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np


def not_finite(arrays: Mapping[str, Any]) -> list[str]:
    """The names of the arrays that hold NaN or infinity: arrays, or Keras variables, by name."""
    return [name for name, array in arrays.items() if not np.isfinite(np.asarray(array)).all()]


def warn_if_not_finite(arrays: Mapping[str, Any], where: str) -> None:
    """Warn, with `UserWarning`, if some weights are NaN or infinite.

    Args:
        arrays: "layer/weight" -> array or Keras variable.
        where: begins the sentence, such as "The model that is saved" or the name of a file.
    """
    bad = not_finite(arrays)
    if bad:
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        warnings.warn(
            f"{where} has weights that are NaN or infinite: {', '.join(bad[:3])}{more} "
            f"({len(bad)} of {len(arrays)} arrays). It finds nothing; go back to an earlier file, "
            "and train with a lower learning rate.",
            stacklevel=3,
        )


def require_finite(arrays: Mapping[str, Any]) -> None:
    """Raise `ValueError` if some weights are NaN or infinite: no training mends them.

    Args:
        arrays: "layer/weight" -> array or Keras variable.
    """
    bad = not_finite(arrays)
    if bad:
        raise ValueError(
            f"The model has weights that are NaN or infinite: {', '.join(bad[:3])} ({len(bad)} "
            "arrays in all). Load the weights of an earlier epoch, and use a lower learning rate."
        )
