"""Weights of an ONNX graph in 16 bits."""

import numpy as np
import pytest

from maskrcnn_explained.export.half_weights import halve_weights

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


def product(weights):
    """An ONNX model: x [1, 20] times weights [20, 30]."""
    helper, numbers = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "weights"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", numbers, [1, 20])],
        [helper.make_tensor_value_info("y", numbers, [1, weights.shape[1]])],
        [onnx.numpy_helper.from_array(weights, "weights")],
    )
    opsets = [helper.make_opsetid("", 18)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


@pytest.fixture
def numbers():
    return np.random.default_rng(0).normal(size=(20, 30)).astype(np.float32)


def run(model, x):
    onnx.checker.check_model(model)
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]


def test_stored_in_half_and_computed_in_full(numbers):
    model = product(numbers)
    before = model.ByteSize()
    assert halve_weights(model) == 1
    assert model.ByteSize() < 0.6 * before
    x = np.ones((1, 20), np.float32)
    rounded = numbers.astype(np.float16).astype(np.float32)
    np.testing.assert_allclose(run(model, x), x @ rounded, rtol=1e-5, atol=1e-5)


def test_small_constants_stay(numbers):
    model = product(numbers[:, :5])
    assert halve_weights(model) == 0
    np.testing.assert_allclose(
        run(model, np.ones((1, 20), np.float32)), numbers[:, :5].sum(0)[None], rtol=1e-5, atol=1e-5
    )


def test_what_does_not_fit_stays_and_is_said(numbers):
    model = product(numbers * 1e5)
    with pytest.warns(UserWarning, match="Too large for float16, left in float32: weights"):
        assert halve_weights(model) == 0
