"""The reference's run that parity tests compare with: its weights, its images, its numbers.

The weights of that run came from no training but from a rule: a number follows from the name of
its layer, the name of the weight and a word (the salt). So they need not be stored.
"""

import functools
import pathlib
import tempfile
import zlib

import h5py
import numpy as np
from helpers import REFERENCE_NUMBERS

from maskrcnn_explained.model import build
from maskrcnn_explained.weights.file import named_weights
from maskrcnn_explained.weights.reference import load_reference_weights

SALTS = {50: "public-r50b", 101: "public-r101"}
RPN = ("rpn_conv_shared", "rpn_class_raw", "rpn_bbox_pred")
GAINS = {  # of kernels, by layer: chosen so that random features neither die out nor explode
    "conv1": 1 / 64,
    "rpn_bbox_pred": 0.8,
    "mrcnn_class_logits": 2.0,
    "mrcnn_bbox_fc": 0.9,
    "mrcnn_mask": 1.5,
}


def numbers(name):
    """A file of reference numbers as a dict of arrays."""
    with np.load(REFERENCE_NUMBERS / f"reference_{name}.npz") as file:
        return dict(file)


def unpack(bits, shape):
    """Masks stored eight pixels per byte."""
    return np.unpackbits(bits)[: np.prod(shape)].reshape(shape).astype(bool)


def gain(layer):
    """By how much a layer's kernel is larger than He's initialiser would make it."""
    if layer.startswith("res") and layer.endswith("branch2c"):
        return 0.5  # else the residual sum grows with depth
    if layer.startswith("res") and layer.endswith("branch1"):
        return 0.9
    if layer.startswith("fpn_c"):
        return 0.7
    return 0.9 if layer.startswith("fpn_p") else GAINS.get(layer, 1.0)


def made_up_weight(name, shape, salt):
    """The array of "layer/weight": normal for kernels, uniform and near 0 or 1 for the others."""
    layer, weight = name.split("/")
    rng = np.random.default_rng(zlib.crc32(f"{name}/{salt}".encode()))
    if weight != "kernel":
        near, width = {
            "bias": (0, 0.05),
            "gamma": (1, 0.1),
            "beta": (0, 0.1),
            "moving_mean": (0, 0.1),
            "moving_variance": (1, 0.2),
        }[weight]
        return (near + width * rng.uniform(-1, 1, shape)).astype(np.float32)
    transposed = layer == "mrcnn_mask_deconv"  # [k, k, out, in]; the others [.., in, out]
    inputs = (3,) if transposed else tuple(range(len(shape) - 1))
    fan_in = np.prod([shape[axis] for axis in inputs])
    kernel = gain(layer) * np.sqrt(2 / fan_in) * rng.standard_normal(shape)
    return (kernel - kernel.mean(inputs, keepdims=True)).astype(np.float32)


def write_as_the_reference(path, arrays):
    """Keras 2's by-name layout: a group a layer, the RPN's three layers in that of their model."""
    with h5py.File(path, "w") as file:
        file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.0.8"
        for name, array in arrays.items():
            layer, weight = name.split("/")
            group = "rpn_model" if layer in RPN else layer
            file.create_dataset(f"{group}/{layer}/{weight}:0", data=array)
    return path


@functools.cache
def model_with_made_up_weights(depth):
    """ResNet-50 or 101 as the run had it, its weights loaded from a file as a user would."""
    model = build(
        f"coco-resnet{depth}", image_min_side=256, image_max_side=256, detection_min_score=0.0
    )
    shapes = {name: variable.shape for name, variable in named_weights(model).items()}
    arrays = {name: made_up_weight(name, shape, SALTS[depth]) for name, shape in shapes.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = write_as_the_reference(pathlib.Path(folder) / "weights.h5", arrays)
        report = load_reference_weights(model, path)
    assert len(report.loaded) == len(arrays)
    return model
