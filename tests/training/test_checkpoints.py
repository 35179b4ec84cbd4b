"""Checkpoints: replaced only when complete; a run that is killed goes on as if nothing happened."""

import json
import signal
import sys

import numpy as np
import pytest
from helpers import same_arrays, weight_values

from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.model import build
from maskrcnn_explained.training.checkpoints import Checkpoint, resume
from maskrcnn_explained.training.optimizer import make_optimizer
from maskrcnn_explained.training.recipe import Recipe
from maskrcnn_explained.training.train import train
from maskrcnn_explained.weights.file import read_weights

# The tiny model keeps ten detections, and is told of images with more objects.
pytestmark = pytest.mark.filterwarnings("ignore:.*detections that:UserWarning")

SHORT = dict(batch_size=2, steps_per_epoch=2, warmup_steps=2, validation_images=1)
FILES = ["checkpoint.weights.h5", "log.jsonl"]


class Writer:
    """Stands for a model whose weights are one line of text."""

    def __init__(self, text, fails=False):
        self.text, self.fails = text, fails

    def save_weights(self, path, overwrite):
        path.write_text(self.text[: 2 if self.fails else None])
        if self.fails:
            raise OSError(28, "No space left on device")


def logged(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_a_full_disk_costs_no_more_than_the_epoch(tmp_path):
    callback = Checkpoint(tmp_path)
    callback.set_model(Writer("first"))
    callback.on_epoch_end(0, {"loss": 1.0})
    callback.set_model(Writer("second", fails=True))
    with pytest.warns(UserWarning, match="epoch 2 could not be written.*No space"):
        callback.on_epoch_end(1, {"loss": 0.5})
    assert (tmp_path / FILES[0]).read_text() == "first"
    with pytest.raises(OSError, match="last checkpoint could not be written"):
        callback.on_train_end()
    callback.set_model(Writer("third"))
    callback.on_epoch_end(2, {"loss": 0.25})
    callback.on_train_end()
    assert (tmp_path / FILES[0]).read_text() == "third"
    assert logged(tmp_path) == [
        {"epoch": 1, "loss": 1.0},
        {"epoch": 2, "loss": 0.5},
        {"epoch": 3, "loss": 0.25},
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


def test_log_lines_that_the_checkpoint_did_not_reach_are_written_anew(tmp_path):
    lines = [{"epoch": 1, "loss": 3.0}, {"epoch": 2, "loss": 2.0}]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    callback = Checkpoint(tmp_path)
    callback.set_model(Writer("weights"))
    callback.on_epoch_end(1, {"loss": 9.0})  # the run went on with its second epoch
    assert logged(tmp_path) == [lines[0], {"epoch": 2, "loss": 9.0}]


def test_a_complete_run_is_only_loaded(tiny_config, tmp_path):
    """Weights and optimizer come from the checkpoint; no step is left to do."""
    model, recipe = build(tiny_config, seed=3), Recipe(steps=4, **SHORT)
    model.compile(optimizer=make_optimizer(recipe))
    model.optimizer.build(model.trainable_variables)
    model.optimizer.iterations.assign(4)
    callback = Checkpoint(tmp_path)
    callback.set_model(model)
    callback.on_epoch_end(1)
    again = build(tiny_config, seed=4)
    history = train(again, Scenes("train", 8, 64), None, recipe, tmp_path)
    assert history.epoch == [] and int(again.optimizer.iterations) == 4
    assert same_arrays(weight_values(model), weight_values(again))


def test_a_damaged_checkpoint_is_told(tiny_config, tmp_path):
    model = build(tiny_config)
    model.compile(optimizer=make_optimizer(Recipe()))
    model.optimizer.build(model.trainable_variables)
    assert resume(model, tmp_path / "new" / "folder", 2) == 0
    (tmp_path / FILES[0]).write_text("not a checkpoint")
    with pytest.raises(ValueError, match="is damaged, or of another model"):
        resume(model, tmp_path, 2)


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
    save = keras.Model.save_weights
    def cut(self, path, overwrite):
        save(self, path, overwrite=overwrite)
        os.truncate(path, os.path.getsize(path) // 2)
        die()
    keras.Model.save_weights = cut

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
    assert sorted(path.name for path in parts.iterdir()) == sorted([*FILES, "end.h5"])
