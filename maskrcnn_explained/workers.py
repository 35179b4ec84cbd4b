"""Several machines: the same training step under TensorFlow's MultiWorkerMirroredStrategy.

Keras' `fit` does not take that strategy (keras-team/keras#20585), so its loop over epochs and steps
is written out here. Everything else is as on one machine: the step, the callbacks, the order of the
data, the checkpoint. Each machine runs the same program; the variable TF_CONFIG tells it who the
others are.
"""

from __future__ import annotations

import keras
import tensorflow as tf

LOST = (  # what TensorFlow raises when another worker answers no more
    tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
)  # fmt: skip


def is_multi_worker(strategy) -> bool:
    """Whether a strategy spans several machines."""
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)


def is_chief(strategy) -> bool:
    """Whether this process is the one that writes files: the only one, or the first worker."""
    if not is_multi_worker(strategy):
        return True
    resolver = strategy.cluster_resolver
    return resolver.task_type == "chief" or (
        resolver.task_type in (None, "worker")
        and resolver.task_id in (None, 0)
        and "chief" not in resolver.cluster_spec().jobs
    )


def fit(model, make_stream, epochs: int, initial_epoch: int, steps_per_epoch: int, callbacks):
    """Keras' `fit`, for a model that was made in the scope of a MultiWorkerMirroredStrategy.

    Args:
        model: compiled.
        make_stream: a function (first, count, replicas) -> `tf.data.Dataset` of the batches of
            `count` replicas from number `first` on, of `replicas` in all.
        epochs, initial_epoch, steps_per_epoch: as of `fit`.
        callbacks: Keras' callbacks.

    Returns:
        Keras' History.

    Raises:
        ValueError: the workers would begin at different epochs.
        ConnectionError: another worker was lost; the checkpoint is that of the last whole epoch.
    """
    strategy = model.distribute_strategy
    _check_epoch(strategy, initial_epoch)
    stream = iter(_dealt_out(strategy, make_stream))
    step = tf.function(lambda batch: strategy.run(model.train_step, (batch,)))
    watch = keras.callbacks.CallbackList(callbacks, add_history=True, model=model, epochs=epochs)
    watch.on_train_begin()
    epoch = initial_epoch
    try:
        for epoch in range(initial_epoch, epochs):
            watch.on_epoch_begin(epoch)
            watch.on_epoch_end(epoch, _one_epoch(model, step, stream, steps_per_epoch, watch))
            if model.stop_training:
                break
    except LOST as error:
        raise ConnectionError(
            f"Another worker was lost in epoch {epoch + 1} ({type(error).__name__}). The "
            "checkpoint holds the last whole epoch: start the same command on all workers again "
            "to go on."
        ) from error
    watch.on_train_end()
    return model.history


def _one_epoch(model, step, stream, steps, watch) -> dict[str, float]:
    """The steps of an epoch on all workers; the mean of each loss."""
    local = model.distribute_strategy.experimental_local_results
    model.reset_metrics()
    logs = {}
    for number in range(steps):
        logs = {k: float(local(v)[0]) for k, v in step(next(stream)).items()}
        watch.on_train_batch_end(number, logs)
    return dict(logs)


def _dealt_out(strategy, make_stream):
    """The stream of batches of this machine's replicas."""

    def own(context):
        local = context.num_replicas_in_sync // context.num_input_pipelines
        return make_stream(context.input_pipeline_id * local, local, context.num_replicas_in_sync)

    return strategy.distribute_datasets_from_function(own)


def _check_epoch(strategy, epoch):
    """Raise `ValueError` unless all workers begin with this epoch."""

    @tf.function
    def spread():
        def own():
            context, own = tf.distribute.get_replica_context(), tf.constant(float(epoch))
            return context.all_reduce("MEAN", own)

        return strategy.run(own)

    mean = float(strategy.experimental_local_results(spread())[0])
    if mean != epoch:
        raise ValueError(
            f"This worker would begin with epoch {epoch + 1}, others would not: all must see the "
            "same folder with the same checkpoint."
        )
