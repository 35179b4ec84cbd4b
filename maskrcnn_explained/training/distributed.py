"""Training on several devices or machines, with the same losses as on one device.

Under a `tf.distribute` strategy each device runs the training step on its rows of the batch. A sum
of losses can be split over devices, but a mean cannot: its divisor must be counted over all rows.
And the random numbers that select anchors and RoIs must not depend on how the batch was split.
`Replicas` handles both, so the code of losses and targets is the same on any number of devices.

The losses are then those of one device with the same batch, with two exceptions: trained batch
normalization uses the statistics of its own rows, and each machine pads to its own largest image.

Several machines run the same program; the variable TF_CONFIG tells each one the addresses of all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained.graph import OneDevice
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.training.recipe import DEVICES, Recipe

LOST_WORKER_ERRORS = (  # raised by TensorFlow when another worker does not answer
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
)


def strategy(devices: str) -> tf.distribute.Strategy:
    """A `tf.distribute` strategy: build the model inside its `scope()`, then call `train`.

    Args:
        devices: "one"; "all" devices of this machine (one replica per GPU); or "workers", the
            machines in the variable TF_CONFIG. Create a strategy for "workers" before any other
            call of TensorFlow.

    Raises `ValueError` for another name, or for "workers" without TF_CONFIG.
    """
    if devices not in DEVICES:
        raise ValueError(f"devices is {devices!r}; choose one of {', '.join(DEVICES)}.")
    if devices == "one":
        return tf.distribute.get_strategy()
    if devices == "all":
        local = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        return tf.distribute.MirroredStrategy([device.name for device in local])
    if not os.environ.get("TF_CONFIG"):
        raise ValueError(
            "Several workers need the variable TF_CONFIG, on each machine its own: "
            '{"cluster": {"worker": ["host1:port", "host2:port"]}, "task": {"type": "worker", '
            '"index": 0}}.'
        )
    return tf.distribute.MultiWorkerMirroredStrategy()


def share(model: MaskRCNN) -> int:
    """Prepare a model for the devices of its strategy. Returns the number of devices."""
    number = model.distribute_strategy.num_replicas_in_sync
    model.devices = Replicas() if number > 1 else OneDevice()
    return number


def check_devices(recipe: Recipe, number: int) -> None:
    """Raise `ValueError` unless a batch can be split evenly over this number of devices."""
    if recipe.batch_size % number:
        raise ValueError(
            f"A batch of {recipe.batch_size} cannot be split evenly over {number} devices; choose "
            "a multiple."
        )
    if recipe.accumulate > 1 and number > 1:
        raise ValueError(
            "Keras accumulates gradients on one device only; with several, raise batch_size, not "
            "accumulate."
        )


class Replicas(OneDevice):
    """Operations of one replica that use the numbers of all replicas."""

    def whole_batch(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The batch, padded to the largest number of objects G of all replicas.

        The shapes, and so the random numbers below, are then those of the whole batch.
        """
        context = _context()
        if context is None:
            return batch
        own = tf.shape(batch["gt_class_ids"])[1]
        more = tf.reduce_max(context.all_gather(own[None], 0)) - own
        padded = {}
        for name, value in batch.items():
            if name.startswith("gt_"):
                rest = [[0, 0]] * (value.shape.rank - 2)
                padded[name] = tf.pad(value, [[0, 0], [0, more], *rest])
        return batch | padded

    def uniform(self, shape: Any, seed: Any) -> tf.Tensor:
        """Random numbers in 0..1 for the rows of this replica, the same as on one device.

        Args:
            shape: [B, ..] of the rows of this replica; all replicas have the same B.
            seed: [2] int32.
        """
        context = _context()
        if context is None:
            return super().uniform(shape, seed)
        rows = shape[0]
        whole = tf.concat([[rows * context.num_replicas_in_sync], shape[1:]], 0)
        start = rows * tf.cast(context.replica_id_in_sync_group, rows.dtype)
        return tf.random.stateless_uniform(whole, seed)[start : start + rows]

    def total(self, value: Any) -> Any:
        """The sum over all replicas of a tensor, or of each tensor of a list; without gradient."""
        context = _context()
        if context is None:
            return value
        return context.all_reduce("SUM", tf.nest.map_structure(tf.stop_gradient, value))

    def mean(self, values: list[tf.Tensor]) -> list[tf.Tensor]:
        """The mean over all replicas of each tensor of a list."""
        context = _context()
        return values if context is None else context.all_reduce("MEAN", values)


def _context():
    """The context of the replica that runs this code, or None if there is only one replica."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return None
    return context


# Several machines


def is_multi_worker(strategy: tf.distribute.Strategy) -> bool:
    """Whether a strategy spans several machines."""
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process writes the files: it is the only process, or the first worker."""
    if not is_multi_worker(strategy):
        return True
    resolver = strategy.cluster_resolver
    if "chief" in resolver.cluster_spec().jobs:
        return resolver.task_type == "chief"
    return resolver.task_type in (None, "worker") and resolver.task_id in (None, 0)


def fit_on_workers(
    model: MaskRCNN,
    make_stream: Callable[[int, int, int], tf.data.Dataset],
    epochs: int,
    initial_epoch: int,
    steps_per_epoch: int,
    callbacks: list[keras.callbacks.Callback],
) -> keras.callbacks.History:
    """`fit` for a model that was built in the scope of a MultiWorkerMirroredStrategy.

    Keras' own `fit` does not support this strategy (keras-team/keras#20585), so the loop over
    epochs and steps is written here. Everything else is as on one machine: the step, the callbacks,
    the order of the data, and the checkpoint.

    Args:
        model: compiled.
        make_stream: a function (first, count, replicas) -> `tf.data.Dataset`: the batches of
            `count` replicas, starting with replica `first`, of `replicas` in total.
        epochs, initial_epoch, steps_per_epoch: as in `fit`.
        callbacks: callbacks of Keras.

    Returns:
        The History of Keras.

    Raises:
        ValueError: the workers would start at different epochs.
        ConnectionError: another worker was lost; the checkpoint is of the last complete epoch.
    """
    strategy = model.distribute_strategy
    _check_epoch(strategy, initial_epoch)
    stream = iter(_share_of_stream(strategy, make_stream))
    step = tf.function(lambda batch: strategy.run(model.train_step, (batch,)))
    watch = keras.callbacks.CallbackList(callbacks, add_history=True, model=model, epochs=epochs)
    watch.on_train_begin()
    epoch = initial_epoch
    try:
        for epoch in range(initial_epoch, epochs):
            watch.on_epoch_begin(epoch)
            logs = _one_epoch(model, step, stream, steps_per_epoch, watch)
            watch.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
    except LOST_WORKER_ERRORS as error:
        raise ConnectionError(
            f"Another worker was lost in epoch {epoch + 1} ({type(error).__name__}). The "
            "checkpoint holds the last complete epoch: to continue, start the same command on all "
            "workers again."
        ) from error
    watch.on_train_end()
    return model.history


def _one_epoch(model, step, stream, steps, watch) -> dict[str, float]:
    """Run the steps of an epoch on all workers. Returns the mean of each loss."""
    local = model.distribute_strategy.experimental_local_results
    model.reset_metrics()
    logs = {}
    for number in range(steps):
        logs = {k: float(local(v)[0]) for k, v in step(next(stream)).items()}
        watch.on_train_batch_end(number, logs)
    return dict(logs)


def _share_of_stream(strategy, make_stream):
    """The batches for the replicas of this machine."""

    def own(context):
        local = context.num_replicas_in_sync // context.num_input_pipelines
        return make_stream(context.input_pipeline_id * local, local, context.num_replicas_in_sync)

    return strategy.distribute_datasets_from_function(own)


def _check_epoch(strategy, epoch):
    """Raise `ValueError` unless all workers start with this epoch."""

    def mean_epoch():
        context = tf.distribute.get_replica_context()
        return context.all_reduce("MEAN", tf.constant(float(epoch)))

    means = tf.function(lambda: strategy.run(mean_epoch))()
    mean = float(strategy.experimental_local_results(means)[0])
    if mean != epoch:
        raise ValueError(
            f"This worker would start with epoch {epoch + 1}, but others would not. All workers "
            "must use the same folder with the same checkpoint."
        )
