"""Export: the model as one ONNX file, for programs that know neither TensorFlow nor this package.

Two forms. "tensors" has the inputs of the network and gives every tensor that has a name, as
`model.tensors` does: who runs it molds images and pastes masks. "detections" has everything inside,
from the pixels of an image to its masks, as the SavedModel.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from maskrcnn_explained._arguments import check_model, check_number, checked_path
from maskrcnn_explained._files import require_writable_file, write_bytes
from maskrcnn_explained.export.half_weights import halve_weights
from maskrcnn_explained.export.onnx_dense import with_dense_layers
from maskrcnn_explained.export.onnx_pooling import pooling_handlers, with_placeholders
from maskrcnn_explained.export.saved_model import serve_detections
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.stored.finite import warn_if_not_finite
from maskrcnn_explained.stored.names import named_weights

FORMS = ("tensors", "detections")
WEIGHT_TYPES = ("float32", "float16")
OPSET = 18  # the version of ONNX's operations; runtimes since 2023 know it
Endpoint = tuple[Callable[..., dict[str, tf.Tensor]], list[tf.TensorSpec]]


def export_onnx(
    model: MaskRCNN,
    path: str | os.PathLike,
    form: str = "tensors",
    weights: str = "float32",
    min_score: float | None = None,
) -> None:
    """Write a model as an ONNX file.

    Form "tensors": inputs image [B, Hm, Wm, 3] float32, molded (`data.molding.mold`); window
    [B, 4] float32, where the image lies in it; min_score [B] float32. Outputs: every tensor of
    `model.tensors`, by the same name, with a batch axis in front.

    Form "detections": input images [B, H, W, 3] uint8, RGB, of one size. Outputs: boxes
    [B, D, 4] float32, pixels of the image; class_ids [B, D] int32; scores [B, D] float32; masks
    [B, D, H, W] bool; counts [B] int32: how many of the D rows are detections, the first ones.

        session = onnxruntime.InferenceSession("model.onnx")
        boxes, *_ = session.run(["boxes"], {"images": image[None]})

    Results differ from TensorFlow's in their last bits. At the rim of a map `crop_and_resize` jumps
    to zero, so there, in the reference's dialect, the last bit may decide.

    Args:
        model: a MaskRCNN.
        path: the file, .onnx; one that is there is replaced when the new one is whole.
        form: one of FORMS.
        weights: how they are stored: "float16" halves the file; the runtime computes in float32.
        min_score: for the form "detections" alone, where it is fixed in the file: drop detections
            below it. None takes the value of the Config.

    Raises:
        ImportError: the package tf2onnx is not installed.
        ValueError: another suffix, form or type; `min_score` outside 0..1, or given for "tensors".
        FileNotFoundError: the folder of the file does not exist.
        PermissionError: it is not writable.
        OSError: the disk is full.

    Warns if weights are NaN or infinite, or too large for float16.
    """
    check_model(model)
    path = checked_path("path", path)
    _check_words(form=(form, FORMS), weights=(weights, WEIGHT_TYPES))
    _check_min_score(min_score, form)
    require_writable_file(path, ".onnx")
    tf2onnx = _converter()
    warn_if_not_finite(named_weights(model), "The model that is exported")
    run, inputs = tensors_endpoint(model) if form == "tensors" else _detections(model, min_score)
    with with_placeholders(model), with_dense_layers(model):
        graph, _ = tf2onnx.convert.from_function(
            tf.function(run, input_signature=inputs),
            input_signature=inputs,
            opset=OPSET,
            custom_op_handlers=pooling_handlers(model.config.roi_pooling),
        )
    if weights == "float16":
        halve_weights(graph)
    write_bytes(path, graph.SerializeToString())


def _check_words(**given):
    for name, (value, choices) in given.items():
        if value not in choices:
            raise ValueError(f"{name} is {value!r}; choose one of {', '.join(choices)}.")


def _check_min_score(min_score, form):
    if min_score is None:
        return
    check_number("min_score", min_score, 0, 1)
    if form == "tensors":
        raise ValueError('min_score is an input of the form "tensors"; leave it out here.')


def _converter() -> Any:
    try:
        return importlib.import_module("tf2onnx")
    except ImportError as error:
        raise ImportError(
            "An ONNX file is written by the package tf2onnx, which is not installed. Install it: "
            'pip install "maskrcnn-explained[onnx]"'
        ) from error


def tensors_endpoint(model: MaskRCNN) -> Endpoint:
    """The function of the form "tensors", and what its inputs are."""

    def run(image, window, min_score):
        return dict(model([image, window, min_score], training=False))

    inputs = [
        tf.TensorSpec([None, None, None, 3], tf.float32, name="image"),
        tf.TensorSpec([None, 4], tf.float32, name="window"),
        tf.TensorSpec([None], tf.float32, name="min_score"),
    ]
    return run, inputs


def _detections(model, min_score):
    """The function of the form "detections", and what its input is."""
    if min_score is None:
        min_score = model.config.detection_min_score

    def run(images):
        return serve_detections(model, images, min_score)

    return run, [tf.TensorSpec([None, None, None, 3], tf.uint8, name="images")]
