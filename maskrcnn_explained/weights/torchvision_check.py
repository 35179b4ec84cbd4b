"""What a file of torchvision's family is, and whether a model computes as its weights expect.

Shapes do not tell. A model in another dialect takes all of torchvision's numbers, and finds less
with them; with another epsilon a frozen channel may grow a hundredfold, or become infinite.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained.presets import TORCHVISION
from maskrcnn_explained.stored.contents import StoredTensors, StoredWeights
from maskrcnn_explained.weights.published import is_torchvision_file
from maskrcnn_explained.weights.torchvision_map import COUNTER

if TYPE_CHECKING:
    from maskrcnn_explained.config import Config
    from maskrcnn_explained.model import MaskRCNN

V2 = (  # names of batch norms, of a second convolution, and of convolutions before the dense layer
    "backbone.fpn.inner_blocks.0.1.weight",
    "rpn.head.conv.1.0.weight",
    "roi_heads.box_head.0.0.weight",
)
FIRST = "backbone.body.conv1.weight"  # of every ResNet of torchvision that finds objects
WRAPPERS = {  # what names begin with: who writes them
    "module.": "as the wrapper for several GPUs writes them",
    "model.": "as a module of Lightning around the model writes them",
    "_orig_mod.": "as `torch.compile` writes them",
}
# torchvision's BatchNorm2d, which counts its training steps, adds this to the variance. Its
# FrozenBatchNorm2d has no counters; it adds 0.0 in the published COCO weights and in what was
# trained from them, else the same.
COUNTED_EPSILON = 1e-5
# Fields of the dialect that do not change what the weights compute: training, and which of the
# boxes found are kept and how they are drawn. The epsilon has a check of its own.
NOT_COMPARED = (
    "batch_norm_epsilon",
    *("rpn_smooth_l1_beta", "smooth_l1_beta", "box_loss_mean", "mask_target_rule"),
    *("mini_mask_size", "add_gt_to_proposals", "proposal_min_side", "detection_min_score"),
    *("detection_nms_iou", "detection_min_side", "mask_rim", "integer_results"),
)


def own_epsilon(stored: StoredTensors) -> float | None:
    """The epsilon that the batch norm of a file of torchvision had, or None if it does not tell.

    The published file is known by its SHA-256: of that the preset tells the epsilon.
    """
    counted = any(name.endswith("." + COUNTER) for name in stored.tensors)
    return COUNTED_EPSILON if counted and not is_torchvision_file(stored.path) else None


def other_family(tensors: Mapping[str, np.ndarray]) -> str | None:
    """What other model these weights are of, if that can be seen; else None."""
    if "layer1.0.conv1.weight" in tensors:
        return "they are of a ResNet alone, a classifier of whole images"
    v2 = any(name in tensors for name in V2)
    heads = {name.split(".")[1] for name in tensors if name.startswith("roi_heads.")}
    if "box_predictor" in heads and "mask_predictor" not in heads:
        name = "Keypoint" if "keypoint_predictor" in heads else "Faster"
        return f"they are of a {name} R-CNN{' (v2)' if v2 else ''}, which has no mask head"
    if v2:
        return (
            "they are of maskrcnn_resnet50_fpn_v2, which has batch norm in its pyramid and heads, "
            "four convolutions in its box head and two in its RPN; the model here has none of "
            "them. Take the weights of v1"
        )
    return _wrapped(tensors)


def _wrapped(tensors):
    """How the weights of a model inside another are to be saved; None if they are in none."""
    for name in tensors:
        if name.endswith("." + FIRST):
            start = name.removesuffix(FIRST)  # such as "model." or "module._orig_mod."
            who = WRAPPERS.get(start, "as a model around it writes them")
            return f"its names begin with {start!r}, {who}; save `model.{start}state_dict()`"
    return None


def check_model_for(
    stored: StoredWeights,
    model: MaskRCNN,
    epsilon: float | None,
    exclude: Sequence[str] = (),
    chosen: Collection[str] = (),
) -> None:
    """Compare a model with what torchvision's weights expect, before it takes them.

    Args:
        stored: torchvision's weights under our names.
        model: that is to take them.
        epsilon: of batch norm, as `own_epsilon` tells it.
        exclude: names of layers that do not take them.
        chosen: fields of the Config that the caller has set by name; they are not warned of.

    Raises `ValueError` if the model's layers are of another dialect, or if a channel would be
    divided by 0. Warns, with `UserWarning`, if its epsilon or other fields are not torchvision's.
    """
    name = stored.path.name
    _check_layers(name, model.config)
    _check_variances(stored, model.config.batch_norm_epsilon, exclude)
    if epsilon and not model.config.batch_norm_epsilon and "batch_norm_epsilon" not in chosen:
        warnings.warn(
            f"{name} has counters of training steps, so its batch norm had an epsilon of 1e-5; the "
            "model's is 0. Build it with batch_norm_epsilon=1e-5.",
            stacklevel=3,
        )
    other = [field for field in other_fields(model.config) if field not in chosen]
    if other:
        warnings.warn(
            f"{name} holds weights of torchvision, and the model is of another dialect: its "
            f"{', '.join(other)} differ from presets.TORCHVISION, so it finds less. Build it with "
            "the preset 'coco-torchvision'.",
            stacklevel=3,
        )


def other_fields(config: Config) -> list[str]:
    """The fields of torchvision's dialect that a Config has otherwise, `NOT_COMPARED` left out."""
    return [
        field
        for field, value in TORCHVISION.items()
        if field not in NOT_COMPARED and getattr(config, field) != value
    ]


def _check_layers(name, config):
    """Raise `ValueError` if the model has layers that torchvision's has not, or lacks some."""
    if config.head_batch_norm:
        raise ValueError(
            f"{name} does not fit this model, which has batch norm in its heads; torchvision's has "
            "none there. Build it with the preset 'coco-torchvision'."
        )
    if config.batch_norm == "folded":
        raise ValueError(
            f"{name} does not fit this model, which has no batch norm to load; build it with "
            "batch_norm='frozen', load the weights, and then use `fold_batch_norm`."
        )


def _check_variances(stored, epsilon, exclude):
    """Raise `ValueError` if batch norm would divide by the square root of 0, or of less."""
    for name, array in stored.arrays.items():
        layer, _, weight = name.rpartition("/")
        if weight != "moving_variance" or layer in exclude:
            continue
        bad = np.flatnonzero(array + epsilon < np.finfo(np.float32).tiny)  # NaN is told elsewhere
        if bad.size:
            raise ValueError(
                f"{stored.path.name} has the variance {array[bad[0]]:g} in channel {bad[0]} of "
                f"{layer}, and the model's batch_norm_epsilon is {epsilon:g}: batch norm would "
                "divide by 0. Take batch_norm_epsilon=1e-5, torchvision's own for all but "
                "its published COCO weights."
            )
