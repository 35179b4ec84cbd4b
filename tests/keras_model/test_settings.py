"""The user's own settings of Keras: the model's numbers are the same, and the settings stay."""

import os
import subprocess
import sys
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import ROOT, TINY, noise, same_arrays, squares, weight_values

from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.keras_model.settings import own_settings
from maskrcnn_explained.model import build

DEFAULT = ("float32", "float32", "channels_last")  # dtype policy, floatx, image data format


def settings():
    config = keras.config
    return config.dtype_policy().name, config.floatx(), config.image_data_format()


def set_settings(policy, floatx, data_format):
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)
    keras.config.set_image_data_format(data_format)


@pytest.fixture
def users_own():
    """Set the user's own settings; afterwards all is as before."""
    yield set_settings
    set_settings(*DEFAULT)


def story(batch_norm="trained"):
    """All that a model does: fresh weights, every tensor, two steps, all weights after them."""
    model = build("scenes", **TINY, batch_norm=batch_norm)
    fresh = weight_values(model)
    tensors = model.tensors(noise(70, 90), 0.0)
    model.compile("adamw")
    batch = make_batch([squares(4, 1), squares(2, 2)], model.config)
    losses = [model.train_on_batch(batch, return_dict=True) for _ in range(2)]
    losses.append(model.test_on_batch(batch, return_dict=True))
    return fresh, tensors, losses, weight_values(model)


USERS = [
    ("mixed_float16", "float64", "channels_first"),
    ("mixed_bfloat16", "float32", "channels_first"),
    ("float64", "float16", "channels_last"),
    ("float16", "float32", "channels_last"),
]


def compare_stories():
    """The story under the settings of each user is that under the usual ones, to the last bit.

    On a CPU TensorFlow adds the gradient of crop_and_resize in several threads at once, and now and
    then loses a part. Told to be exact it does not, for the whole process: so this has its own.
    """
    tf.config.experimental.enable_op_determinism()
    usual = story()
    for users in USERS:
        set_settings(*users)
        fresh, tensors, losses, trained = story()
        assert settings() == users, "the user's own are as before"
        assert same_arrays(fresh, usual[0]) and same_arrays(tensors, usual[1]), users
        assert losses == usual[2] and same_arrays(trained, usual[3]), users
        print("the same under", *users)


@pytest.mark.minutes
def test_every_number_is_the_same():
    paths = os.pathsep.join([str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, __file__],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("the same under") == len(USERS)


@pytest.mark.slow
def test_training_and_files_under_settings_of_another(users_own, tmp_path):
    users_own("mixed_float16", "float64", "channels_first")
    model = build("scenes", **TINY)
    model.compile("sgd")
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert same_arrays(weight_values(model), weight_values(again))
    assert {layer.compute_dtype for layer in again.all_layers} == {"float32"}


def test_settings_come_back_after_an_error(users_own):
    users_own("mixed_bfloat16", "float16", "channels_first")
    with pytest.raises(RuntimeError), own_settings():
        assert settings() == DEFAULT
        raise RuntimeError
    assert settings() == ("mixed_bfloat16", "float16", "channels_first")


def test_threads_may_leave_in_any_order(users_own):
    users_own("float32", "float16", "channels_first")
    inside, leave = threading.Event(), threading.Event()

    def stay():
        with own_settings():
            inside.set()
            leave.wait()

    thread = threading.Thread(target=stay)
    with own_settings():
        thread.start()
        inside.wait()
    assert settings()[1:] == DEFAULT[1:], "the other thread is still inside"
    leave.set()
    thread.join()
    assert settings()[1:] == ("float16", "channels_first")


def test_a_config_chooses_16_bits_whatever_the_setting(users_own):
    users_own("mixed_float16", "float32", "channels_last")
    model = build("scenes", **TINY, precision="mixed_bfloat16")
    assert model.get_layer("fpn_p2").compute_dtype == "bfloat16"
    assert np.dtype(model.get_layer("mrcnn_mask").compute_dtype) == np.float32


if __name__ == "__main__":
    compare_stories()
