"""Export: the networks of a model as three ONNX files, and nothing of what lies between them.

The trunk turns a molded image into maps and RPN outputs; the box head and the mask head turn pooled
features into answers. What lies between (anchors, NMS, pooling, refinement) has no weights. Whoever
runs the three computes it in code of their own, where every setting can be changed: the explorer
does so in a web page (`pages/explorer`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained._arguments import check_model
from maskrcnn_explained.export.half_weights import halve_weights
from maskrcnn_explained.export.onnx_dense import with_dense_layers
from maskrcnn_explained.graph import TRUNK_TENSORS
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.mrcnn_heads import box_head, mask_head
from maskrcnn_explained.stored.finite import warn_if_not_finite
from maskrcnn_explained.stored.names import named_weights

PARTS_OPSET = 18  # as in onnx_file
# Inside the FPN: the laterals, and the sums that the 3x3 convolutions smooth.
LATERALS = ("fpn_c2p2", "fpn_c3p3", "fpn_c4p4", "fpn_c5p5")
SUMS = ("fpn_p2add", "fpn_p3add", "fpn_p4add")
Part = tuple[Callable[[tf.Tensor], dict[str, tf.Tensor]], tf.TensorSpec]


def export_parts(model: MaskRCNN, weights: str = "float16") -> dict[str, bytes]:
    """The three networks of a model, each as the content of an ONNX file.

    * "trunk": image [1, Hm, Wm, 3] float32, molded -> C2..C5, P2..P6, the `LATERALS` and `SUMS` of
      the FPN [1, h, w, C]; rpn_logits, rpn_probs [1, A, 2], rpn_deltas [1, A, 4];
    * "box_head": box_features [N, 7, 7, C] -> class_logits, class_probs [N, K], box_deltas
      [N, K, 4];
    * "mask_head": mask_features [D, 14, 14, C] -> masks_all_classes [D, 28, 28, K].

    Args:
        model: a MaskRCNN.
        weights: how they are stored: "float16" halves the files; runtimes compute in float32.

    Raises:
        ImportError: the package tf2onnx is not installed.
        ValueError: `weights` is neither "float32" nor "float16".

    Warns if weights are NaN or infinite, or too large for float16.
    """
    check_model(model)
    if weights not in ("float32", "float16"):
        raise ValueError(f"weights is {weights!r}; choose one of float32, float16.")
    try:
        tf2onnx = importlib.import_module("tf2onnx")
    except ImportError as error:
        raise ImportError(
            "ONNX files are written by the package tf2onnx, which is not installed. Install it: "
            'pip install "maskrcnn-explained[onnx]"'
        ) from error
    warn_if_not_finite(named_weights(model), "The model that is exported")
    files = {}
    for name, (run, given) in _parts(model).items():
        graph, _ = tf2onnx.convert.from_function(
            tf.function(run, input_signature=[given]), input_signature=[given], opset=PARTS_OPSET
        )
        if weights == "float16":
            halve_weights(graph)
        files[name] = graph.SerializeToString()
    return files


def _parts(model) -> dict[str, Part]:
    """Each part's function and what its input is."""
    config = model.config
    depth = config.fpn_depth
    return {
        "trunk": (trunk_with_sums(model), tf.TensorSpec([1, None, None, 3], name="image")),
        "box_head": (
            _run_box_head(model),
            tf.TensorSpec([None, *[config.box_pool_size] * 2, depth], name="box_features"),
        ),
        "mask_head": (
            _run_mask_head(model),
            tf.TensorSpec([None, *[config.mask_pool_size] * 2, depth], name="mask_features"),
        ),
    }


def trunk_with_sums(model: MaskRCNN) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """The trunk as a function of the image, with the FPN's laterals and sums besides."""
    named: dict[str, Any] = {name: model.output[name] for name in TRUNK_TENSORS}
    named |= {name: model.find_layer(name).output for name in LATERALS}
    named |= {name: model.get_layer(name).output for name in SUMS}
    trunk = keras.Model(model.inputs[0], named)
    return lambda image: dict(trunk(image, training=False))


def _run_box_head(model):
    def run(box_features):
        # All RoIs as those of one image, then without that axis.
        with with_dense_layers(model):
            answers = box_head(model.find_layer, box_features[None], model.config)
        names = ("class_logits", "class_probs", "box_deltas")
        return {name: answer[0] for name, answer in zip(names, answers, strict=True)}

    return run


def _run_mask_head(model):
    def run(mask_features):
        masks = mask_head(model.find_layer, mask_features[None], model.config)
        return {"masks_all_classes": masks[0]}

    return run
