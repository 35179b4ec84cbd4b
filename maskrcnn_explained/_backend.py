"""Keras computes with one of several backends. Only TensorFlow will do here, and that is said.

Keras takes the backend from the variable KERAS_BACKEND, else from keras.json in the folder of
KERAS_HOME or in `~/.keras`, else it is TensorFlow. It cannot be changed in a running process. This
module does not import Keras: with another backend, that may fail itself.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys

NEEDED = "tensorflow"


def require_tensorflow() -> None:
    """Raise `RuntimeError` if Keras has, or would have, another backend than TensorFlow."""
    problem = wrong_backend()
    if problem:
        raise RuntimeError(problem)


def wrong_backend() -> str | None:
    """What is wrong with Keras' backend, in a sentence that says how to mend it; or None."""
    backend, where = _backend()
    if backend == NEEDED:
        return None
    return (
        f"maskrcnn_explained needs Keras' TensorFlow backend; {where} is {backend!r}: set the "
        f"variable KERAS_BACKEND={NEEDED} before Python starts."
    )


def _backend() -> tuple[str, str]:
    """The backend, and what says so."""
    keras = sys.modules.get("keras")
    if keras is not None and hasattr(keras, "backend"):  # nothing can change it now
        return keras.backend.backend(), "that of this process"
    if os.environ.get("KERAS_BACKEND"):
        return os.environ["KERAS_BACKEND"], "KERAS_BACKEND"
    path = _keras_json()
    try:
        return json.loads(path.read_text(encoding="utf-8"))["backend"], f'"backend" in {path}'
    except (OSError, ValueError, KeyError, TypeError):  # as Keras: no such file, or no such entry
        return NEEDED, "the default"


def _keras_json() -> pathlib.Path:
    """The settings of Keras, where Keras looks for them."""
    home = os.path.expanduser("~")
    if not os.access(home, os.W_OK):
        home = "/tmp"
    folder = os.environ.get("KERAS_HOME", os.path.join(home, ".keras"))
    return pathlib.Path(os.path.expanduser(folder)) / "keras.json"
