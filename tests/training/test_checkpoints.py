"""Checkpoints: replaced only when complete; a run that is killed goes on as if nothing happened."""

import json
import signal
import sys

import keras
import numpy as np
import pytest
from helpers import same_arrays, weight_values

from maskrcnn_explained.model import build
from maskrcnn_explained.training.callback_states import CallbackStates
from maskrcnn_explained.training.checkpoints import (
    Checkpoint,
    goodness,
    load_checkpoint,
    rate_in_log,
)
from maskrcnn_explained.training.optimizer import make_optimizer
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.run_record import RunRecord, Stage
from maskrcnn_explained.training.runs import Run
from maskrcnn_explained.weights.file import read_weights
from maskrcnn_explained.weights.load import load

# The tiny model keeps ten detections, and is told of images with more objects.
pytestmark = pytest.mark.filterwarnings("ignore:.*detections that:UserWarning")

FILES = ["best.h5", "checkpoint.weights.h5", "log.jsonl", "run.json", "weights.h5"]


def run_of(folder, done=0):
    """A run of eight epochs of two steps that has come this far."""
    stage = Stage({"steps": 16}, "all", steps=16, epoch_steps=2, epochs=8, done=done)
    return Run(Recipe(steps=16, steps_per_epoch=2), RunRecord({}, [stage]), stage)


def checkpoint_of(model, folder, done=0):
    run = run_of(folder, done)
    callback = Checkpoint(folder, run, CallbackStates([], {}, done))
    callback.set_model(model)
    return callback


def compiled(model):
    model.compile(optimizer=make_optimizer(Recipe()))
    model.optimizer.build(model.trainable_variables)
    return model


def logged(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_a_full_disk_costs_no_more_than_the_epoch(tiny, tmp_path, monkeypatch):
    callback = checkpoint_of(tiny, tmp_path)
    callback.on_epoch_end(0, {"loss": 1.0})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix == ".h5"}

    def full(*given, **options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(tiny), "save_weights", full)
        with pytest.warns(UserWarning, match="epoch 2 could not be written.*No space"):
            callback.on_epoch_end(1, {"loss": 0.5})
        with pytest.raises(OSError, match="last checkpoint could not be written"):
            callback.on_train_end()
    for name, content in before.items():
        assert (tmp_path / name).read_bytes() == content
    callback.on_epoch_end(2, {"loss": 0.25})
    callback.on_train_end()
    assert logged(tmp_path) == [
        {"epoch": 1, "loss": 1.0},
        {"epoch": 2, "loss": 0.5},
        {"epoch": 3, "loss": 0.25},
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES[1:], "no AP, no best"


def test_the_best_epoch_is_kept_beside_the_last(tiny_config, tmp_path):
    model = build(tiny_config)
    bias = model.find_layer("rpn_class_raw").bias
    callback = checkpoint_of(model, tmp_path)

    def epoch(number, ap, loss=1.0):
        bias.assign(bias * 0 + number)
        callback.on_epoch_end(number, {"val_mask_AP": ap, "val_loss": loss})
        stored = [read_weights(tmp_path / name) for name in ("weights.h5", "best.h5")]
        return [float(one["rpn_class_raw/bias"][0]) for one in stored]

    assert epoch(0, 0.2) == [0, 0]
    assert epoch(1, 0.5) == [1, 1]
    assert epoch(2, 0.4) == [2, 1]
    callback = checkpoint_of(model, tmp_path, done=3)  # the run goes on
    assert epoch(3, 0.45) == [3, 1]
    assert epoch(4, 0.6) == [4, 4]
    assert load(tmp_path / "best.h5").config == model.config


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"val_mask_AP": 0.25, "val_loss": 3.0}, 0.25),
        ({"val_mask_AP": -1.0, "val_loss": 3.0}, -3.0),
        ({"val_loss": 3.0}, -3.0),
        ({"loss": 3.0}, -np.inf),
    ],
)
def test_what_makes_an_epoch_good(line, expected):
    assert goodness(line) == expected


def test_weights_that_a_callback_brought_back_are_those_in_the_file(tiny_config, tmp_path):
    """As EarlyStopping(restore_best_weights=True) does at the end."""
    model = build(tiny_config)
    callback = checkpoint_of(model, tmp_path)
    callback.on_epoch_end(0, {"loss": 1.0})
    bias = model.find_layer("rpn_class_raw").bias
    bias.assign(bias * 0 + 5)
    callback.on_train_end()
    assert read_weights(tmp_path / "weights.h5")["rpn_class_raw/bias"][0] == 5


def test_log_lines_that_the_checkpoint_did_not_reach_are_written_anew(tiny, tmp_path):
    lines = [{"epoch": 1, "loss": 3.0}, {"epoch": 2, "loss": 2.0}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "log.jsonl").write_text(text + '{"epoch": 3, "lo')  # cut off by a full disk
    callback = checkpoint_of(tiny, tmp_path, done=1)
    callback.on_epoch_end(1, {"loss": 9.0, "learning_rate": 1e-9})
    assert logged(tmp_path) == [lines[0], {"epoch": 2, "loss": 9.0, "learning_rate": 1e-9}]
    assert rate_in_log(tmp_path, 2) == 1e-9 and rate_in_log(tmp_path, 1) == 0
    assert rate_in_log(tmp_path / "none", 3) == 0


def test_weights_and_optimizer_come_back(tiny_config, tmp_path):
    model = compiled(build(tiny_config, seed=3))
    model.optimizer.iterations.assign(4)
    checkpoint_of(model, tmp_path).on_epoch_end(1)
    again = compiled(build(tiny_config, seed=4))
    assert load_checkpoint(again, tmp_path) == 4
    assert same_arrays(weight_values(model), weight_values(again))


@pytest.mark.filterwarnings("error:Skipping variable loading")
def test_another_kind_of_optimizer_begins_anew(tiny_config, tmp_path):
    model = compiled(build(tiny_config, seed=3))
    model.optimizer.iterations.assign(4)
    checkpoint_of(model, tmp_path).on_epoch_end(1)
    again = build(tiny_config, seed=4)
    again.compile(optimizer=keras.optimizers.SGD())
    again.optimizer.build(again.trainable_variables)
    assert load_checkpoint(again, tmp_path) == 0
    assert same_arrays(weight_values(model), weight_values(again))


def test_a_damaged_checkpoint_is_told(tiny_config, tmp_path):
    model = compiled(build(tiny_config))
    assert load_checkpoint(model, tmp_path / "new") == 0 and load_checkpoint(model, None) == 0
    (tmp_path / "checkpoint.weights.h5").write_text("not a checkpoint")
    with pytest.raises(ValueError, match="is damaged, or of another model"):
        load_checkpoint(model, tmp_path)


RUN = """
import os, signal, sys
import tensorflow as tf
tf.config.experimental.enable_op_determinism()
import keras
import maskrcnn_explained as mrx
from maskrcnn_explained.data.augmentation import Augmentation
from helpers import TINY

folder, when = sys.argv[1:]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)

class Killer(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if when == "step" and int(self.model.optimizer.iterations) == 3:
            die()

if when == "saving":  # half the file is there, and the log is already renamed
    def cut(one, other, rename=os.replace):
        if str(other).endswith("checkpoint.weights.h5"):
            os.truncate(one, os.path.getsize(one) // 2)
            die()
        rename(one, other)
    os.replace = cut

model = mrx.build("scenes", seed=1, **TINY)
recipe = mrx.Recipe(steps=6, batch_size=2, steps_per_epoch=2, warmup_steps=2)
mrx.train(model, mrx.Scenes("train", 5, 64), None, recipe, folder, Augmentation(flip=0.5),
          callbacks=[Killer()], verbose=0)
mrx.weights.save_weights(model, folder + "/end.h5")
"""


@pytest.mark.minutes
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_in_an_epoch_and_while_saving_it_ends_as_if_nothing_happened(
    tmp_path, start_process
):
    """A training run in a process of its own, killed twice, then completed."""

    def run(folder, when="never"):
        process = start_process(sys.executable, "-W", "ignore", "-c", RUN, folder, when)
        _, err = process.communicate()
        return process.returncode, err

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    code, err = run(whole)
    assert code == 0, err
    for when in ("step", "saving"):
        assert run(parts, when)[0] == -signal.SIGKILL
        assert (parts / "checkpoint.weights.h5").exists() and not (parts / "end.h5").exists()
    code, err = run(parts)
    assert code == 0, err
    one, other = read_weights(whole / "end.h5"), read_weights(parts / "end.h5")
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=0, atol=1e-6, err_msg=name)
    without_time = [
        [{k: v for k, v in line.items() if k != "images_per_second"} for line in logged(folder)]
        for folder in (whole, parts)
    ]
    assert [line["epoch"] for line in without_time[1]] == [1, 2, 3]
    for first, second in zip(*without_time, strict=True):
        assert first == pytest.approx(second, abs=1e-5)
    left = [path.name for path in parts.iterdir() if not path.name.endswith(".part")]
    assert sorted(left) == sorted([*FILES[1:], "end.h5"])
