"""Mixed precision: convolutions compute in 16 bits; weights, scores, boxes and losses keep 32.

On machines with hardware for it a step takes less time and memory. On others, most CPUs among
them, it is slower, and there is no reason to choose it.
"""

from __future__ import annotations

import contextlib

import keras

from maskrcnn_explained.config import Config


@contextlib.contextmanager
def in_precision(config: Config):
    """Layers made in this context compute as `Config.precision` says; their weights are float32."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(config.precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def scaled(optimizer, config: Config):
    """The optimizer, for "mixed_float16" inside one that scales the loss: gradients in float16 are
    often so small that they would round to zero. bfloat16 has the range of float32."""
    if config.precision != "mixed_float16":
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)
