"""Weights of torchvision: the state dict of a `maskrcnn_resnet50_fpn`, or of another depth.

The file is read without PyTorch, and nothing in it runs (`stored.torch_file`). Its arrays get our
names and layouts (`weights.torchvision_map`). Then they are loaded as the reference's are: every
array is accounted for before the model changes, and afterwards each one is compared.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence

import numpy as np

from maskrcnn_explained._arguments import check_model
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.stored.contents import StoredTensors, StoredWeights, read_tensors
from maskrcnn_explained.weights.reference import WeightsReport, assign_by_name
from maskrcnn_explained.weights.torchvision_map import mapped_arrays

V2 = (  # names of batch norms, of a second convolution, and of convolutions before the dense layer
    "backbone.fpn.inner_blocks.0.1.weight",
    "rpn.head.conv.1.0.weight",
    "roi_heads.box_head.0.0.weight",
)


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
            trained from a ResNet alone: torchvision has both.
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
            heads, an unknown name in `exclude`, or NaN. The model is not changed.
        RuntimeError: after loading, an array differs from the file. No known input causes this.
    """
    check_model(model)
    stored, counters = as_ours(read_tensors(path))
    _check_dialect(stored.path.name, model)
    report = assign_by_name(model, stored, exclude, skip_mismatch)
    return dataclasses.replace(report, left_over=[*report.left_over, *counters])


def as_ours(stored: StoredTensors) -> tuple[StoredWeights, list[str]]:
    """torchvision's weights as a weights file with our names; and what in it is no weight.

    Raises `ValueError` if they are of another architecture.
    """
    problem = _other_family(stored.tensors)
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


def _other_family(tensors: Mapping[str, np.ndarray]) -> str | None:
    """What other model these weights are of, if that can be seen; else None."""
    if any(name in tensors for name in V2):
        return (
            "they are of maskrcnn_resnet50_fpn_v2, which has batch norm in its pyramid and heads, "
            "four convolutions in its box head and two in its RPN; the model here has none of "
            "them. Take the weights of v1"
        )
    heads = {name.split(".")[1] for name in tensors if name.startswith("roi_heads.")}
    if "box_predictor" in heads and "mask_predictor" not in heads:
        return "they are of a Faster R-CNN, which has no mask head"
    if "layer1.0.conv1.weight" in tensors:
        return "they are of a ResNet alone, a classifier of whole images"
    if any(name.startswith("module.backbone.") for name in tensors):
        return (
            "its names begin with 'module.', as the wrapper for several GPUs writes them; save "
            "`model.module.state_dict()`"
        )
    return None


def _check_dialect(name, model):
    """Raise `ValueError` if the model's layers are those of another dialect."""
    if model.config.head_batch_norm:
        raise ValueError(
            f"{name} does not fit this model, which has batch norm in its heads; torchvision's has "
            "none there. Build it with the preset 'coco-torchvision', or with the field "
            "head_batch_norm=False."
        )
    if model.config.batch_norm == "folded":
        raise ValueError(
            f"{name} does not fit this model, which has no batch norm to load; build it with "
            "batch_norm='frozen', load the weights, and then use `fold_batch_norm`."
        )
