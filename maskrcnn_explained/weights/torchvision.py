"""Weights of torchvision: the state dict of a `maskrcnn_resnet50_fpn`, or of another depth.

The file is read without PyTorch, and nothing in it runs (`stored.torch_file`). Its arrays get our
names and layouts (`weights.torchvision_map`). Then they are loaded as the reference's are: every
array is accounted for before the model changes, and afterwards each one is compared.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence

from maskrcnn_explained._arguments import check_model, check_names
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.stored.contents import StoredTensors, StoredWeights, read_tensors
from maskrcnn_explained.weights.reference import WeightsReport, assign_by_name
from maskrcnn_explained.weights.torchvision_check import check_model_for, other_family, own_epsilon
from maskrcnn_explained.weights.torchvision_map import mapped_arrays


def load_torchvision_weights(
    model: MaskRCNN,
    path: str | os.PathLike,
    exclude: Sequence[str] = (),
    skip_mismatch: bool = False,
) -> WeightsReport:
    """Load a file that PyTorch wrote of a torchvision model: all arrays, or none.

    Args:
        model: a MaskRCNN of the preset "coco-torchvision", or of another depth (`backbone_blocks`)
            or other classes in the same dialect. Its `batch_norm_epsilon` should be 0.0 for the
            published COCO weights and for what was trained from them, and 1e-5 for what was
            trained from a ResNet alone or from nothing: torchvision has both. `load` chooses it.
        path: a file that `torch.save` wrote: of `model.state_dict()`, or of a checkpoint that has
            it under "model" or "state_dict".
        exclude: names of our layers that keep the model's weights, such as `HEADS`.
        skip_mismatch: also keep the model's weights in layers whose shapes differ.

    Returns:
        A WeightsReport; print it. Its `left_over` are batch norm's counters of training steps.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no file of PyTorch or a damaged one, one that asks to run code, weights of
            another architecture or another number of classes, a model with batch norm in its
            heads, a variance of 0 where the model's epsilon is 0, an unknown name in `exclude`, or
            NaN. The model is not changed.
        RuntimeError: after loading, an array differs from the file. No known input causes this.

    Warns, with `UserWarning`, if the model is of another dialect or has another epsilon than the
    file: see `check_model_for`.
    """
    check_model(model)
    if not isinstance(exclude, str):
        check_names("exclude", exclude)
    tensors = read_tensors(path)
    stored, counters = as_ours(tensors)
    check_model_for(stored, model, own_epsilon(tensors), exclude)
    report = assign_by_name(model, stored, exclude, skip_mismatch)
    return dataclasses.replace(report, left_over=[*report.left_over, *counters])


def as_ours(stored: StoredTensors) -> tuple[StoredWeights, list[str]]:
    """torchvision's weights as a weights file with our names; and what in it is no weight.

    Raises `ValueError` if they are of another architecture.
    """
    problem = other_family(stored.tensors)
    if problem is None:
        try:
            arrays, counters = mapped_arrays(stored.tensors)
        except ValueError as error:
            problem = str(error)
        else:
            ours = StoredWeights(
                path=stored.path, config_text=None, size=stored.size, arrays=arrays
            )
            return ours, counters
    raise ValueError(
        f"{stored.path.name} does not hold the weights of a maskrcnn_resnet50_fpn: {problem}."
    )
