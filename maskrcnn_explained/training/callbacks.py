"""What watches a training run, as callbacks of Keras."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.evaluation.coco_ap import LIMIT, evaluate

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN
    from maskrcnn_explained.training.recipe import Recipe


class ValidationAP(keras.callbacks.Callback):
    """After each epoch: AP of boxes and masks on validation samples, into Keras' logs.

    Args:
        dataset: a sequence of Samples.
        twin: a model with equal layers and another configuration, such as the size of whole images
            where training saw crops: it is measured, with the weights of the one in training.
        limit: how many detections per image and class count.
    """

    def __init__(self, dataset: Any, twin: MaskRCNN | None = None, limit: int = LIMIT) -> None:
        super().__init__()
        self.dataset, self.twin, self.limit = dataset, twin, limit

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.twin is not None:
            self.twin.set_weights(self.model.get_weights())
        result = evaluate(self.twin or self.model, self.dataset, strata=False, limit=self.limit)
        logs.update({f"val_{k}": v for k, v in result.items() if not k.endswith("75")})


class Progress(keras.callbacks.Callback):
    """Images per second of each epoch's training steps, into Keras' logs."""

    def __init__(self, batch_size: int) -> None:
        super().__init__()
        self.batch_size, self.seconds, self.steps = batch_size, 0.0, 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.start, self.steps = time.perf_counter(), 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.steps += 1
        self.seconds = time.perf_counter() - self.start

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs["images_per_second"] = self.steps * self.batch_size / max(self.seconds, 1e-9)


class NaNStop(keras.callbacks.Callback):
    """Stop at the first NaN or infinite loss, and name the images of its batch.

    Args:
        dataset, recipe: what `train` trains on; the order of batches follows from them.
    """

    def __init__(self, dataset: Any, recipe: Recipe) -> None:
        super().__init__()
        self.dataset, self.recipe, self.first = dataset, recipe, 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.first = epoch * self.recipe.epoch_steps

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        bad = [name for name, value in (logs or {}).items() if not np.isfinite(float(value))]
        if not bad:
            return
        step, recipe = self.first + batch, self.recipe
        indices = batch_indices(len(self.dataset), recipe.batch_size, step, recipe.seed)
        ids = [self.dataset[i].image_id for i in indices]
        raise FloatingPointError(
            f"At step {step + 1} {', '.join(bad)} is NaN or infinite. The batch held samples "
            f"{indices} with image ids {ids}. No checkpoint was made of this epoch. If these "
            "images are all right, lower the learning rate or warm up longer."
        )
