"""A recipe: steps, learning rate, stage and other settings of a training run.

This module needs only Python itself, so the command line can check a recipe without TensorFlow.
"""

from __future__ import annotations

import dataclasses
import math

TRAINED_LAYERS = {  # stage of training, as the reference names it: a pattern for layer names
    "heads": r"(mrcnn_|rpn_|fpn_).*",
    "4+": r"(res4|bn4|res5|bn5|mrcnn_|rpn_|fpn_).*",
    "all": r".*",
}
DEVICES = ("one", "all", "workers")  # see distributed.strategy
# In the folder of a run; see checkpoints.py.
CHECKPOINT_FILE = "checkpoint.weights.h5"
LOG_FILE = "log.jsonl"


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How to train. The defaults are those of the first run of the shipped `scenes` weights.

    Raises `ValueError` for an impossible value.
    """

    steps: int = 30_000
    batch_size: int = 4
    learning_rate: float = 1.5e-3  # the maximum, at the end of the warm-up
    warmup_steps: int = 1_000
    weight_decay: float = 0.02  # of AdamW; not on biases and batch norm
    clip_norm: float = 5.0  # of all gradients together
    stage: str = "all"  # "heads", "4+" or "all": which layers are trained
    steps_per_epoch: int = 1_000
    accumulate: int = 1  # steps whose gradients make one update; acts as a larger batch
    validation_images: int = 60  # measured after every epoch
    seed: int = 1

    def __post_init__(self) -> None:
        if self.stage not in TRAINED_LAYERS:
            raise ValueError(f"stage is {self.stage!r}; choose one of {', '.join(TRAINED_LAYERS)}.")
        for name in ("steps", "batch_size", "steps_per_epoch", "accumulate"):
            if getattr(self, name) < 1:
                raise ValueError(f"Recipe.{name} must be at least 1; got {getattr(self, name)}.")
        if self.steps_per_epoch % self.accumulate or self.steps % self.accumulate:
            raise ValueError(
                f"Recipe.accumulate is {self.accumulate}; steps ({self.steps}) and steps_per_epoch "
                f"({self.steps_per_epoch}) must be multiples of it."
            )

    @property
    def epochs(self) -> int:
        """Number of epochs. An epoch is `steps_per_epoch` steps for any size of data set."""
        return math.ceil(self.steps / self.steps_per_epoch)

    @property
    def epoch_steps(self) -> int:
        """Steps per epoch; a run shorter than `steps_per_epoch` is one short epoch."""
        return min(self.steps_per_epoch, self.steps)


DEFAULT_RECIPE = Recipe()
