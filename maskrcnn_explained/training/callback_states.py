"""What Keras' callbacks remember from epoch to epoch, for a run that goes on.

Keras' EarlyStopping, ModelCheckpoint and ReduceLROnPlateau forget the best value and how long they
have waited when `fit` is called again, and CSVLogger empties its file.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

REMEMBERED = ("best", "wait", "best_epoch", "cooldown_counter")


class CallbackStates(keras.callbacks.Callback):
    """Gives callbacks back what they knew at the end of an epoch.

    Args:
        callbacks: the user's own, in order.
        stored: what `taken` gave, or an empty dict.
        epoch: the number of complete epochs. A state of another epoch is not given back.
    """

    def __init__(
        self, callbacks: Sequence[keras.callbacks.Callback], stored: dict[str, Any], epoch: int
    ) -> None:
        super().__init__()
        self.callbacks = list(callbacks)
        self.stored = stored if stored.get("epoch") == epoch else {}
        for callback in self.callbacks:
            if epoch and isinstance(callback, keras.callbacks.CSVLogger):
                callback.append = True

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        for name, callback in self._named():
            known = self.stored.get(name, {})
            for key, value in known.items():
                setattr(callback, key, value)
            if known and getattr(callback, "restore_best_weights", False):
                warnings.warn(
                    f"{type(callback).__name__} cannot bring back weights of epochs before this "
                    "call; best.h5 in the folder of the run holds those of the best epoch.",
                    stacklevel=2,
                )

    def taken(self, epoch: int) -> dict[str, Any]:
        """What the callbacks know now, as plain Python, with the number of complete epochs."""
        states: dict[str, Any] = {"epoch": epoch}
        for name, callback in self._named():
            known = {key: _number(getattr(callback, key, None)) for key in REMEMBERED}
            known = {key: value for key, value in known.items() if value is not None}
            if known:
                states[name] = known
        return states

    def _named(self):
        """Each callback with its place and class."""
        for number, callback in enumerate(self.callbacks):
            yield f"{number} {type(callback).__name__}", callback


def _number(value):
    """A finite number as plain Python, or None."""
    try:
        number = float(np.asarray(value))
    except (TypeError, ValueError):
        return None
    if not np.isfinite(number):
        return None
    return int(number) if isinstance(value, int) else number
