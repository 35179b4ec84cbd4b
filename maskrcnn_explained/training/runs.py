"""Where a call of `train` begins: at the start, at a later epoch, with a new stage, or nowhere."""

from __future__ import annotations

import dataclasses
import itertools
import math
import pathlib
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import keras

from maskrcnn_explained.data.fingerprint import fingerprint
from maskrcnn_explained.training.checkpoints import load_checkpoint, rate_in_log
from maskrcnn_explained.training.descriptions import (
    describe,
    describe_layers,
    describe_recipe,
)
from maskrcnn_explained.training.recipe import CHECKPOINT_FILE, Recipe
from maskrcnn_explained.training.run_record import (
    COMPLETE,
    RUNNING,
    STOPPED,
    RunRecord,
    Stage,
    read_record,
)

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN


@dataclasses.dataclass
class Run:
    """One call of `train`.

    recipe: of this stage, with a number for each None.
    record: of the whole run; stage: of this call.
    epoch: the first epoch to train, counted from 0 over all stages.
    step: the first step, counted over all stages: it decides which images come.
    comparable: whether all epochs are measured on the same validation images.
    """

    recipe: Recipe
    record: RunRecord
    stage: Stage

    def __post_init__(self) -> None:
        self.comparable = True
        self.epoch = self.stage.first_epoch + self.stage.done
        self.step = self.stage.last_step

    @property
    def last(self) -> int:
        """The epoch after the last one."""
        return self.stage.first_epoch + self.stage.epochs

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return self.stage.state != RUNNING or self.epoch >= self.last

    def measures(self, measured: Any) -> None:
        """Note the validation images, a sequence of Samples that may be empty.

        Warns, with `UserWarning`, if the epochs before were measured on others.
        """
        if not len(measured):
            return
        before = self.record.validation
        self.record.validation = describe(fingerprint(measured))
        self.comparable = before in (None, self.record.validation)
        if self.epoch and not self.comparable:
            warnings.warn(
                "The validation images are others than in the epochs before: AP does not compare, "
                "and best.h5 begins anew.",
                stacklevel=3,
            )

    def begins(self, folder: Any) -> str:
        """What the call does, in one line; "" for a run that begins."""
        stage = self.stage
        if self.complete:
            early = ""
            if stage.state == STOPPED and self.epoch < self.last:
                early = f" (stopped after epoch {self.epoch} of {self.last})"
            more = "" if stage is self.record.stages[-1] else ", and was trained further since"
            return (
                f"{folder}: this run is complete{early}{more}: nothing to do, and its weights are "
                "loaded. Give more steps, another stage, or another folder."
            )
        if self.epoch == 0:
            return ""
        return f"{folder}: going on at epoch {self.epoch + 1} of {self.last}{self._which()}."

    def _which(self) -> str:
        """Which stage of the run this is, for a message; more steps of a stage are no new one."""
        stages = self.record.stages[: self.record.stages.index(self.stage) + 1]
        number = 1 + sum(a.learning != b.learning for a, b in itertools.pairwise(stages))
        return f", stage {number}" if number > 1 else ""

    def stands(self, folder: Any, restart: bool = False) -> str:
        """How far the run has come when it is stopped by hand, in one line.

        Args:
            folder: of the run, or None.
            restart: whether this call began it anew.
        """
        epochs = self.stage.first_epoch + self.stage.done
        if folder is None or not epochs:
            return "Stopped. No epoch is saved; the model in memory has what it learned so far."
        again = "the same call, without restart," if restart else "the same call"
        return f"Stopped. {folder} holds epoch {epochs} of {self.last}: {again} goes on from there."

    def ended(self, epochs: int, stopped: bool) -> None:
        """Note how the call ended.

        Args:
            epochs: complete epochs, counted over all stages.
            stopped: whether a callback ended it.
        """
        self.stage.done = epochs - self.stage.first_epoch
        early = stopped and epochs < self.last
        self.stage.state = STOPPED if early else COMPLETE


def begin(
    model: MaskRCNN,
    recipe: Recipe,
    learning: list[str],
    about: dict[str, Any],
    folder: pathlib.Path | None,
    compile_model: Callable[[Recipe, int, float], None],
) -> Run:
    """Compile a model, load the checkpoint of the folder, and say where the run begins.

    Args:
        model: its stage is set.
        recipe: as it was given.
        learning: the names of the layers that learn.
        about: what `describe_run` gives.
        folder: of the run, or None.
        compile_model: compiles the model for a settled recipe, and builds its optimizer; its other
            arguments are those of `make_optimizer`.

    Raises `ValueError` if the folder holds another run, or a damaged one; weights are unchanged.
    """
    record = _record(folder, about)
    given, layers = describe_recipe(recipe), describe_layers(learning)
    number = record.find(given, layers)
    if number is not None:
        stage = record.stages[number]
        settled = _of_stage(recipe, stage)
        compile_model(settled, stage.first_count, stage.first_rate)
        count = load_checkpoint(model, folder)
        if stage.state == RUNNING:
            stage.done = max(0, count - stage.first_count) // stage.epoch_steps
        return Run(recipe=settled, record=record, stage=stage)
    return _new_stage(model, recipe, given, layers, record, folder, compile_model)


def nothing_to_do(model: MaskRCNN) -> keras.callbacks.History:
    """The History of a run that was complete: without epochs, and the model's own from now on.

    `fit` is not called for it: callbacks would begin their files anew.
    """
    model.trained = True
    model.history = keras.callbacks.History()
    model.history.set_model(model)
    model.history.on_train_begin()
    return model.history


def _new_stage(model, recipe, given, layers, record, folder, compile_model) -> Run:
    """The first stage of a run, or one that follows the last."""
    if record.stages:
        record.check_next(folder, given, layers)
    settled = recipe.settled(model.trained)
    compile_model(settled, 0, 0.0)
    count = load_checkpoint(model, folder)  # how far the run has come
    stage = Stage(
        recipe=given,
        learning=layers,
        steps=recipe.steps,
        epoch_steps=recipe.epoch_steps,
        epochs=recipe.epochs,
        fine_tuning=model.trained,
    )
    if record.stages:
        _follow(record.stages[-1], stage, recipe, count)
        stage.first_rate = rate_in_log(folder, stage.first_epoch)
        settled = _of_stage(recipe, stage)
        compile_model(settled, stage.first_count, stage.first_rate)
        load_checkpoint(model, folder)
        if settled.schedule == "constant":  # the checkpoint holds the rate of the stage before
            model.optimizer.learning_rate = settled.learning_rate
    else:
        stage.done = count // stage.epoch_steps  # a checkpoint without a record
    record.stages.append(stage)
    return Run(recipe=settled, record=record, stage=stage)


def _follow(last, stage, recipe, count):
    """Let a stage begin where the last one ended; more steps of the same recipe are what is left.

    Args:
        last, stage: of the record.
        recipe: of the new stage.
        count: steps, as the optimizer counts them.
    """
    if last.state == RUNNING:
        last.done = max(0, count - last.first_count) // last.epoch_steps
        last.state = STOPPED
    stage.first_step = stage.origin = last.last_step
    stage.first_epoch = last.first_epoch + last.done
    stage.first_count = count
    if stage.learning != last.learning:
        return
    stage.origin, stage.fine_tuning = last.origin, last.fine_tuning
    stage.steps = max(0, recipe.steps - (stage.first_step - last.origin))
    stage.epoch_steps = min(recipe.steps_per_epoch, max(1, stage.steps))
    stage.epochs = math.ceil(stage.steps / stage.epoch_steps)


def _of_stage(recipe, stage) -> Recipe:
    """The recipe of one stage, settled: its own number of steps, and a warm-up that fits them."""
    steps = max(1, stage.steps)
    changes: dict[str, Any] = {"steps": max(steps, recipe.accumulate)}
    if recipe.warmup_steps is not None:
        changes["warmup_steps"] = min(recipe.warmup_steps, changes["steps"])
    return dataclasses.replace(recipe, **changes).settled(stage.fine_tuning)


def _record(folder, about) -> RunRecord:
    """The record of the folder if it is one of this run; an empty one for a new run."""
    if folder is None or not (folder / CHECKPOINT_FILE).exists():
        return RunRecord(about)  # also after a run that ended before its first epoch did
    record = read_record(folder)
    if record is not None:
        record.check(folder, about)
    else:
        warnings.warn(
            f"{folder} holds a checkpoint and no run.json, so nothing says which run it is of; it "
            "is taken for this one.",
            stacklevel=4,
        )
    return record or RunRecord(about)
