"""Keras layers that several stages share: batch norms, 16-bit computing, RoIs as one batch."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from maskrcnn_explained.config import Config
from maskrcnn_explained.step_memory import as_product, convolution_before, scaled_convolution


class ConfigLayer(layers.Layer):
    """A layer whose work a Config describes; the Config is saved and loaded with it."""

    def __init__(self, config: Config | dict, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config = config if isinstance(config, Config) else Config.from_dict(config)
        # The stages use operations that XLA cannot compile: NMS, whose result has no fixed length,
        # and crop_and_resize. On a machine with a GPU, Keras would switch XLA on by itself.
        self.supports_jit = False

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "config": self.config.to_dict()}


# Batch norm


def norm_layer(config: Config, name: str) -> layers.Layer | None:
    """The batch norm that the configuration asks for.

    "trained": the statistics of the batch in training, moving averages at inference.
    "frozen": moving averages always, as one does with batches of one or two images; gamma and beta
    still learn. This is the reference's `BatchNorm` with `TRAIN_BN = False`.
    "folded": no layer, None (see weights/folding.py).
    """
    if config.batch_norm == "folded":
        return None
    if config.batch_norm == "frozen":
        return FrozenBatchNorm(epsilon=config.batch_norm_epsilon, name=name)
    return BatchNorm(epsilon=config.batch_norm_epsilon, name=name)


def batch_norm(x: keras.KerasTensor, config: Config, name: str) -> keras.KerasTensor:
    """A new batch norm applied to x, [..., C]; x itself where batch norm is folded."""
    norm = norm_layer(config, name)
    return x if norm is None else norm(x)


@keras.saving.register_keras_serializable("maskrcnn_explained")
class BatchNorm(layers.BatchNormalization):
    """Keras' batch norm; its training runs as one TensorFlow operation instead of a dozen.

    The results are the same (tested); a training step of `scenes` takes about a tenth less time.
    """

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: Any = None) -> tf.Tensor:
        if not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        # Normalize with the mean and variance of this batch.
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=tf.cast(self.gamma.value, tf.float32),
            offset=tf.cast(self.beta.value, tf.float32),
            mean=[],
            variance=[],
            epsilon=self.epsilon,
            is_training=True,
        )
        # The operation divides the sum of squares by n - 1, Keras by n.
        n = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        # The moving averages follow slowly: inference will use them.
        self._move(self.moving_mean, mean)
        self._move(self.moving_variance, variance * (n - 1) / n)
        return outputs

    def _move(self, average: keras.Variable, new: tf.Tensor) -> None:
        average.assign(average * self.momentum + new * (1 - self.momentum))


@keras.saving.register_keras_serializable("maskrcnn_explained")
class FrozenBatchNorm(layers.BatchNormalization):
    """Batch norm whose statistics never move; gamma and beta learn like any weight.

    To call an ordinary layer with `training=False` is not enough: a functional model that is
    called with `training=True` passes that on to every layer and overrides it.

    In the graph of a training step it runs inside the convolution before it, which gives the same
    up to rounding, and a tensor as large as the map need not be kept for the gradient.
    """

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: Any = None) -> tf.Tensor:
        before = convolution_before(inputs) if training and self.scale and self.center else None
        if before is None:
            return super().call(inputs, training=False, mask=mask)
        product = as_product(before)
        if product is not None:
            return super().call(product, training=False, mask=mask)
        # (conv + bias - mean) * scale + beta, with the scale in the kernel.
        scale = self.gamma * tf.math.rsqrt(self.moving_variance + self.epsilon)
        shift = self.beta + (before.bias - self.moving_mean) * scale
        return tf.nn.bias_add(scaled_convolution(before, scale), shift)


def hold_statistics(layer: layers.Layer, hold: bool) -> None:
    """Let a layer of the user's own keep its moving statistics, as `FrozenBatchNorm` does; or not.

    Such a layer runs as at inference in every call; what else it has, such as gamma and beta,
    learns. It stays the layer that it is, so files of its weights stay the same. Layers without
    moving statistics are left alone.

    Args:
        layer: Keras' `BatchNormalization`, or any layer with weights "moving_.." or "running_..".
        hold: False gives back the layer's own behaviour.
    """
    if isinstance(layer.call, AtInference):
        layer.call = layer.call.layers_own
    moving = any(weight.name.startswith(("moving_", "running_")) for weight in layer.weights)
    if hold and moving and "training" in inspect.signature(layer.call).parameters:
        layer.call = AtInference(layer.call)


class AtInference:
    """A layer's own `call`, which runs as at inference whatever it is told."""

    def __init__(self, layers_own: Callable) -> None:
        self.layers_own = layers_own

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.layers_own(*args, **kwargs | {"training": False})


# Mixed precision


@contextlib.contextmanager
def in_precision(config: Config) -> Iterator[None]:
    """Layers made in this context compute as `Config.precision` says; their weights are float32.

    Mixed precision: convolutions compute in 16 bits; scores, boxes and losses keep 32. On hardware
    made for it, a step takes less time and memory. On most CPUs it is slower.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(config.precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


# Many RoIs per image, and convolutions that know one batch axis


@keras.saving.register_keras_serializable("maskrcnn_explained")
class MergeRois(layers.Layer):
    """[B, N, ...] -> [B * N, ...]: the RoIs of all images as one batch (Keras' TimeDistributed)."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return tf.reshape(x, tf.concat([[-1], tf.shape(x)[2:]], 0))

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        return (None, *input_shape[2:])


@keras.saving.register_keras_serializable("maskrcnn_explained")
class SplitRois(layers.Layer):
    """[B * N, ...] -> [B, N, ...]; B and N are those of a second tensor."""

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        x, like = inputs
        return tf.reshape(x, tf.concat([tf.shape(like)[:2], tf.shape(x)[1:]], 0))

    def compute_output_shape(self, input_shape: list[tuple]) -> tuple:
        return (*input_shape[1][:2], *input_shape[0][1:])
