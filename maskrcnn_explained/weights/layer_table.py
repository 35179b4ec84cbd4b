"""The architecture as a table: how many weights each layer has, and how much work it does.

Work is counted in multiply-adds of convolutions and dense layers, which do nearly all of the work.
One multiply-add is two floating-point operations (FLOPs). Most of the graph runs once per image,
the RPN head once per level, the box head once per proposal, and the mask head once per detection.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf
from keras import layers

from maskrcnn_explained.anchors import level_sizes
from maskrcnn_explained.config import SIDE_MULTIPLES
from maskrcnn_explained.keras_model.layer_names import own_weights

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN

STAGES = ("backbone", "fpn", "rpn", "box head", "mask head")


@dataclasses.dataclass(frozen=True)
class LayerRow:
    """One layer with weights.

    stage: one of `STAGES`; name: of the layer; kind: its Keras class.
    output: (h, w, channels) of one run; (channels,) of a dense layer; (cells of all levels, 1,
        channels) in the RPN.
    runs: how often the layer runs per image.
    parameters: number of weights; multiply_adds: of all runs together.
    """

    stage: str
    name: str
    kind: str
    output: tuple[int, ...]
    runs: int
    parameters: int
    multiply_adds: int


def layer_rows(model: MaskRCNN, image_size: Sequence[int]) -> list[LayerRow]:
    """One row per layer that has weights, in the order of the data flow.

    Args:
        model: a MaskRCNN.
        image_size: (Hm, Wm) of the molded image, multiples of 64 (of 32 with "pad32").

    Raises `ValueError` for any other size.
    """
    multiple = SIDE_MULTIPLES[model.config.resize_mode]
    if any(side % multiple or side < multiple for side in image_size):
        raise ValueError(
            f"A molded image has sides that are multiples of {multiple}; got {image_size}."
        )
    weighted = {name: layer for name, layer in model.named_layers.items() if layer.weights}
    trunk = {n: layer for n, layer in weighted.items() if stage_of(n) in ("backbone", "fpn")}
    sizes = output_sizes(model, trunk, image_size)
    rows = [
        _row(name, layer, sizes.get(name), image_size, model.config)
        for name, layer in weighted.items()
    ]
    return sorted(rows, key=lambda row: STAGES.index(row.stage))


def output_sizes(
    model: MaskRCNN, trunk: dict[str, layers.Layer], image_size: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    """The shape, without the batch axis, that each layer of the trunk gives for such an image.

    TensorFlow makes the graph of the trunk, but does not run it; each layer's `call` notes the
    shape of its (last) output. So layers inside other models are seen as well.
    """
    sizes = {}

    def noting(name, own_call):
        def call(*args, **kwargs):
            output = own_call(*args, **kwargs)
            sizes[name] = tuple(keras.tree.flatten(output)[0].shape[1:])
            return output

        return call

    calls = {name: layer.call for name, layer in trunk.items()}
    try:
        for name, layer in trunk.items():
            layer.call = noting(name, calls[name])
        graph = tf.function(lambda image: model.run_trunk(image, False), autograph=False)
        graph.get_concrete_function(tf.TensorSpec((1, *image_size, 3)))
    finally:
        for name, layer in trunk.items():
            layer.call = calls[name]
    return sizes


def stage_of(name: str) -> str:
    """The stage that a layer belongs to, by its name in the reference.

    A layer inside a model of the user's own belongs to the backbone.
    """
    if "/" in name:
        return "backbone"
    if name.startswith("mrcnn_mask"):
        return "mask head"
    for start, stage in {"fpn": "fpn", "rpn": "rpn", "mrcnn": "box head"}.items():
        if name.startswith(start):
            return stage
    return "backbone"


def _row(name, layer, size, image_size, config) -> LayerRow:
    stage = stage_of(name)
    runs = {"box head": config.proposals, "mask head": config.detections}.get(stage, 1)
    if stage == "rpn":  # all levels together, as one map of many cells
        cells = sum(level_sizes(image_size, config)) // len(config.anchor_ratios)
        size = (cells, 1, layer.output.shape[-1])
    if size is None:
        size = tuple(layer.output.shape[1:])
    work = runs * multiply_adds(layer, size)
    return LayerRow(
        stage=stage,
        name=name,
        kind=type(layer).__name__,
        output=tuple(size),
        runs=runs,
        parameters=sum(math.prod(variable.shape) for variable in own_weights(layer)),
        multiply_adds=work,
    )


def multiply_adds(layer: Any, output: Sequence[int]) -> int:
    """The multiply-adds of one run of a layer whose output is (h, w, channels).

    Only Conv2D, Conv2DTranspose and Dense are counted; batch norm and other layers of a custom
    backbone count as 0. A convolution applies its whole kernel at every position of its output; a
    transposed convolution at every position of its *input*, which is `strides` times smaller.
    """
    if not isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose, layers.Dense)):
        return 0
    positions = math.prod(output[:-1])
    if isinstance(layer, layers.Conv2DTranspose):
        positions //= math.prod(layer.strides)
    return positions * math.prod(layer.kernel.shape)


def stage_totals(rows: Sequence[LayerRow]) -> dict[str, tuple[int, int, int]]:
    """Layers, parameters and multiply-adds of each stage."""
    totals = {}
    for stage in STAGES:
        own = [row for row in rows if row.stage == stage]
        parameters = sum(row.parameters for row in own)
        work = sum(row.multiply_adds for row in own)
        totals[stage] = (len(own), parameters, work)
    return totals
