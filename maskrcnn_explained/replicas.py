"""Several devices, one batch: what a replica must know so that its part adds up to the whole.

Under a `tf.distribute` strategy each device runs the training step on its rows of the batch. A sum
of losses may be taken apart, a mean may not: what it divides by must be counted over all rows.
And the lots that choose anchors and RoIs must not depend on how the rows were dealt out. On one
device every function here does nothing.

Losses are then those of one device with the same batch, with two exceptions: trained batch
normalization takes the statistics of its own rows, and each machine pads to its own largest image.
"""

from __future__ import annotations

import os

import tensorflow as tf

DEVICES = ("one", "all", "workers")


def strategy(devices: str):
    """A `tf.distribute` strategy: build the model within its `scope()`, then train as ever.

    Args:
        devices: "one"; "all" of this machine (each GPU a replica); or "workers", the machines that
            the variable TF_CONFIG lists. The latter must come before any other work of TensorFlow.

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


def _context():
    """The context of the replica that runs this, or None if there is only one."""
    context = tf.distribute.get_replica_context()
    return context if context is not None and context.num_replicas_in_sync > 1 else None


def number() -> int:
    """How many replicas there are."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def total(value):
    """The sum over all replicas of a tensor, or of each of a list. No gradient flows through it."""
    context = _context()
    if context is None:
        return value
    return context.all_reduce("SUM", tf.nest.map_structure(tf.stop_gradient, value))


def mean(values):
    """The mean over all replicas of each tensor of a list."""
    context = _context()
    return values if context is None else context.all_reduce("MEAN", values)


def padded(batch: dict) -> dict:
    """The batch with its objects padded to the G of the replica that has the most: shapes, and so
    the lots below, are then those of the whole batch. See `data.batches.make_batch`."""
    context = _context()
    if context is None:
        return batch
    own = tf.shape(batch["gt_class_ids"])[1]
    more = tf.reduce_max(context.all_gather(own[None], 0)) - own
    grow = {
        name: tf.pad(value, [[0, 0], [0, more], *[[0, 0]] * (value.shape.rank - 2)])
        for name, value in batch.items()
        if name.startswith("gt_")
    }
    return batch | grow


def lots(shape, seed):
    """Random numbers in 0..1 for this replica's rows: those that one device would draw for them.

    Args:
        shape: [B, ..] of the rows of this replica; all replicas have as many.
        seed: [2] int32.
    """
    context = _context()
    if context is None:
        return tf.random.stateless_uniform(shape, seed)
    rows = shape[0]
    whole = tf.concat([[rows * context.num_replicas_in_sync], shape[1:]], 0)
    start = rows * tf.cast(context.replica_id_in_sync_group, rows.dtype)
    return tf.random.stateless_uniform(whole, seed)[start : start + rows]
