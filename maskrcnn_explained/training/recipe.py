"""A recipe: steps, learning rate, stage and other settings of a training run.

This module needs only Python itself, so the command line can check a recipe without TensorFlow.
"""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

from maskrcnn_explained.fields import check_fields, counted, not_negative, positive

# Stage of training, as the reference names it: a pattern for the names of the layers that learn.
TRAINED_LAYERS = {
    "heads": r"(mrcnn_|rpn_|fpn_).*",
    "5+": r"(res5|bn5|csp5|mrcnn_|rpn_|fpn_).*",
    "4+": r"(res[45]|bn[45]|csp[45]|mrcnn_|rpn_|fpn_).*",
    "3+": r"(res[3-5]|bn[3-5]|csp[3-5]|mrcnn_|rpn_|fpn_).*",
    "all": r".*",
}
SCHEDULES = ("cosine", "constant")
DEVICES = ("one", "all", "workers")  # see distributed.strategy
# In the folder of a run; see checkpoints.py and run_record.py.
CHECKPOINT_FILE = "checkpoint.weights.h5"
LOG_FILE = "log.jsonl"
WEIGHTS_FILE = "weights.h5"
BEST_FILE = "best.h5"
RUN_FILE = "run.json"
LONGEST_WARMUP = 1_000  # steps


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How to train. What is None follows from the run: see `settled`.

    NumPy numbers and lists become plain Python. Raises `ValueError` for an impossible value, or
    for two that contradict each other.
    """

    steps: int = counted(30_000)
    batch_size: int = counted(4)
    learning_rate: float | None = positive(None)  # the maximum, at the end of the warm-up
    warmup_steps: int | None = not_negative(None)
    weight_decay: float = not_negative(0.02)  # of AdamW; not on biases and batch norm
    clip_norm: float = positive(5.0)  # of all gradients together
    # Which layers learn: "heads", "3+", "4+", "5+", "all", a pattern for the names of layers, or a
    # tuple of those. None: as the model is; what you froze stays frozen.
    stage: str | tuple[str, ...] | None = None
    steps_per_epoch: int = counted(1_000)
    accumulate: int = counted(1)  # steps whose gradients make one update; acts as a larger batch
    validation_images: int = not_negative(60)  # measured after every epoch
    seed: int = not_negative(1)
    # The learning rate over the steps: "cosine" (warm-up, then down to 0); "constant", which
    # callbacks may change; a schedule of Keras, or a function: step -> rate.
    schedule: Any = "cosine"
    # None: AdamW. Another optimizer of Keras by name; a function: learning rate -> optimizer; or
    # an optimizer, which brings its own learning rate.
    optimizer: Any = None

    def __post_init__(self) -> None:
        check_fields(self)
        self._check_lengths()
        self._check_schedule()
        for pattern in self.patterns or ():
            _check_pattern(pattern)

    def _check_lengths(self):
        if self.steps_per_epoch % self.accumulate or self.steps % self.accumulate:
            raise ValueError(
                f"Recipe.accumulate is {self.accumulate}; steps ({self.steps}) and steps_per_epoch "
                f"({self.steps_per_epoch}) must be multiples of it."
            )
        if self.warmup_steps is not None and self.warmup_steps > self.steps:
            raise ValueError(
                f"Recipe.warmup_steps is {self.warmup_steps}, more than the {self.steps} steps of "
                "the run; leave it out, and it follows from them."
            )

    def _check_schedule(self):
        if not (self.schedule in SCHEDULES or callable(self.schedule)):
            raise ValueError(
                f"Recipe.schedule is {self.schedule!r}; choose one of {SCHEDULES}, or give a "
                "schedule of Keras or a function: step -> learning rate."
            )
        if self.schedule != "cosine" and self.warmup_steps:
            raise ValueError("Recipe.warmup_steps belongs to the schedule 'cosine'; leave it out.")
        if callable(self.schedule) and self.learning_rate is not None:
            raise ValueError("Give Recipe.schedule or Recipe.learning_rate, not both.")
        if self.own_optimizer:
            self._check_own_optimizer()

    def _check_own_optimizer(self):
        kind = type(self.optimizer).__name__
        if not hasattr(self.optimizer, "apply_gradients"):
            raise ValueError(
                f"Recipe.optimizer is a {kind}; give an optimizer of Keras, its name, or a "
                "function: learning rate -> optimizer."
            )
        given = [name for name in ("learning_rate", "warmup_steps") if getattr(self, name)]
        given += ["schedule"] if self.schedule != "cosine" else []
        given += ["accumulate"] if self.accumulate > 1 else []
        if given:
            raise ValueError(
                f"Recipe.optimizer is a {kind} with settings of its own, and {', '.join(given)} "
                "would have no effect; leave that out, or give a function: learning rate -> "
                "optimizer."
            )

    @property
    def own_optimizer(self) -> bool:
        """Whether `optimizer` is a finished optimizer, which brings its own learning rate."""
        return not (self.optimizer is None or isinstance(self.optimizer, str)) and not (
            callable(self.optimizer)
        )

    @property
    def patterns(self) -> tuple[str, ...] | None:
        """Patterns for the names of the layers that learn; None: the stage says nothing."""
        if self.stage is None:
            return None
        names = (self.stage,) if isinstance(self.stage, str) else self.stage
        return tuple(TRAINED_LAYERS.get(name, name) for name in names)

    @property
    def epochs(self) -> int:
        """Number of epochs. An epoch is `steps_per_epoch` steps for any size of data set."""
        return math.ceil(self.steps / self.steps_per_epoch)

    @property
    def epoch_steps(self) -> int:
        """Steps per epoch; a run shorter than `steps_per_epoch` is one short epoch."""
        return min(self.steps_per_epoch, self.steps)

    def settled(self, fine_tuning: bool = False) -> Recipe:
        """The same recipe with a number for each None.

        The warm-up takes a tenth of the steps, at most 1,000. The learning rate is 1.5e-3 for
        fresh weights and 5e-4 for trained ones, which a high rate would spoil.

        Args:
            fine_tuning: whether the weights are trained already.
        """
        changes: dict[str, Any] = {}
        if self.learning_rate is None and not (callable(self.schedule) or self.own_optimizer):
            changes["learning_rate"] = 5e-4 if fine_tuning else 1.5e-3
        if self.warmup_steps is None and self.schedule == "cosine" and not self.own_optimizer:
            changes["warmup_steps"] = min(LONGEST_WARMUP, self.steps // 10)
        return dataclasses.replace(self, **changes)


def _check_pattern(pattern):
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"Recipe.stage holds {pattern!r}, which is no stage ({', '.join(TRAINED_LAYERS)}) and "
            f"no pattern ({error})."
        ) from error


FROM_SCRATCH = Recipe()  # the first run of the shipped `scenes` weights
FINE_TUNING = Recipe(steps=500, steps_per_epoch=100)
