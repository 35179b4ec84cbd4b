"""Keras callbacks that watch a training run: validation, speed, and a stop at NaN."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained import losses
from maskrcnn_explained.data.batches import batch_indices, batch_signature, make_batch
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


class ValidationLosses(keras.callbacks.Callback):
    """After each epoch: the five losses and their sum on validation samples, into Keras' logs.

    Where they rise while the losses of training fall, the model learns its images by heart. Batch
    norm uses its moving statistics, as `detect` does, and anchors and RoIs are drawn with the same
    seed after each epoch, so that epochs compare.

    Args:
        dataset: a sequence of Samples.
        batch_size: images that run together.
    """

    def __init__(self, dataset: Any, batch_size: int) -> None:
        super().__init__()
        self.dataset = dataset
        self.batch_size = batch_size
        self.measure: Any = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        signature = [batch_signature(self.model.config)]
        self.measure = tf.function(
            self.model.validation_losses, input_signature=signature, autograph=False
        )

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        number = len(self.dataset)
        sums = np.zeros(1 + len(losses.NAMES))
        for first in range(0, number, self.batch_size):
            chosen = range(first, min(first + self.batch_size, number))
            batch = make_batch([self.dataset[i] for i in chosen], self.model.config, packed=True)
            sums += len(chosen) * np.array([float(value) for value in self.measure(batch)])
        for name, value in zip(("loss", *losses.NAMES), sums / number, strict=True):
            logs[f"val_{name}"] = float(value)


class Progress(keras.callbacks.Callback):
    """Images per second of each epoch's training steps, and the learning rate, into Keras' logs."""

    def __init__(self, batch_size: int) -> None:
        super().__init__()
        self.batch_size = batch_size
        self.seconds = 0.0
        self.steps = 0
        self.first = True
        self.building = (0, 0.0)  # steps and seconds of the first step of the run

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.start = time.perf_counter()
        self.steps = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.steps += 1
        self.seconds = time.perf_counter() - self.start
        if self.first:  # it also built the graph, and does not count if there are others
            self.first = False
            self.building = (self.steps, self.seconds)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        steps, seconds = self.steps, self.seconds
        if steps > 1:
            steps, seconds = steps - self.building[0], seconds - self.building[1]
        self.building = (0, 0.0)
        logs["images_per_second"] = steps * self.batch_size / max(seconds, 1e-9)
        logs["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))


class NaNStop(keras.callbacks.Callback):
    """Stop at the first NaN or infinite loss, and name the images of its batch.

    The model gets back the weights that it had when the epoch began.

    Args:
        dataset: the samples of the training.
        recipe: its batch size and seed give the order of the batches.
        first_epoch, first_step: where the run begins.
    """

    def __init__(
        self, dataset: Any, recipe: Recipe, first_epoch: int = 0, first_step: int = 0
    ) -> None:
        super().__init__()
        self.dataset = dataset
        self.recipe = recipe
        self.first_epoch = first_epoch
        self.first_step = first_step
        self.first = first_step  # the number of the epoch's first step
        self.kept: list[np.ndarray] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.first = self.first_step + (epoch - self.first_epoch) * self.recipe.epoch_steps
        self.kept = self.model.get_weights()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        bad = [name for name, value in (logs or {}).items() if not np.isfinite(float(value))]
        if not bad:
            return
        step = self.first + batch
        size = self.recipe.batch_size
        indices = batch_indices(len(self.dataset), size, step, self.recipe.seed)
        ids = [self.dataset[i].image_id for i in indices]
        self.model.set_weights(self.kept)
        raise FloatingPointError(
            f"At step {step + 1} {', '.join(bad)} is NaN or infinite. The batch held samples "
            f"{indices} with image ids {ids}. The model has the weights of the beginning of this "
            "epoch again, and there is no checkpoint of it. If these images are correct, use a "
            "lower learning rate or a longer warm-up."
        )
