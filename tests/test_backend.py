"""Keras with another backend: one sentence, from whatever needs Keras first."""

import json
import os
import subprocess
import sys

import pytest

from maskrcnn_explained import _backend

SENTENCE = "maskrcnn_explained needs Keras' TensorFlow backend; "
WAY_OUT = "set the variable KERAS_BACKEND=tensorflow before Python starts."


def fresh(code, **variables):
    """Exit code and stderr of a fresh process with these variables."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("KERAS_")}
    done = subprocess.run(
        [sys.executable, *code], capture_output=True, text=True, env=keep | variables
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize(
    "code",
    [
        "import maskrcnn_explained as mrx; mrx.build('scenes')",
        "import maskrcnn_explained as mrx; mrx.model",
        "from maskrcnn_explained.layers import BatchNorm",
    ],
)
def test_the_first_import_that_needs_keras_says_so(backend, code):
    _, err = fresh(["-c", code], KERAS_BACKEND=backend)
    last = err.splitlines()[-1]
    assert last == f"RuntimeError: {SENTENCE}KERAS_BACKEND is {backend!r}: {WAY_OUT}"


def test_what_needs_no_keras_works():
    code = "import maskrcnn_explained as mrx; mrx.get_config('scenes')"
    assert fresh(["-c", code], KERAS_BACKEND="jax") == (0, "")


def test_the_file_of_keras_is_read_and_the_variable_wins(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "torch"}), encoding="utf-8")
    code = ["-c", "import maskrcnn_explained._backend as b; b.require_tensorflow()"]
    _, err = fresh(code, KERAS_HOME=str(tmp_path))
    where = f'"backend" in {tmp_path / "keras.json"}'
    assert err.splitlines()[-1] == f"RuntimeError: {SENTENCE}{where} is 'torch': {WAY_OUT}"
    assert fresh(code, KERAS_HOME=str(tmp_path), KERAS_BACKEND="tensorflow")[0] == 0


@pytest.mark.parametrize("text", [None, "no JSON", "{}", "[]", '{"backend": "tensorflow"}'])
def test_a_file_that_says_nothing_else(text, tmp_path):
    if text is not None:
        (tmp_path / "keras.json").write_text(text, encoding="utf-8")
    code = ["-c", "import maskrcnn_explained._backend as b; b.require_tensorflow()"]
    assert fresh(code, KERAS_HOME=str(tmp_path)) == (0, "")


def test_a_command_says_it_in_one_line():
    code, err = fresh(["-m", "maskrcnn_explained", "detect", "-o", "x.png"], KERAS_BACKEND="jax")
    assert code == 2
    start = "maskrcnn-explained detect: error: "
    assert err == f"{start}{SENTENCE}KERAS_BACKEND is 'jax': {WAY_OUT}\n"


def test_keras_that_is_imported_is_asked(monkeypatch):
    import keras

    monkeypatch.setenv("KERAS_BACKEND", "jax")  # too late: this process has TensorFlow
    assert _backend.wrong_backend() is None
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    assert _backend.wrong_backend() == f"{SENTENCE}that of this process is 'jax': {WAY_OUT}"
    with pytest.raises(RuntimeError, match="needs Keras' TensorFlow backend"):
        _backend.require_tensorflow()
