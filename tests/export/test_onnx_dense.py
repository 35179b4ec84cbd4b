"""The box head's convolutions give the same as matrix products, and are themselves again after."""

import numpy as np
import pytest
import tensorflow as tf
from helpers import calm, random_image

from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.export.onnx_dense import DENSE_LAYERS, as_dense, with_dense_layers
from maskrcnn_explained.export.onnx_parts import export_parts
from maskrcnn_explained.model import build


def test_a_convolution_over_everything_is_a_matrix_product(tiny):
    """By hand: one RoI of ones gives the sum of the kernel, and the bias."""
    layer = tiny.find_layer("mrcnn_class_conv1")
    ones = tf.ones([1, *layer.kernel.shape[:3]])
    wanted = np.array(layer.kernel).sum((0, 1, 2)) + np.array(layer.bias)
    np.testing.assert_allclose(as_dense(layer)(ones)[0, 0, 0], wanted, atol=1e-4)
    x = tf.random.stateless_normal([5, *layer.kernel.shape[:3]], seed=(0, 1))
    np.testing.assert_allclose(as_dense(layer)(x), layer(x), atol=1e-4)


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_in_the_block_the_whole_model_gives_the_same(tiny_config, precision):
    model = calm(build(tiny_config, precision=precision))
    image = random_image(90, 120)
    wanted = model.tensors(image, min_score=0.0)
    molded, (window,) = mold([image], model.config)
    given = [tf.constant(molded), tf.constant([window.box]), tf.constant([0.0])]
    with with_dense_layers(model):
        found = model([tf.cast(one, tf.float32) for one in given], training=False)
    bits = 1e-4 if precision == "float32" else 0.05
    for name in ("class_logits", "box_deltas"):
        np.testing.assert_allclose(found[name][0], wanted[name], atol=bits, rtol=bits)


def test_after_the_block_the_layers_are_themselves_also_after_an_error(tiny):
    layers = [tiny.find_layer(name) for name in DENSE_LAYERS]
    own = [layer.call for layer in layers]
    with pytest.raises(ZeroDivisionError), with_dense_layers(tiny):
        assert [layer.call for layer in layers] != own
        raise ZeroDivisionError
    assert [layer.call for layer in layers] == own


def test_the_file_has_products_and_no_such_convolution(tiny):
    """Each is a MatMul there; a convolution with the kernel of 7 x 7 is not left."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load_from_string(export_parts(tiny, "float32")["box_head"]).graph
    assert [node.op_type for node in graph.node].count("Conv") == 0
    assert [node.op_type for node in graph.node].count("MatMul") >= len(DENSE_LAYERS)
