"""RoIAlign as ONNX's own operation: the same numbers as TensorFlow's, at the rims, too."""

import numpy as np
import pytest
import tensorflow as tf

from maskrcnn_explained.export import onnx_pooling
from maskrcnn_explained.roi_align import OPERATORS, PyramidRoIAlign

tf2onnx = pytest.importorskip("tf2onnx")
onnxruntime = pytest.importorskip("onnxruntime")
BOXES = np.array(
    [
        [3, 5, 40, 61],
        [-9, 10.5, 12, 70],  # beyond the map
        [20, 20, 20.5, 21],  # smaller than one cell
        [60, 50, 90, 100],
        [0, 0, 64, 96],
    ],
    np.float32,
)


@pytest.mark.parametrize("name", sorted(onnx_pooling.ONNX_MODES))
@pytest.mark.parametrize("stride", [8, 4])
def test_the_exchanged_operation(name, stride):
    feature_map = np.random.default_rng(0).random((2, 64 // stride, 96 // stride, 3), np.float32)
    indices = np.array([0, 1, 0, 1, 0], np.int32)
    inputs = [
        tf.TensorSpec([None, None, None, 3], tf.float32, name="map"),
        tf.TensorSpec([None, 4], tf.float32, name="boxes"),
        tf.TensorSpec([None], tf.int32, name="indices"),
    ]

    def run(feature_map, boxes, indices):
        return {"pooled": onnx_pooling.placeholder(feature_map, boxes, indices, 7, stride)}

    graph, _ = tf2onnx.convert.from_function(
        tf.function(run, input_signature=inputs),
        input_signature=inputs,
        opset=18,
        custom_op_handlers=onnx_pooling.pooling_handlers(name),
    )
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    given = {"map": feature_map, "boxes": BOXES, "indices": indices}
    (pooled,) = session.run(["pooled"], given)
    ours = OPERATORS[name](feature_map, BOXES, indices, 7, stride)
    np.testing.assert_allclose(pooled, ours, atol=1e-5)


def test_placeholders_stand_only_inside_the_block(tiny):
    aligns = [layer for layer in tiny.layers if isinstance(layer, PyramidRoIAlign)]
    with onnx_pooling.with_placeholders(tiny):
        assert {layer.operator for layer in aligns} == {onnx_pooling.placeholder}
    assert {layer.operator for layer in aligns} == {None}


def test_a_failure_inside_takes_them_away(tiny):
    with pytest.raises(KeyError), onnx_pooling.with_placeholders(tiny):
        raise KeyError("stop")
    assert all(getattr(layer, "operator", None) is None for layer in tiny.layers)


def test_the_older_poolings_are_converted_as_they_are(tiny_reference):
    assert onnx_pooling.pooling_handlers("crop_and_resize") == {}
    with onnx_pooling.with_placeholders(tiny_reference):
        assert all(getattr(layer, "operator", None) is None for layer in tiny_reference.layers)
