"""A process that was forked while TensorFlow was running: an error in place of a call without end.

`os.fork` copies a process without its threads. TensorFlow computes in threads, which it starts with
its first computation. A copy made after that waits for them for ever. A copy made before, for
example after `import maskrcnn_explained` alone, starts its own and works.
"""

from __future__ import annotations

import os

import tensorflow as tf


class _Process:
    """Whether this process is a copy that has lost TensorFlow's threads."""

    lost = False


def require_threads() -> None:
    """Raise `RuntimeError` in a process that was forked after TensorFlow had begun to compute."""
    if _Process.lost:
        raise RuntimeError(
            "This process was forked after TensorFlow had begun to compute, and would wait for "
            "ever for threads that it does not have. Threads work (`threading`, "
            "ThreadPoolExecutor); so do processes that start anew: "
            'multiprocessing.get_context("spawn") or "forkserver", and gunicorn without --preload, '
            "so that each worker loads its own model."
        )


def tensorflow_runs() -> bool:
    """Whether TensorFlow has begun to compute in this process or in the one it was copied from.

    Its number of threads can be set before that, and never after.
    """
    number = tf.config.threading.get_inter_op_parallelism_threads()
    try:
        tf.config.threading.set_inter_op_parallelism_threads(number + 1)
    except RuntimeError:
        return True
    tf.config.threading.set_inter_op_parallelism_threads(number)
    return False


def _in_a_copy() -> None:
    _Process.lost = _Process.lost or tensorflow_runs()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_in_a_copy)
