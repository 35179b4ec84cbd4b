"""Checkpoints: a run that was killed at any moment continues after its last complete epoch.

There is one checkpoint per epoch. All later steps depend only on the seed, the step number and the
weights, so a run in two parts ends with the same weights as a run in one part.
"""

from __future__ import annotations

import json
import os
import pathlib
import warnings
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.training.recipe import BEST_FILE, CHECKPOINT_FILE, LOG_FILE, WEIGHTS_FILE
from maskrcnn_explained.weights.file import save_weights

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN
    from maskrcnn_explained.training.callback_states import CallbackStates
    from maskrcnn_explained.training.runs import Run


def load_checkpoint(model: MaskRCNN, folder: pathlib.Path | None) -> int:
    """Load the checkpoint of a folder, if there is one.

    Args:
        model: compiled; its optimizer is built.
        folder: where `Checkpoint` writes, or None.

    Returns:
        The steps that the optimizer has made. 0 if there is no checkpoint, or if it is of another
        kind of optimizer, whose memory cannot be taken over.

    Raises `ValueError` if the checkpoint is damaged or of another model; the model is unchanged.
    """
    if folder is None or not (folder / CHECKPOINT_FILE).exists():
        return 0
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Skipping variable loading for optimizer")
            model.load_weights(folder / CHECKPOINT_FILE)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(
            f"{folder / CHECKPOINT_FILE} is damaged, or of another model ({error}). Use another "
            "folder, or restart=True (--restart) to begin anew."
        ) from error
    updates = int(np.asarray(model.optimizer.iterations))
    inner = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    return updates * (inner.gradient_accumulation_steps or 1)


class Checkpoint(keras.callbacks.Callback):
    """After each epoch: a line of the log, the checkpoint, the weights, and the record of the run.

    `weights.h5` holds the weights of the last epoch and the Config; `best.h5` those of the epoch
    with the best validation mask AP (or, without AP, the lowest validation loss). Each file is
    written whole and then takes its name, the log first. The log may have lines of epochs after the
    checkpoint. When a run continues, these lines are removed, because the epochs run again.

    If the disk is full, only this epoch is lost: the previous files stay and a warning is issued.
    The next epoch tries again. `OSError` is raised only if the last checkpoint fails.

    Args:
        folder: of the run; it exists.
        run: what `runs.begin` gives.
        states: of the callbacks of Keras; they are written with the record.
    """

    def __init__(self, folder: pathlib.Path, run: Run, states: CallbackStates) -> None:
        super().__init__()
        self.folder = folder
        self.run = run
        self.states = states
        self.lines = read_log(folder, run.epoch)
        before = self.lines if run.comparable else []
        self.best = max((goodness(line) for line in before), default=-np.inf)
        self.failed: OSError | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        line = {"epoch": epoch + 1, **{k: round(float(v), 5) for k, v in (logs or {}).items()}}
        line |= {k: float(v) for k, v in (logs or {}).items() if k == "learning_rate"}
        self.lines.append(line)
        try:
            self._write(epoch, line)
            self.failed = None
        except OSError as error:
            self.failed = error
            warnings.warn(
                f"The checkpoint of epoch {epoch + 1} could not be written ({error}). The previous "
                f"one is still in {self.folder}, and the run continues.",
                stacklevel=2,
            )

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        if self.failed is not None:
            raise OSError(
                self.failed.errno,
                f"The last checkpoint could not be written to {self.folder} ({self.failed}). The "
                "model in memory is trained; the folder holds an earlier epoch.",
            )
        # A callback may have gone back to the weights of an earlier epoch.
        save_weights(self.model, self.folder / WEIGHTS_FILE)

    def _write(self, epoch, line):
        """All files of one epoch."""
        with atomic_write(self.folder / LOG_FILE) as temporary:
            temporary.write_text("".join(json.dumps(one) + "\n" for one in self.lines))
        self.model.save_weights(self.folder / CHECKPOINT_FILE, overwrite=True)
        save_weights(self.model, self.folder / WEIGHTS_FILE)
        if goodness(line) > self.best:
            save_weights(self.model, self.folder / BEST_FILE)
            self.best = goodness(line)
        self.run.stage.done = epoch + 1 - self.run.stage.first_epoch
        self.run.record.callbacks = self.states.taken(epoch + 1)
        self.run.record.write(self.folder)


def goodness(line: dict[str, float]) -> float:
    """How good an epoch was on the validation images, higher is better; -inf if nothing says so."""
    ap = line.get("val_mask_AP", -1)
    if ap >= 0:
        return ap
    return -line["val_loss"] if "val_loss" in line else -np.inf


def read_log(folder: str | os.PathLike, epoch: float = np.inf) -> list[dict[str, float]]:
    """The lines of the log, of all epochs before this one. A line that is cut off is left out."""
    path = pathlib.Path(folder) / LOG_FILE
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if line["epoch"] <= epoch:
            lines.append(line)
    return lines


def rate_in_log(folder: str | os.PathLike, epoch: int) -> float:
    """The learning rate at the end of the epoch before this one; 0 if the log does not say."""
    lines = read_log(folder, epoch)
    return lines[-1].get("learning_rate", 0.0) if lines else 0.0
