"""The training step: five losses of a batch, and one update. A part of `MaskRCNN`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained.config import Config
from maskrcnn_explained.graph import OneDevice, training_losses


class TrainingStep:
    """The methods of `MaskRCNN` that Keras calls in `fit` and `evaluate`."""

    config: Config
    seed: int
    devices: OneDevice
    optimizer: Any
    run_trunk: Callable
    trainable_variables: list
    _trackers: list[keras.metrics.Metric]
    get_layer: Callable

    def compute_losses(self, batch: dict[str, tf.Tensor], training: bool) -> list[tf.Tensor]:
        """The five losses of a batch, in the order of `losses.NAMES`: see `training_losses`."""
        seed = tf.stack([self.seed, tf.cast(self._step(), tf.int32)])
        return training_losses(
            self.run_trunk,
            self.get_layer,
            self.devices.whole_batch(batch),
            seed,
            self.config,
            training,
            self.devices,
        )

    def _step(self):
        optimizer = getattr(self, "optimizer", None)
        return 0 if optimizer is None else tf.convert_to_tensor(optimizer.iterations)

    def train_step(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as tape:
            parts = self.compute_losses(batch, training=True)
            total = self._weighted_sum(parts)
            scaled = self.optimizer.scale_loss(total)  # the same number, except in float16
        variables = self.trainable_variables
        # Of several devices the mean: the optimizer adds the gradients up again, after clipping.
        gradients = self.devices.mean(tape.gradient(scaled, variables))
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return self._update_trackers([total, *parts])

    def test_step(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        parts = self.compute_losses(batch, training=False)
        return self._update_trackers([self._weighted_sum(parts), *parts])

    def _weighted_sum(self, parts):
        weights = self.config.loss_weights
        return tf.add_n([w * part for w, part in zip(weights, parts, strict=True)])

    def _update_trackers(self, values):
        for tracker, value in zip(self._trackers, self.devices.total(values), strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self._trackers}

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return self._trackers
