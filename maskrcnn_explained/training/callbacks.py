"""Keras callbacks that watch a training run: validation AP, speed, and a stop at NaN."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.evaluation.coco_ap import FULL_IMAGES, LIMIT_KEY, check_limit, evaluate

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN
    from maskrcnn_explained.training.recipe import Recipe


class ValidationAP(keras.callbacks.Callback):
    """After each epoch: AP of boxes and masks on validation samples, into Keras' logs.

    Args:
        dataset: a sequence of Samples.
        twin: a model with the same layers and another configuration, for example for whole images
            if training uses crops. It gets the weights of the trained model and is measured
            instead of it.
        limit: the number of detections per image and class that count; None: as many as the model
            keeps. Another value than None or a whole number from 1 on raises `ValueError`.
    """

    def __init__(
        self, dataset: Any, twin: MaskRCNN | None = None, limit: int | None = None
    ) -> None:
        super().__init__()
        check_limit(limit)
        self.dataset = dataset
        self.twin = twin
        self.limit = limit
        self.measured = False

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.twin is not None:
            self.twin.set_weights(self.model.get_weights())
        with warnings.catch_warnings():
            # `train` has said once what the data set left out.
            warnings.filterwarnings("ignore", message="Left out:")
            if self.measured:  # the first epoch has said it, and the samples stay the same
                warnings.filterwarnings("ignore", message=f".*{FULL_IMAGES}")
            result = evaluate(self.twin or self.model, self.dataset, strata=False, limit=self.limit)
        self.measured = True
        for name, value in result.items():
            if not name.endswith("75") and name != LIMIT_KEY:
                logs[f"val_{name}"] = value


class Progress(keras.callbacks.Callback):
    """Images per second of each epoch's training steps, into Keras' logs."""

    def __init__(self, batch_size: int) -> None:
        super().__init__()
        self.batch_size = batch_size
        self.seconds = 0.0
        self.steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.start = time.perf_counter()
        self.steps = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.steps += 1
        self.seconds = time.perf_counter() - self.start

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs["images_per_second"] = self.steps * self.batch_size / max(self.seconds, 1e-9)


class NaNStop(keras.callbacks.Callback):
    """Stop at the first NaN or infinite loss, and name the images of its batch.

    Args:
        dataset: the samples of the training.
        recipe: its batch size, seed and steps give the order of the batches.
    """

    def __init__(self, dataset: Any, recipe: Recipe) -> None:
        super().__init__()
        self.dataset = dataset
        self.recipe = recipe
        self.first = 0  # the number of the epoch's first step

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.first = epoch * self.recipe.epoch_steps

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        bad = [name for name, value in (logs or {}).items() if not np.isfinite(float(value))]
        if not bad:
            return
        step = self.first + batch
        size = self.recipe.batch_size
        indices = batch_indices(len(self.dataset), size, step, self.recipe.seed)
        ids = [self.dataset[i].image_id for i in indices]
        raise FloatingPointError(
            f"At step {step + 1} {', '.join(bad)} is NaN or infinite. The batch held samples "
            f"{indices} with image ids {ids}. There is no checkpoint of this epoch. If these "
            "images are correct, use a lower learning rate or a longer warm-up."
        )
