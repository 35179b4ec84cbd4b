"""What callbacks remember when a run goes on: the best value, the waiting, the file of a log."""

import json

import keras
import pytest

from maskrcnn_explained.training.callback_states import CallbackStates

callbacks = keras.callbacks


def follow(callback, values, first=0, stored=None):
    """Epochs with these validation losses. Returns the model's flag, and what is remembered."""
    model = keras.Sequential()
    model.stop_training = False
    states = CallbackStates([callback], stored or {}, first)
    for one in (callback, states):
        one.set_model(model)
        one.on_train_begin()
    for epoch, value in enumerate(values, start=first):
        callback.on_epoch_end(epoch, {"val_loss": value})
        taken = json.loads(json.dumps(states.taken(epoch + 1)))
    return model.stop_training, taken


def test_early_stopping_goes_on_waiting():
    values = [1.0, 0.5, 0.6, 0.7]
    assert follow(callbacks.EarlyStopping(patience=2), values)[0]
    stopped, taken = follow(callbacks.EarlyStopping(patience=2), values[:3])
    assert not stopped and taken == {
        "epoch": 3,
        "0 EarlyStopping": {"best": 0.5, "wait": 1, "best_epoch": 1},
    }
    assert follow(callbacks.EarlyStopping(patience=2), values[3:], 3, taken)[0]
    assert not follow(callbacks.EarlyStopping(patience=2), values[3:], 3)[0], "what Keras does"


def test_a_state_of_another_epoch_or_another_callback_is_not_taken():
    _, taken = follow(callbacks.EarlyStopping(patience=2), [1.0, 0.5, 0.6])
    for stored, first in ((taken, 2), ({**taken, "0 EarlyStopping": {}}, 3)):
        assert not follow(callbacks.EarlyStopping(patience=2), [0.7], first, stored)[0]


def test_a_checkpoint_of_the_best_epoch_is_not_overwritten_by_a_worse_one(tmp_path):
    class Model:
        saved = 0

        def save(self, path, overwrite=True):
            Model.saved += 1

    def epoch(value, stored, number):
        callback = callbacks.ModelCheckpoint(str(tmp_path / "a.keras"), save_best_only=True)
        callback._set_monitor_op = None
        callback.monitor_op = keras.ops.less
        states = CallbackStates([callback], stored, number)
        for one in (callback, states):
            one.set_model(Model())
            one.on_train_begin()
        callback.on_epoch_end(number, {"val_loss": value})
        return states.taken(number + 1)

    taken = epoch(0.5, {}, 0)
    assert Model.saved == 1
    epoch(0.9, taken, 1)
    assert Model.saved == 1
    epoch(0.4, taken, 1)
    assert Model.saved == 2


@pytest.mark.parametrize(("first", "lines"), [(0, 2), (1, 3)], ids=["a new run", "going on"])
def test_the_file_of_a_log_is_continued(tmp_path, first, lines):
    path = tmp_path / "log.csv"
    follow(callbacks.CSVLogger(str(path)), [1.0])
    follow(callbacks.CSVLogger(str(path)), [0.5], first)
    assert len(path.read_text().splitlines()) == lines


def test_weights_of_earlier_epochs_cannot_be_restored_and_it_is_said():
    values = [1.0, 0.5, 0.6]
    _, taken = follow(callbacks.EarlyStopping(patience=2, restore_best_weights=False), values)
    with pytest.warns(UserWarning, match="EarlyStopping cannot bring back weights.*best.h5"):
        stop = callbacks.EarlyStopping(patience=2, restore_best_weights=True)
        follow(stop, [0.7], 3, taken)
