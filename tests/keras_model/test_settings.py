"""The user's own settings of Keras: the model's numbers are the same, and the settings stay."""

import threading

import keras
import numpy as np
import pytest
from helpers import TINY, noise, same_arrays, squares, weight_values

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
    """All that a model does: fresh weights, every tensor, one step, all weights after it."""
    model = build("scenes", **TINY, batch_norm=batch_norm)
    fresh = weight_values(model)
    tensors = model.tensors(noise(70, 90), 0.0)
    model.compile("adamw")
    batch = make_batch([squares(4, 1), squares(2, 2)], model.config)
    losses = model.train_on_batch(batch, return_dict=True)
    assert np.isfinite(list(model.test_on_batch(batch, return_dict=True).values())).all()
    return fresh, tensors, losses, weight_values(model)


@pytest.fixture(scope="module")
def usual():
    return story()


USERS = [
    ("mixed_float16", "float64", "channels_first"),
    ("mixed_bfloat16", "float32", "channels_first"),
    ("float64", "float16", "channels_last"),
    ("float16", "float32", "channels_last"),
]


@pytest.mark.slow
@pytest.mark.parametrize("users", USERS, ids="-".join)
def test_every_number_is_the_same(usual, users_own, users):
    users_own(*users)
    fresh, tensors, losses, trained = story()
    assert settings() == users, "the user's own are as before"
    assert same_arrays(fresh, usual[0]) and same_arrays(tensors, usual[1])
    assert losses == usual[2], "of the first step, before any gradient"
    # On a CPU TensorFlow adds the gradient of crop_and_resize in several threads at once, and now
    # and then loses a part. AdamW makes a whole step, 0.001, of the smallest difference.
    for name, weights in trained.items():
        np.testing.assert_allclose(weights, usual[3][name], atol=5e-3, rtol=0.02, err_msg=name)


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
