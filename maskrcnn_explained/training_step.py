"""The training step: five losses of a batch, and one update. A part of `MaskRCNN`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained.config import Config
from maskrcnn_explained.graph import OneDevice, training_losses
from maskrcnn_explained.keras_model.forks import require_threads
from maskrcnn_explained.keras_model.methods import check_batch
from maskrcnn_explained.keras_model.settings import own_settings
from maskrcnn_explained.step_memory import after_all


class TrainingStep:
    """The methods of `MaskRCNN` that Keras calls in `fit` and `evaluate`."""

    config: Config
    seed: int
    devices: OneDevice
    optimizer: Any
    run_trunk: Callable
    trainable_variables: list
    losses: list  # what layers add: regularisers, add_loss
    _trackers: list[keras.metrics.Metric]
    get_layer: Callable

    def compute_losses(self, batch: dict[str, tf.Tensor], training: bool) -> list[tf.Tensor]:
        """The five losses of a batch, in the order of `losses.NAMES`: see `training_losses`.

        In training each step draws other anchors and RoIs; in testing the draw stays the same.
        """
        require_threads()
        step = self._step() if training else 0
        seed = tf.stack([self.seed, tf.cast(step, tf.int32)])
        with own_settings():
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
        batch = check_batch(batch, "train_step")
        with tf.GradientTape() as tape:
            parts = self.compute_losses(batch, training=True)
            total = self._total(parts)
            scaled = self.optimizer.scale_loss(total)  # the same number, except in float16
        variables = self.trainable_variables
        # Of several devices the mean: the optimizer adds the gradients up again, after clipping.
        with own_settings():  # on the way back, a part of the mask head runs again
            gradients = self.devices.mean(tape.gradient(scaled, variables))
        if not self.optimizer.built:  # before the context below: new variables cannot wait
            self.optimizer.build(variables)
            self.optimizer.built = True
        with after_all(gradients):
            self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return self._update_trackers([total, *parts])

    def test_step(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        return self._update_trackers(self.validation_losses(batch))

    def validation_losses(self, batch: dict[str, tf.Tensor]) -> list[tf.Tensor]:
        """The total of the losses of a batch, and the five losses, as in `test_step`."""
        parts = self.compute_losses(check_batch(batch, "test_step"), training=False)
        return [self._total(parts), *parts]

    def _total(self, parts):
        """The five losses by their weights, and what layers of the user's own add to them.

        Keras keeps losses of regularisers and of `add_loss`, here those of the calls just made. On
        several devices totals are added up, so each device takes its part of them.
        """
        weights = self.config.loss_weights
        total = tf.add_n([w * part for w, part in zip(weights, parts, strict=True)])
        devices = tf.distribute.get_strategy().num_replicas_in_sync
        for added in self.losses:
            total += tf.reduce_sum(tf.cast(added, tf.float32)) / devices
        return total

    def _update_trackers(self, values):
        for tracker, value in zip(self._trackers, self.devices.total(values), strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self._trackers}

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return self._trackers
