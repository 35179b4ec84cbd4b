"""Callbacks as people pass them: they work, or are refused before the first step."""

import importlib.util

import keras
import pytest

from maskrcnn_explained.training.callback_checks import as_list, check_callbacks
from maskrcnn_explained.training.recipe import Recipe

callbacks = keras.callbacks


def test_one_several_or_none():
    stop = callbacks.EarlyStopping()
    assert as_list(None) == as_list(()) == []
    assert as_list(stop) == as_list([stop]) == as_list(iter((stop,))) == [stop]
    assert stop in as_list(callbacks.CallbackList([stop]))


@pytest.mark.parametrize("wrong", ["stop", [3], callbacks.EarlyStopping, [callbacks.CSVLogger]])
def test_what_is_no_callback_is_refused(wrong):
    with pytest.raises(ValueError, match="callbacks must be callbacks of Keras"):
        as_list(wrong)


def test_defaults_watch_the_validation_loss():
    for callback in (callbacks.EarlyStopping(), callbacks.ModelCheckpoint("a.keras")):
        check_callbacks([callback], Recipe(), validated=True)


@pytest.mark.parametrize(
    "callback",
    [
        callbacks.EarlyStopping(),
        callbacks.ModelCheckpoint("a.keras", save_best_only=True),
        callbacks.EarlyStopping("val_mask_AP"),
    ],
)
def test_without_validation_nothing_can_be_watched(callback):
    with pytest.raises(ValueError, match="but there are no validation images"):
        check_callbacks([callback], Recipe(), validated=False)
    check_callbacks([callbacks.ModelCheckpoint("a.keras")], Recipe(), validated=False)
    check_callbacks([callbacks.EarlyStopping("loss")], Recipe(), validated=False)


def test_a_name_that_nothing_logs_is_refused():
    stop = callbacks.EarlyStopping("val_map")
    with pytest.raises(ValueError, match="watches 'val_map', which nothing logs; there are: loss"):
        check_callbacks([stop], Recipe(), validated=True)

    class Mine(callbacks.Callback):
        """It may log what it likes."""

    check_callbacks([Mine(), stop], Recipe(), validated=True)


@pytest.mark.parametrize(
    ("monitor", "direction"),
    [("val_mask_AP", "max"), ("val_loss", "min"), ("val_mrcnn_mask_loss", "min")],
)
def test_the_direction_is_known(monitor, direction):
    """Keras would fail after the first epoch: it knows the direction of its own metrics only."""
    stop = callbacks.EarlyStopping(monitor)
    check_callbacks([stop], Recipe(), validated=True)
    assert stop.mode == direction
    opposite = callbacks.EarlyStopping(monitor, mode={"max": "min", "min": "max"}[direction])
    before = opposite.mode
    check_callbacks([opposite], Recipe(), validated=True)
    assert opposite.mode == before


@pytest.mark.parametrize(
    "callback",
    [callbacks.ReduceLROnPlateau(), callbacks.LearningRateScheduler(lambda epoch: 0.1)],
)
def test_only_one_sets_the_learning_rate(callback):
    with pytest.raises(ValueError, match=r"Recipe\(schedule='constant'\)"):
        check_callbacks([callback], Recipe(), validated=True)
    check_callbacks([callback], Recipe(schedule="constant"), validated=True)
    check_callbacks([callback], Recipe(optimizer=keras.optimizers.SGD(0.1)), validated=True)


def test_tensorboard_says_what_to_install(monkeypatch, tmp_path):
    board = callbacks.TensorBoard.__new__(callbacks.TensorBoard)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tensorboard" else find(name)
    )
    with pytest.raises(ModuleNotFoundError, match=r"maskrcnn-explained\[tensorboard\]"):
        check_callbacks([board], Recipe(), validated=True)
