"""The settings of Keras that this model needs, whatever those of the user are.

Keras has global settings: the dtype policy, `floatx` and the image data format. A user may have set
them for other models. Ours computes in float32 with channels last (`Config.precision` chooses
16 bits), so its layers are made, and called, while `own_settings` holds.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import keras

DTYPE_POLICY = "float32"
FLOATX = "float32"
DATA_FORMAT = "channels_last"


class _Shared:
    """The two settings that all threads share: the first that enters keeps the user's, and the
    last that leaves gives them back, so threads may enter and leave in any order."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.users = (FLOATX, DATA_FORMAT)

    def enter(self) -> None:
        with self.lock:
            if not self.inside:
                self.users = keras.config.floatx(), keras.config.image_data_format()
                _set(FLOATX, DATA_FORMAT)
            self.inside += 1

    def leave(self) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                _set(*self.users)


_shared = _Shared()


def _set(floatx: str, data_format: str) -> None:
    keras.config.set_floatx(floatx)
    keras.config.set_image_data_format(data_format)


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """Inside, Keras has the settings of this package; afterwards those of the user again."""
    policy = keras.config.dtype_policy()  # each thread has its own
    _shared.enter()
    keras.config.set_dtype_policy(DTYPE_POLICY)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
        _shared.leave()
