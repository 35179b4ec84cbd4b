"""The box head in an ONNX file: its convolutions, which are as large as their input, as products.

Such a convolution has one place to stand, so it is one matrix product for all RoIs. TensorFlow is
fast at it either way; runtimes of ONNX compute a convolution RoI by RoI, and a product at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from maskrcnn_explained.model import MaskRCNN

DENSE_LAYERS = ("mrcnn_class_conv1", "mrcnn_class_conv2")


def as_dense(layer: keras.layers.Conv2D) -> Callable[[tf.Tensor], tf.Tensor]:
    """A convolution as large as its input, [N, h, w, C] -> [N, 1, 1, C'], as one matrix product.

    The same sum, up to rounding.
    """

    def multiply(x):
        depth = layer.kernel.shape[-1]
        matrix = tf.reshape(layer.kernel, [-1, depth])  # [h * w * C, C']
        product = tf.reshape(x, [-1, matrix.shape[0]]) @ matrix + layer.bias
        return tf.reshape(product, [-1, 1, 1, depth])

    return multiply


@contextlib.contextmanager
def with_dense_layers(model: MaskRCNN) -> Iterator[None]:
    """Let the `DENSE_LAYERS` of a model run as matrix products, until the block ends."""
    exchanged = [(layer, layer.call) for layer in map(model.find_layer, DENSE_LAYERS)]
    try:
        for layer, _ in exchanged:
            layer.call = as_dense(layer)
        yield
    finally:
        for layer, own in exchanged:
            layer.call = own
