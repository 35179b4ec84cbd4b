"""Weights of the reference: files that matterport/Mask_RCNN wrote, loaded by layer name.

A layer that is not loaded raises no error by itself; it only makes the results worse. So every
array is accounted for before the model changes, and after loading each one is compared with the
file.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
from collections.abc import Sequence

import numpy as np

from maskrcnn_explained._arguments import check_model, check_names
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.stored.classes import HEADS as HEADS
from maskrcnn_explained.stored.classes import check_classes
from maskrcnn_explained.stored.contents import StoredWeights, read_file
from maskrcnn_explained.stored.finite import not_finite
from maskrcnn_explained.stored.names import named_weights

NOT_WEIGHTS = {"anchors"}  # forks on TensorFlow 2 stored their anchors among the weights


@dataclasses.dataclass(frozen=True)
class WeightsReport:
    """Where every array of the model and of the file went, by "layer/weight"."""

    loaded: list[str]
    excluded: list[str]  # named in `exclude`
    skipped: list[str]  # of another shape, and skip_mismatch was true
    left_over: list[str]  # in the file only

    def __str__(self) -> str:
        parts = [f"{len(self.loaded)} arrays loaded and compared with the file"]
        for name in ("excluded", "skipped", "left_over"):
            names = getattr(self, name)
            if names:
                parts.append(f"{len(names)} {name.replace('_', ' ')}: {_some(names)}")
        return "; ".join(parts)


def load_reference_weights(
    model: MaskRCNN,
    path: str | os.PathLike,
    exclude: Sequence[str] = (),
    skip_mismatch: bool = False,
) -> WeightsReport:
    """Load a file in the reference's layout: all arrays that are not excluded, or none.

    Args:
        model: a MaskRCNN of the same architecture.
        path: a `.h5` file.
        exclude: names of layers that keep the model's weights, such as `HEADS`, to fine-tune on
            other classes.
        skip_mismatch: also keep the model's weights in layers whose shapes differ.

    Returns:
        A WeightsReport; print it.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a weights file or a damaged one, an unknown name in `exclude`, another
            architecture, another number of classes, other class names (if the file tells them), or
            NaN. The model is not changed.
        RuntimeError: after loading, an array differs from the file. No known input causes this.
            The model has changed.

    Source: the reference's `MaskRCNN.load_weights(by_name=True)`, which skips layers silently.
    """
    check_model(model)
    return assign_by_name(model, read_file(path), exclude, skip_mismatch)


def assign_by_name(
    model: MaskRCNN,
    stored: StoredWeights,
    exclude: Sequence[str] = (),
    skip_mismatch: bool = False,
) -> WeightsReport:
    """`load_reference_weights` for a file that was already read."""
    arrays = stored.arrays
    path = stored.path
    if not isinstance(exclude, str):
        check_names("exclude", exclude)
    _check_names(model, exclude)
    wanted = named_weights(model)
    left_over = [name for name in arrays if name not in wanted]
    excluded = [name for name in wanted if _layer(name) in exclude]
    asked = [name for name in wanted if _layer(name) not in exclude]
    _check_architecture(path, arrays, asked, left_over)
    _check_finite(path, arrays)
    differ = [name for name in asked if arrays[name].shape != tuple(wanted[name].shape)]
    layers = {_layer(name) for name in differ} if skip_mismatch else set()  # never half a layer
    skipped = [name for name in asked if _layer(name) in layers]
    loaded = [name for name in asked if _layer(name) not in layers]
    if any(_layer(name) in HEADS for name in loaded):
        check_classes(path, stored.class_names(), model.config.class_names)
    if differ and not skip_mismatch:
        raise ValueError(_mismatch(path, arrays, wanted, differ))
    for name in loaded:
        wanted[name].assign(arrays[name])
    model.trained = True
    wrong = [name for name in loaded if not np.array_equal(wanted[name].numpy(), arrays[name])]
    if wrong:
        raise RuntimeError(f"After loading, these arrays differ from the file: {_some(wrong)}.")
    return WeightsReport(loaded=loaded, excluded=excluded, skipped=skipped, left_over=left_over)


def _layer(name):
    return name.rsplit("/", 1)[0]


def _some(names, limit=3):
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _check_names(model, exclude):
    if isinstance(exclude, str):
        raise ValueError(f"exclude takes a list of layer names; got the text {exclude!r}.")
    known = {layer.name for layer in model.all_layers} | {_layer(n) for n in named_weights(model)}
    unknown = sorted(set(exclude) - known)
    if unknown:
        raise ValueError(f"exclude names layers that the model does not have: {_some(unknown)}.")


def _check_architecture(path, arrays, asked, left_over):
    """Raise `ValueError` if the file lacks arrays of the model, or has arrays of another model."""
    missing = [name for name in asked if name not in arrays]
    foreign = [name for name in left_over if _layer(name) not in NOT_WEIGHTS]
    problems = []
    if missing:
        problems.append(f"it lacks {len(missing)} of {len(asked)} arrays ({_some(missing)})")
    if foreign:
        problems.append(
            f"the model has no place for {len(foreign)} of its arrays ({_some(foreign)})"
        )
    if problems:
        raise ValueError(
            f"{pathlib.Path(path).name} does not fit this model: {'; '.join(problems)}. Is it of "
            "another depth (backbone_blocks), of another program, or cut short?"
        )


def _check_finite(path, arrays):
    for name in not_finite(arrays):
        raise ValueError(
            f"{pathlib.Path(path).name} is damaged: {name} {list(arrays[name].shape)} holds NaN or "
            "infinity."
        )


def _mismatch(path, arrays, wanted, differ):
    """The error message for arrays whose shapes differ. The usual reason is other classes."""
    shapes = [
        f"{name} is {list(arrays[name].shape)}, the model has {list(wanted[name].shape)}"
        for name in differ[:3]
    ]
    message = f"{pathlib.Path(path).name} does not fit this model: {'; '.join(shapes)}"
    message += f"; and {len(differ) - 3} more. " if len(differ) > 3 else ". "
    if all(_layer(name) in HEADS for name in differ) and "mrcnn_class_logits/bias" in differ:
        theirs = arrays["mrcnn_class_logits/bias"].shape[0]
        ours = wanted["mrcnn_class_logits/bias"].shape[0]
        return message + (
            f"The file knows {theirs} classes (background included) and the model {ours}: build "
            "the model with as many class_names, or pass exclude=HEADS to keep the model's own."
        )
    return message + "Build the model with the Config that the weights were trained with."
