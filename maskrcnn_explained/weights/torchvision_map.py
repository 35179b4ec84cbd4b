"""The way from torchvision's weights to ours: name by name, axis by axis.

torchvision's `maskrcnn_resnet50_fpn` has the same layers as the model here, under other names, with
the axes of its numbers in another order, and with boxes as (x, y) where we have (y, x).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from maskrcnn_explained.backbone import block_letter

LAYERS = {
    "backbone.body.conv1": "conv1",
    "backbone.body.bn1": "bn_conv1",
    "rpn.head.conv": "rpn_conv_shared",
    "rpn.head.cls_logits": "rpn_class_raw",
    "rpn.head.bbox_pred": "rpn_bbox_pred",
    "roi_heads.box_head.fc6": "mrcnn_class_conv1",
    "roi_heads.box_head.fc7": "mrcnn_class_conv2",
    "roi_heads.box_predictor.cls_score": "mrcnn_class_logits",
    "roi_heads.box_predictor.bbox_pred": "mrcnn_bbox_fc",
    "roi_heads.mask_predictor.conv5_mask": "mrcnn_mask_deconv",
    "roi_heads.mask_predictor.mask_fcn_logits": "mrcnn_mask",
}
# In 2022 torchvision gave six kinds of layers longer names. The published file has the older ones.
NEWER_NAMES = (
    (r"(backbone\.fpn\.(?:inner|layer)_blocks\.\d)\.0", r"\1"),
    (r"rpn\.head\.conv\.0\.0", "rpn.head.conv"),
    (r"roi_heads\.mask_head\.0\.0", "roi_heads.mask_head.mask_fcn1"),
    (r"roi_heads\.mask_head\.1\.0", "roi_heads.mask_head.mask_fcn2"),
    (r"roi_heads\.mask_head\.2\.0", "roi_heads.mask_head.mask_fcn3"),
    (r"roi_heads\.mask_head\.3\.0", "roi_heads.mask_head.mask_fcn4"),
)
NORM_LEAVES = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}
COUNTER = "num_batches_tracked"  # batch norm counts its training steps; no result needs it
FC6 = "mrcnn_class_conv1"
AXES = {  # number of axes in the file: from torch's order to Keras'
    4: (2, 3, 1, 0),  # out, in, kh, kw -> kh, kw, in, out; transposed: in, out, .. -> .., out, in
    2: (1, 0),  # out, in -> in, out
    1: (0,),
}
KERNEL_AXES = {"roi_heads.box_head.fc": 2, "roi_heads.box_predictor.": 2}  # else 4: convolutions
# torchvision divides pixels by 255 and by the standard deviation of ImageNet's. Here the first
# convolution does both: its input is pixels minus their mean.  [RGB]
PIXEL_STD = 255 * np.array([0.229, 0.224, 0.225])
XY_TO_YX = [1, 0, 3, 2]  # dx, dy, dw, dh -> dy, dx, dh, dw


def mapped_arrays(tensors: Mapping[str, np.ndarray]) -> tuple[dict[str, np.ndarray], list[str]]:
    """torchvision's weights under our names and in our layouts.

    Args:
        tensors: name -> array, the state dict of a `maskrcnn_resnet50_fpn` or of another depth.

    Returns:
        "layer/weight" -> float32 array; and the names of `tensors` that are no weights (counters).

    Raises `ValueError` that names the arrays which no such model has, or those of odd shapes.
    """
    arrays: dict[str, np.ndarray] = {}
    no_weights, unknown = [], []
    for key, tensor in tensors.items():
        module, _, leaf = key.rpartition(".")
        layer = our_layer(module)
        if layer is None or leaf not in _leaves(layer):
            unknown.append(key)
        elif leaf == COUNTER:
            no_weights.append(key)
        elif layer.startswith("bn"):
            arrays[f"{layer}/{NORM_LEAVES[leaf]}"] = _with_axes(key, tensor, 1)
        else:
            weight = "kernel" if leaf == "weight" else "bias"
            arrays[f"{layer}/{weight}"] = _with_axes(key, tensor, _axes_of(key, leaf))
    if unknown:
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        raise ValueError(
            f"{len(unknown)} of its {len(tensors)} arrays belong to no maskrcnn_resnet50_fpn: "
            f"{', '.join(unknown[:3])}{more}"
        )
    _change_layouts(arrays)
    return {name: np.ascontiguousarray(a, np.float32) for name, a in arrays.items()}, no_weights


def our_layer(module: str) -> str | None:
    """Our name of a layer of torchvision, spelled in either way; None if we have no such layer.

    "backbone.body.layer1.0.conv2" is "res2a_branch2b".
    """
    for newer, older in NEWER_NAMES:
        module = re.sub(f"^{newer}$", older, module)
    if module in LAYERS:
        return LAYERS[module]
    if found := re.fullmatch(r"backbone\.body\.layer([1-4])\.(\d\d?)\.(conv|bn)([123])", module):
        stage, block, kind, number = found.groups()
        return _in_block(stage, block, kind == "conv", "branch2" + "abc"[int(number) - 1])
    if found := re.fullmatch(r"backbone\.body\.layer([1-4])\.0\.downsample\.([01])", module):
        return _in_block(found[1], "0", found[2] == "0", "branch1")
    if found := re.fullmatch(r"backbone\.fpn\.inner_blocks\.([0-3])", module):
        return f"fpn_c{int(found[1]) + 2}p{int(found[1]) + 2}"
    if found := re.fullmatch(r"backbone\.fpn\.layer_blocks\.([0-3])", module):
        return f"fpn_p{int(found[1]) + 2}"
    if found := re.fullmatch(r"roi_heads\.mask_head\.mask_fcn([1-4])", module):
        return f"mrcnn_mask_conv{found[1]}"
    return None


def _in_block(stage, block, is_convolution, branch):
    if int(block) >= 26:  # a block is named by a letter
        return None
    start = "res" if is_convolution else "bn"
    return f"{start}{int(stage) + 1}{block_letter(int(block))}_{branch}"


def _leaves(layer):
    if layer.startswith("bn"):
        return (*NORM_LEAVES, COUNTER)
    # Before a batch norm no bias is needed, and torchvision has none there.
    return ("weight",) if layer == "conv1" or layer.startswith("res") else ("weight", "bias")


def _axes_of(key, leaf):
    if leaf == "bias":
        return 1
    return next((n for start, n in KERNEL_AXES.items() if key.startswith(start)), 4)


def _with_axes(key, tensor, number):
    """The array in Keras' order of axes."""
    if tensor.ndim != number or not tensor.size:
        raise ValueError(f"its {key} has the shape {list(tensor.shape)}, not {number} axes")
    return tensor.transpose(AXES[number])


def _change_layouts(arrays):
    """What is more than another order of axes, in place."""
    if FC6 + "/kernel" in arrays:
        _dense_to_convolutions(arrays)
    for name in [n for n in arrays if n == "conv1/kernel" or n.startswith("res")]:
        arrays[name.replace("/kernel", "/bias")] = np.zeros(arrays[name].shape[-1])
    if "conv1/kernel" in arrays and arrays["conv1/kernel"].shape[2] == 3:
        arrays["conv1/kernel"] = arrays["conv1/kernel"] / PIXEL_STD[:, None]
    for weight in ("kernel", "bias"):
        for layer in ("rpn_bbox_pred", "mrcnn_bbox_fc"):
            name = f"{layer}/{weight}"
            if name in arrays:
                arrays[name] = _xy_to_yx(name, arrays[name])
        name = f"rpn_class_raw/{weight}"
        if name in arrays:
            arrays[name] = _with_background(arrays[name])


def _dense_to_convolutions(arrays):
    """The two dense layers of the box head as convolutions: 7x7 over all bins, then 1x1."""
    dense = arrays[FC6 + "/kernel"]  # [C * 7 * 7, out]
    channels = arrays["fpn_p2/kernel"].shape[-1] if "fpn_p2/kernel" in arrays else 256
    side = math.isqrt(dense.shape[0] // channels)
    if side * side * channels != dense.shape[0]:
        raise ValueError(
            f"its fc6.weight has {dense.shape[0]} inputs, which are no squares of {channels} "
            "channels"
        )
    # torchvision flattens a RoI's features channel by channel.  [7, 7, C, out]
    arrays[FC6 + "/kernel"] = dense.reshape(channels, side, side, -1).transpose(1, 2, 0, 3)
    name = "mrcnn_class_conv2/kernel"
    if name in arrays:
        arrays[name] = arrays[name][None, None]


def _xy_to_yx(name, array):
    """Deltas in our order: the last axis is four numbers per anchor or per class."""
    if array.shape[-1] % 4:
        raise ValueError(f"it has {array.shape[-1]} deltas for {name}, which is no multiple of 4")
    groups = array.reshape(*array.shape[:-1], -1, 4)
    return groups[..., XY_TO_YX].reshape(array.shape)


def _with_background(array):
    """One logit per anchor as two: background has 0, so their softmax is the sigmoid of one."""
    pairs = np.stack([np.zeros_like(array), array], -1)  # [.., R, 2]
    return pairs.reshape(*array.shape[:-1], -1)
