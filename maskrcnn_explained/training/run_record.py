"""The record of a run, `run.json` in its folder: what is trained, on what, and how far it came.

A run has one stage or several: the heads first and then all layers, or more steps after the first
ones. A call of `train` finds its stage here, begins a new one, or is told that the folder holds
another run.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.training.recipe import RUN_FILE

RUNNING, COMPLETE, STOPPED = "running", "complete", "stopped"
FREE = ("stage", "validation_images")  # fields of a recipe that may differ when a run goes on


@dataclasses.dataclass
class Stage:
    """One stage of a run.

    recipe: the fields of the recipe as they were given; learning: which layers learn.
    steps, epoch_steps, epochs: of this stage.
    fine_tuning: whether the weights were trained when it began (see `Recipe.settled`).
    origin: the step of the run at which its recipe began; first_step, first_epoch: at which this
        stage began; first_count: the same by the optimizer's own count; first_rate: the learning
        rate there.
    state: "running", "complete", or "stopped" by a callback; done: its complete epochs.
    """

    recipe: dict[str, Any]
    learning: str
    steps: int
    epoch_steps: int
    epochs: int
    fine_tuning: bool = False
    origin: int = 0
    first_step: int = 0
    first_epoch: int = 0
    first_count: int = 0
    first_rate: float = 0.0
    state: str = RUNNING
    done: int = 0

    @property
    def last_step(self) -> int:
        """The step of the run at which this stage ended, or has come so far."""
        return self.first_step + self.done * self.epoch_steps


@dataclasses.dataclass
class RunRecord:
    """What `run.json` holds.

    about: the Config, the data set and the augmentation, as plain Python.
    stages: in order.
    callbacks: what the callbacks of Keras remember: see `callback_states`.
    validation: the images measured on, as plain Python; None: none.
    """

    about: dict[str, Any]
    stages: list[Stage] = dataclasses.field(default_factory=list)
    callbacks: dict[str, Any] = dataclasses.field(default_factory=dict)
    validation: dict[str, Any] | None = None

    def write(self, folder: pathlib.Path) -> None:
        """Write `run.json`, complete or not at all."""
        text = json.dumps({"version": 1, **dataclasses.asdict(self)}, indent=1)
        with atomic_write(folder / RUN_FILE) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    def find(self, recipe: dict[str, Any], learning: str) -> int | None:
        """The number of the stage with this recipe and these layers; None: there is none yet."""
        for number, stage in enumerate(self.stages):
            if not _differences(stage.recipe, recipe) and stage.learning == learning:
                return number
        return None

    def check(self, folder: pathlib.Path, about: dict[str, Any]) -> None:
        """Raise `ValueError` if the folder holds a run of another Config, data or augmentation."""
        problems = _differences(self.about, about)
        if any("sha256" in problem for problem in problems):
            problems = [problem for problem in problems if "sha256" not in problem]
            problems.append("the training data are others (images or annotations)")
        if problems:
            raise ValueError(_another_run(folder, problems))

    def check_next(self, folder: pathlib.Path, recipe: dict[str, Any], learning: str) -> None:
        """Raise `ValueError` unless a stage with this recipe may follow the last one.

        It may if other layers learn and the last stage has ended; or with more steps.
        """
        last = self.stages[-1]
        problems = _differences(last.recipe, recipe)
        if learning != last.learning:
            if last.state != RUNNING:
                return
            there, now = last.recipe.get("stage"), recipe.get("stage")
            problems.insert(0, f"stage is {there!r} there, {now!r} now, and its run has not ended")
        elif recipe["steps"] > last.recipe["steps"] and len(problems) == 1:
            return
        raise ValueError(_another_run(folder, problems))


def read_record(folder: pathlib.Path) -> RunRecord | None:
    """The record of a folder, or None if it has none.

    Raises `ValueError` if the file is damaged.
    """
    path = folder / RUN_FILE
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        stages = [Stage(**stage) for stage in values["stages"]]
        measured_on = values.get("validation")
        about, callbacks = values["about"], values["callbacks"]
        return RunRecord(about, stages, callbacks=callbacks, validation=measured_on)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}). Give another folder, or "
            "restart=True (--restart) to begin anew."
        ) from error


def _differences(there: dict[str, Any], now: dict[str, Any], prefix: str = "") -> list[str]:
    """One phrase for each value that differs."""
    found = []
    for name in sorted({*there, *now} - set(FREE)):
        one, other = there.get(name), now.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            found += _differences(one, other, f"{prefix}{name}.")
        elif one != other:
            found.append(f"{prefix}{name} is {_short(one)} there, {_short(other)} now")
    return found


def _short(value) -> str:
    """A value for a message; long ones are cut."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}.."


def _another_run(folder, problems) -> str:
    more = f"; and {len(problems) - 8} more" if len(problems) > 8 else ""
    return (
        f"{folder} holds another run: {'; '.join(problems[:8])}{more}. Give another folder, or "
        "restart=True (--restart) to begin anew; the old files are kept beside it."
    )
