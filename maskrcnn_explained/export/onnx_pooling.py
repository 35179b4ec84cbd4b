"""RoIAlign in an ONNX file: ONNX has the operation itself, TensorFlow has not.

While the graph is read for export, each RoIAlign writes one operation in its place that nothing
else in that graph uses: TensorFlow's crop_and_resize with boxes in pixels. The converter then
exchanges it for ONNX's own. The two older poolings are converted as they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.older_pooling import pooling_inputs
from maskrcnn_explained.roi_align import PyramidRoIAlign

# Where index 0 of a map lies: at the centre of the first cell, or at the image's edge.
ONNX_MODES = {"roi_align": "half_pixel", "roi_align_unaligned": "output_half_pixel"}


def placeholder(
    feature_map: Any, boxes: Any, box_indices: Any, size: int, stride: int
) -> tf.Tensor:
    """An operation that carries what RoIAlign needs, but does not compute it.

    Arguments and shape of the result as `roi_align.roi_align`. The boxes become (x1, y1, x2, y2),
    as ONNX wants them; the stride travels as the value outside the image.
    """
    feature_map, boxes, box_indices = pooling_inputs(feature_map, boxes, box_indices, size, stride)
    y1, x1, y2, x2 = tf.unstack(boxes, 4, axis=-1)
    corners = tf.stack([x1, y1, x2, y2], -1)
    return tf.image.crop_and_resize(
        feature_map, corners, box_indices, [size, size], extrapolation_value=float(stride)
    )


@contextlib.contextmanager
def with_placeholders(model: MaskRCNN) -> Iterator[None]:
    """Let every RoIAlign of a model write its placeholder, until the block ends."""
    aligns = [layer for layer in model.layers if isinstance(layer, PyramidRoIAlign)]
    exchanged = [layer for layer in aligns if layer.config.roi_pooling in ONNX_MODES]
    try:
        for layer in exchanged:
            layer.operator = placeholder
        yield
    finally:
        for layer in exchanged:
            layer.operator = None


def pooling_handlers(roi_pooling: str) -> dict[str, tuple[Callable[..., None], list]]:
    """What the converter calls for crop_and_resize, as it wants it; {} for the older poolings.

    Args:
        roi_pooling: the configuration's.
    """
    if roi_pooling not in ONNX_MODES:
        return {}

    def exchange(graph, node, name, args):
        _write_roi_align(graph, node, ONNX_MODES[roi_pooling])

    return {"CropAndResize": (exchange, [])}


def _write_roi_align(graph, node, mode):
    """Put ONNX's RoiAlign where the placeholder stands; it wants channels first."""
    feature_map, boxes, box_indices, size = node.input
    bins = int(node.inputs[3].get_tensor_value()[0])
    stride = node.get_attr_value("extrapolation_value")
    shapes, dtypes, outputs = node.output_shapes, node.output_dtypes, list(node.output)
    graph.remove_node(node.name)
    first = graph.make_node("Transpose", [feature_map], attr={"perm": [0, 3, 1, 2]})
    indices = graph.make_node("Cast", [box_indices], attr={"to": 7})  # int64
    attributes = dict(
        mode="avg",
        coordinate_transformation_mode=mode,
        output_height=bins,
        output_width=bins,
        sampling_ratio=2,
        spatial_scale=1 / stride,
    )
    inputs = [first.output[0], boxes, indices.output[0]]
    pooled = graph.make_node("RoiAlign", inputs, attr=attributes)
    graph.make_node(
        "Transpose",
        [pooled.output[0]],
        attr={"perm": [0, 2, 3, 1]},
        outputs=outputs,
        shapes=shapes,
        dtypes=dtypes,
    )
