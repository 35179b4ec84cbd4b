"""Training: run a recipe with Keras' `fit`, and continue a run from its checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained.data.batches import batches
from maskrcnn_explained.data.checks import check_dataset, say_left_out
from maskrcnn_explained.data.readable import FirstError
from maskrcnn_explained.data.sample import Subset
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.training.callbacks import NaNStop, Progress, ValidationAP
from maskrcnn_explained.training.checkpoints import Checkpoint, resume
from maskrcnn_explained.training.distributed import (
    check_devices,
    fit_on_workers,
    is_chief,
    is_multi_worker,
    share,
)
from maskrcnn_explained.training.optimizer import make_optimizer, scaled, set_stage
from maskrcnn_explained.training.recipe import DEFAULT_RECIPE, Recipe


def train(
    model: MaskRCNN,
    dataset: Any,
    validation: Any,
    recipe: Recipe = DEFAULT_RECIPE,
    folder: Any = None,
    augment: Callable | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: Any = "auto",
) -> keras.callbacks.History:
    """Train a model. An earlier run in the same folder is continued.

    Args:
        model: the model to train, in place.
        dataset: sequence of Samples to train on.
        validation: sequence of Samples to measure on after each epoch, or None.
        recipe: steps, learning rate and other settings.
        folder: for `checkpoint.weights.h5` (weights and optimizer, replaced after each epoch) and
            `log.jsonl` (one line per epoch); None writes no files.
        augment: changes each training sample, such as
            `data.augmentation.Augmentation(flip=0.5)`; None changes nothing.
        callbacks: more callbacks of Keras, such as `keras.callbacks.TensorBoard`.
        verbose: as in `fit`: 0 prints nothing, 1 a progress bar, 2 one line per epoch.

    Returns:
        The History of Keras: one list each for the five losses, their sum, and validation AP.

    Raises:
        ValueError: a data set without images or objects, or with classes that the model does not
            know (see `data.checks`). Nothing has been written.
        ImageFileError: an image cannot be decoded (`data.readable` leaves such images out).
        FloatingPointError: a loss became NaN or infinite; the message names the images of that
            batch. The previous checkpoint stays.
        OSError: the last checkpoint could not be written.
    """
    # Fail on bad data before the first step, not hours later.
    check_dataset(dataset, model.config)
    say_left_out(validation)
    # Choose the layers to train; the others keep their weights. The optimizer is AdamW, with a
    # learning rate that rises during the warm-up, then falls.
    set_stage(model, recipe.stage)
    _compile(model, recipe)
    # The callbacks. The checkpoint comes last, so that its log also holds the results of the
    # others.
    watching = _watching(dataset, validation, recipe)
    watching += callbacks
    first_epoch = 0
    # A run in the same folder continues after its last complete epoch.
    if folder is not None:
        first_epoch = resume(model, folder, recipe.epoch_steps // recipe.accumulate)
        if is_chief(model.distribute_strategy):
            watching.append(Checkpoint(folder))
    # The order of batches depends only on the seed and the step: a continued run sees the same
    # batches as a run without a break.
    first_step = first_epoch * recipe.epoch_steps
    samples = FirstError(dataset)

    def stream(first: int = 0, count: int = 1, replicas: int = 1) -> tf.data.Dataset:
        return batches(
            samples,
            model.config,
            recipe.batch_size,
            recipe.seed,
            first_step,
            augment,
            (first, count, replicas),
        )

    # Epochs of steps: forward, losses, gradients, update (see MaskRCNN.train_step).
    length: dict[str, int] = {
        "epochs": recipe.epochs,
        "initial_epoch": first_epoch,
        "steps_per_epoch": recipe.epoch_steps,
    }
    # The loop of Keras, or our own on several machines, where Keras has none. Batches are made in
    # TensorFlow's thread: an error there comes back as a long text, so the error itself is raised.
    with samples.instead_of(tf.errors.OpError):
        if is_multi_worker(model.distribute_strategy):
            return fit_on_workers(model, stream, callbacks=watching, **length)
        return model.fit(stream(), callbacks=watching, shuffle=False, verbose=verbose, **length)


def _compile(model: MaskRCNN, recipe: Recipe) -> None:
    """Compile the model with its optimizer, for the devices that it was built for."""
    with model.distribute_strategy.scope():
        number = share(model)
        check_devices(recipe, number)
        model.compile(optimizer=scaled(make_optimizer(recipe, number), model.config))
        # The optimizer's variables must exist before a checkpoint is loaded into them.
        model.optimizer.build(model.trainable_variables)


def _watching(dataset, validation, recipe) -> list[keras.callbacks.Callback]:
    """The callbacks of every run."""
    # A NaN loss stops the run; speed and AP are measured after each epoch.
    watching: list[keras.callbacks.Callback] = [NaNStop(dataset, recipe)]
    watching.append(Progress(recipe.batch_size))
    measured = Subset([] if validation is None else validation, 0, recipe.validation_images)
    if len(measured):
        watching.append(ValidationAP(measured))
    return watching


def train_scenes(
    model: MaskRCNN, recipe: Recipe = DEFAULT_RECIPE, folder: Any = None, first: int = 0
) -> keras.callbacks.History:
    """Train on Scenes. Each scene is used once; every fourth one is smaller, so that sizes vary.

    Args:
        model: the model to train, in place; its classes must be those of the `scenes` preset.
        recipe: steps and other settings.
        folder: as for `train`; a run in it is continued.
        first: the number of the first scene, so that a second run can use new scenes.

    Returns:
        The History of Keras.
    """
    number = recipe.steps * recipe.batch_size
    # The first `first` scenes of this set were used by earlier runs.
    dataset = Subset(Scenes("train", first + number, (192, 192, 192, 168)), first, number)
    images = recipe.validation_images
    validation = Scenes("validation", images) if images else None
    return train(model, dataset, validation, recipe, folder)
