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

from maskrcnn_explained.training.recipe import CHECKPOINT_FILE, LOG_FILE

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN


def resume(model: MaskRCNN, folder: str | os.PathLike, steps_per_epoch: int) -> int:
    """Load the checkpoint of a folder, if there is one. Create the folder if necessary.

    Args:
        model: compiled; its optimizer is built.
        folder: where `Checkpoint` writes.
        steps_per_epoch: updates of the weights per epoch.

    Returns:
        The epoch to continue with, counted from 0.

    Raises `ValueError` if the checkpoint is damaged or of another model.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / CHECKPOINT_FILE).exists():
        return 0
    try:
        model.load_weights(folder / CHECKPOINT_FILE)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(
            f"{folder / CHECKPOINT_FILE} is damaged, or of another model ({error}). Use "
            "another folder, or remove this file to start again."
        ) from error
    return int(np.asarray(model.optimizer.iterations)) // steps_per_epoch


class Checkpoint(keras.callbacks.Callback):
    """After each epoch: write a line of the log, and replace the file of weights and optimizer.

    Both files are written under another name and then renamed, the log first. The log may have
    lines of epochs after the checkpoint. When a run continues, these lines are removed, because the
    epochs run again.

    If the disk is full, only this epoch is lost: the previous checkpoint stays and a warning is
    issued. The next epoch tries again. `OSError` is raised only if the last checkpoint fails.
    """

    def __init__(self, folder: str | os.PathLike) -> None:
        super().__init__()
        self.folder = pathlib.Path(folder)
        self.lines: list[str] | None = None
        self.failed: OSError | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.lines is None:
            self.lines = self._read_log(epoch)
        line = {"epoch": epoch + 1, **{k: round(float(v), 5) for k, v in (logs or {}).items()}}
        self.lines.append(json.dumps(line))
        text = "\n".join(self.lines) + "\n"
        try:
            self._replace(LOG_FILE, lambda path: path.write_text(text))
            self._replace(
                CHECKPOINT_FILE, lambda path: self.model.save_weights(path, overwrite=True)
            )
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
                f"The last checkpoint could not be written to {self.folder} ({self.failed}). The "
                "model in memory is trained; the folder holds an earlier epoch."
            )

    def _replace(self, name, write):
        """Write another file, then rename it. A killed run leaves at most this one file."""
        part = self.folder / f"part.{name}"
        try:
            write(part)
            os.replace(part, self.folder / name)
        finally:
            part.unlink(missing_ok=True)

    def _read_log(self, epoch):
        """The lines of the log of all earlier epochs."""
        path = self.folder / LOG_FILE
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [line for line in lines if json.loads(line)["epoch"] <= epoch]
