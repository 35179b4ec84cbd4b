"""Give a model the arrays of a weights file: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from maskrcnn_explained.stored.classes import check_classes
from maskrcnn_explained.stored.contents import StoredWeights
from maskrcnn_explained.stored.finite import warn_if_not_finite
from maskrcnn_explained.stored.names import named_weights

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN


def assign_weights(model: MaskRCNN, stored: StoredWeights) -> None:
    """Assign all arrays of a weights file to a model, or none.

    Raises `ValueError` if class names, names of arrays or shapes differ; the message lists the
    differences. Warns if the file holds NaN.
    """
    check_classes(stored.path, stored.class_names(), model.config.class_names)
    assign_arrays(model, stored)


def assign_arrays(model: MaskRCNN, stored: StoredWeights) -> None:
    """`assign_weights` for arrays whose classes are known to fit."""
    wanted = named_weights(model)
    problems = list(_differences(wanted, stored.arrays))
    if problems:
        more = f" and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise ValueError(
            f"{stored.path.name} was made for another Config: "
            f"{'; '.join(problems[:5])}{more}. "
            "Build the model with the Config that the weights were trained with."
        )
    warn_if_not_finite(stored.arrays, stored.path.name)
    for name, variable in wanted.items():
        variable.assign(stored.arrays[name])
    model.trained = True


def _differences(wanted, arrays) -> Iterable[str]:
    """One phrase for each array that is missing, unknown or of another shape."""
    yield from (f"{name} is missing" for name in wanted if name not in arrays)
    yield from (f"{name} is not in the model" for name in arrays if name not in wanted)
    for name, variable in wanted.items():
        if name in arrays and arrays[name].shape != tuple(variable.shape):
            found = list(arrays[name].shape)
            yield f"{name} is {found}, the model has {list(variable.shape)}"
