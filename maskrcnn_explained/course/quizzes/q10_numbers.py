"""The numbers in the quiz of notebook 10: counted layers, arrays of the files, small foldings.

A wrong choice's number is made by the mistake that it stands for.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from maskrcnn_explained.course.exercises.nb10_answers import fold_answer
from maskrcnn_explained.course.exercises.nb10_cases import scenes_arrays
from maskrcnn_explained.course.quizzes.stored_costs import UNCHANGED, found_objects
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.stored.classes import HEADS
from maskrcnn_explained.weights.folding import fold
from maskrcnn_explained.weights.layer_table import layer_rows, stage_totals
from maskrcnn_explained.weights.statistics import weight_rows
from maskrcnn_explained.weights.torchvision_map import AXES

TORCH_SHAPE = (32, 16, 3, 5)  # outputs, inputs, height, width
ONE_LOGIT = 1.5
OWN_CLASSES = ("background", "nucleus")
# A convolution with a bias, and its batch norm; variance and epsilon have a whole root.
FOLDED = {"bias": 5.0, "gamma": 6.0, "beta": 1.0, "mean": 2.0, "variance": 8.99, "epsilon": 0.01}


def numbers_10() -> dict[str, Any]:
    """The fields of the quiz of notebook 10."""
    return _work() | _heads() | _axes() | _stride() | _biases() | _folded() | _logits()


def _work():
    model = build("scenes")
    small, large = (stage_totals(layer_rows(model, (side, side))) for side in (192, 384))
    return {
        "backbone_times": large["backbone"][2] / small["backbone"][2],
        "mask_head_times": large["mask head"][2] / small["mask head"][2],
        "all_weights": model.count_params(),
    }


def _heads():
    config, arrays = get_config("scenes"), scenes_arrays()
    mask = next(name for name in HEADS if name == "mrcnn_mask")
    logits = next(name for name in HEADS if name == "mrcnn_class_logits")
    fresh = sum(array.size for name, array in arrays.items() if name.split("/")[0] in HEADS)
    return {
        "file_classes": config.num_classes,
        "own_classes": len(OWN_CLASSES),
        "class_layer": logits,
        "mask_layer": mask,
        "class_outputs": arrays[f"{logits}/bias"].size,
        "mask_outputs": arrays[f"{mask}/bias"].size,
        "objectness_layer": "rpn_class_raw",
        "objectness_outputs": arrays["rpn_class_raw/bias"].size,
        "pooled_layer": "mrcnn_class_conv1",
        "pooled_outputs": arrays["mrcnn_class_conv1/bias"].size,
        "fresh_share": fresh / sum(array.size for array in arrays.values()),
    }


def _axes():
    kernel = np.zeros(TORCH_SHAPE)
    turned = {
        "keras_shape": AXES[4],
        "sides_exchanged": (3, 2, 1, 0),
        "channels_exchanged": (2, 3, 0, 1),
    }
    return {"torch_shape": list(TORCH_SHAPE)} | {
        name: list(kernel.transpose(axes).shape) for name, axes in turned.items()
    }


def _stride():
    return {
        "found_unchanged": found_objects(UNCHANGED),
        "found_strided": found_objects("3x3 has the stride, not 1x1"),
    }


def _biases():
    rows = weight_rows(scenes_arrays())
    flagged = [row.name for row in rows if row.flags]
    return {"flagged": len(flagged), "all_arrays": len(rows)}


def folded_bias(**slips: bool) -> float:
    """The bias after folding; with slips that of `fold_answer`, which makes these mistakes."""
    names = ("bias", "gamma", "beta", "mean", "variance")
    bias, gamma, beta, mean, variance = (np.array([FOLDED[name]]) for name in names)
    told = np.ones((1, 1)), bias, gamma, beta, mean, variance, FOLDED["epsilon"]
    return float((fold_answer(*told, **slips) if slips else fold(*told))[1][0])


def _folded():
    root = np.sqrt(FOLDED["variance"] + FOLDED["epsilon"])
    return {f"norm_{name}": FOLDED[name] for name in ("bias", "gamma", "beta", "mean")} | {
        "norm_root": float(root),
        "folded": folded_bias(),
        "folded_as_it_is": folded_bias(bias_as_it_is=True),
        "folded_no_mean": folded_bias(no_mean=True),
        "folded_no_root": folded_bias(no_root=True),
    }


def _logits():
    pairs = {"zero": 0.0, "mirrored": -ONE_LOGIT, "rest": 1 - ONE_LOGIT}
    logits = np.array([[background, ONE_LOGIT] for background in pairs.values()], np.float32)
    softmax = keras.ops.convert_to_numpy(keras.ops.softmax(logits))[:, 1]
    sigmoid = keras.ops.convert_to_numpy(keras.ops.sigmoid(np.float32(ONE_LOGIT)))
    return (
        {"one_logit": ONE_LOGIT, "one_probability": float(sigmoid)}
        | pairs
        | {f"{name}_probability": value for name, value in zip(pairs, softmax, strict=True)}
    )
