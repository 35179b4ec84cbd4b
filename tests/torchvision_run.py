"""torchvision's run that parity tests compare with: its weights, made anew, in our model.

As in `reference_run.py`, the weights came from a rule and not from training: a number follows from
the name of its array and a word (the salt). So they need not be stored.
"""

import functools
import json
import pathlib
import re
import zlib

import numpy as np
from helpers import REFERENCE_NUMBERS

from maskrcnn_explained.model import build
from maskrcnn_explained.stored.contents import StoredWeights
from maskrcnn_explained.weights.reference import assign_by_name
from maskrcnn_explained.weights.torchvision_map import mapped_arrays

SALT = "tv-public"
STATE_DICT = REFERENCE_NUMBERS / "torchvision_state_dict.json"  # name -> shape, in its own order
GAINS = {  # of kernels, by layer; else 1
    r"backbone\.body\.layer.*conv3": 0.5,
    r"backbone\.body\..*downsample\.0": 0.9,
    r"backbone\.fpn\.inner_blocks.*": 0.7,
    r"backbone\.fpn\.layer_blocks.*": 0.9,
    r"rpn\.head\.cls_logits": 1.3,
    r"rpn\.head\.bbox_pred": 0.12,
    r"roi_heads\.box_predictor\.cls_score": 2.0,
    r"roi_heads\.box_predictor\.bbox_pred": 0.9,
    r"roi_heads\.mask_predictor\.mask_fcn_logits": 1.5,
}
NEAR = {  # of batch norm: the middle and the half width of what is drawn
    "weight": (1, 0.1),
    "bias": (0, 0.1),
    "running_mean": (0, 0.1),
    "running_var": (1, 0.2),
}


def state_dict_shapes() -> dict:
    """Name -> shape of all arrays of `maskrcnn_resnet50_fpn`, as torchvision 0.29 names them."""
    return json.loads(STATE_DICT.read_text(encoding="utf-8"))


def made_up_tensor(key, shape, salt, in_norm):
    """One array of the state dict, in torch's layout."""
    layer, leaf = key.rsplit(".", 1)
    if leaf == "num_batches_tracked":
        return np.zeros(shape, np.int64)
    rng = np.random.default_rng(zlib.crc32(f"{key}/{salt}".encode()))
    if leaf != "weight" or len(shape) == 1:
        middle, width = NEAR[leaf] if in_norm else (0, 0.05)
        return (middle + width * rng.uniform(-1, 1, shape)).astype(np.float32)
    # The axes of the inputs: all but the first; of a transposed convolution the first.
    inputs = (0,) if layer.endswith("conv5_mask") else tuple(range(1, len(shape)))
    fan_in = np.prod([shape[axis] for axis in inputs])
    gain = next((gain for name, gain in GAINS.items() if re.fullmatch(name, layer)), 1.0)
    kernel = gain * np.sqrt(2 / fan_in) * rng.standard_normal(shape)
    return (kernel - kernel.mean(inputs, keepdims=True)).astype(np.float32)


def made_up_state_dict(salt=SALT) -> dict:
    """All arrays of a `maskrcnn_resnet50_fpn` for 91 classes, with made-up numbers."""
    shapes = state_dict_shapes()
    return {
        key: made_up_tensor(key, shape, salt, f"{key.rsplit('.', 1)[0]}.running_mean" in shapes)
        for key, shape in shapes.items()
    }


@functools.cache
def model_with_torchvision_weights(**changes):
    """Our model "coco-torchvision" with these weights; torchvision's fresh models have eps 1e-5."""
    model = build("coco-torchvision", **{"batch_norm_epsilon": 1e-5} | changes)
    arrays, counters = mapped_arrays(made_up_state_dict())
    path = pathlib.Path("made_up.pth")  # there is no such file
    stored = StoredWeights(path=path, config_text=None, size=0, arrays=arrays)
    report = assign_by_name(model, stored)
    assert len(report.loaded) == len(arrays) and len(counters) == 53
    return model


# The same model with a 32nd of the channels and one block per stage, for tests that need no truth

TINY_TORCHVISION = dict(
    backbone_blocks=(1, 1, 1, 1),
    backbone_widths=(2, 4, 8, 16),
    backbone_stem=2,
    fpn_depth=8,
    rpn_depth=8,
    box_head_depth=32,
    mask_head_depth=8,
    proposals=20,
    detections=10,
)


def tiny_state_dict(classes=91, salt="tiny") -> dict:
    """The state dict of a model that fits the preset "coco-torchvision" with `TINY_TORCHVISION`."""
    of_coco = {91: classes, 364: 4 * classes}
    shapes = {
        key: [of_coco.get(side, side // 32 if side >= 64 else side) for side in shape]
        for key, shape in state_dict_shapes().items()
        if not re.search(r"layer\d\.[1-9]", key)
    }
    return {
        key: made_up_tensor(key, shape, salt, f"{key.rsplit('.', 1)[0]}.running_mean" in shapes)
        for key, shape in shapes.items()
    }
