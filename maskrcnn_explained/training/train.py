"""Training: run a recipe with Keras' `fit`, and continue a run from its checkpoint."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained._arguments import (
    check_has,
    check_kind,
    check_model,
    check_sample,
    check_sequence,
    checked_path,
)
from maskrcnn_explained.data.batches import batches
from maskrcnn_explained.data.checks import check_dataset, say_left_out, say_shared_images
from maskrcnn_explained.data.readable import FirstError
from maskrcnn_explained.data.sample import Subset
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.stored.finite import require_finite
from maskrcnn_explained.stored.names import named_weights
from maskrcnn_explained.training.callback_checks import as_list, check_callbacks
from maskrcnn_explained.training.callback_states import CallbackStates
from maskrcnn_explained.training.callbacks import (
    NaNStop,
    Progress,
    ValidationAP,
    ValidationLosses,
)
from maskrcnn_explained.training.checkpoints import Checkpoint
from maskrcnn_explained.training.descriptions import describe_run
from maskrcnn_explained.training.distributed import (
    check_devices,
    fit_on_workers,
    is_chief,
    is_multi_worker,
    share,
)
from maskrcnn_explained.training.optimizer import make_optimizer, scaled, set_stage, thawed
from maskrcnn_explained.training.recipe import FINE_TUNING, FROM_SCRATCH, Recipe
from maskrcnn_explained.training.run_folder import ending_cleanly, run_folder
from maskrcnn_explained.training.runs import Run, begin, nothing_to_do


def train(
    model: MaskRCNN,
    dataset: Any,
    validation: Any,
    recipe: Recipe | None = None,
    folder: Any = None,
    augment: Callable | None = None,
    callbacks: Any = (),
    verbose: Any = "auto",
    restart: bool = False,
) -> keras.callbacks.History:
    """Train a model. An earlier run in the same folder is continued.

    Args:
        model: the model to train, in place.
        dataset: sequence of Samples to train on.
        validation: sequence of Samples to measure on after each epoch, or None.
        recipe: steps, learning rate and other settings. None: `recipe.FROM_SCRATCH` for fresh
            weights, `recipe.FINE_TUNING` for trained ones.
        folder: of the run; None writes no files. After each epoch it holds `weights.h5` (what
            `load` takes) and `best.h5` (of the best epoch on the validation images),
            `checkpoint.weights.h5` (weights and optimizer), `log.jsonl` (one line per epoch) and
            `run.json` (recipe, Config, data). A call with the same recipe goes on after the last
            complete epoch. More steps make the run longer, and another `stage` follows the one
            before; the learning rate then warms up from where it ended.
        augment: changes each training sample, such as
            `data.augmentation.Augmentation(flip=0.5)`; None changes nothing.
        callbacks: one more callback of Keras, several, or None.
        verbose: as in `fit`: 1 a progress bar, 2 one line per epoch; 0 prints only that a run is
            complete or was stopped, and where the files of an old one went.
        restart: begin anew in a folder that holds a run; its files move into a folder beside.

    Returns:
        The History of Keras: one list each for the five losses, their sum, the same of the
        validation images ("val_..."), and validation AP.

    Raises:
        ValueError: a data set without images or objects, or with classes that the model does not
            know (see `data.checks`); callbacks that cannot work; nothing to learn; weights that
            are NaN; a folder of another run (what differs is listed) or one that another process
            uses. Nothing has been written.
        ImageFileError: an image cannot be decoded (`data.readable` leaves such images out).
        FloatingPointError: a loss became NaN or infinite; the message names the images of that
            batch. The model has its weights of the beginning of the epoch; the previous
            checkpoint stays.
        OSError: the last checkpoint could not be written.
    """
    # Fail on bad input before the first step, not hours later.
    _check_arguments(model, dataset, validation, recipe, folder, augment)
    if recipe is None:
        recipe = FINE_TUNING if model.trained else FROM_SCRATCH
    callbacks = as_list(callbacks)
    check_dataset(dataset, model.config)
    say_left_out(validation)
    say_shared_images(dataset, validation)
    # What is measured after each epoch: the first validation images.
    measured = Subset([] if validation is None else validation, 0, recipe.validation_images)
    # Callbacks that could not work are refused, and weights that no training mends.
    check_callbacks(callbacks, recipe, validated=len(measured) > 0)
    require_finite(named_weights(model))
    # One process at a time writes into the folder; SIGTERM ends it as Ctrl-C does.
    chief = is_chief(model.distribute_strategy)
    with ending_cleanly(), run_folder(folder, restart, chief) as place:
        # Choose the layers to train; the others keep their weights. The optimizer is AdamW, with a
        # learning rate that rises during the warm-up, then falls.
        learning = set_stage(model, recipe.stage)
        # A run in the same folder continues after its last complete epoch; another run in it is
        # refused, before anything is written.
        about = {} if place is None else describe_run(model.config, dataset, augment)
        compile_model = functools.partial(_compile, model)
        run = begin(model, recipe, learning, about, place, compile_model)
        # Say where it begins, unless at the first step.
        line = run.begins(place)
        if line and (verbose or run.complete):
            print(line, flush=True)
        if run.complete:
            return nothing_to_do(model)
        run.measures(measured)
        try:
            return _fit(model, dataset, measured, run, place, augment, callbacks, verbose)
        except KeyboardInterrupt:
            print(f"\n{run.stands(place, restart)}", flush=True)
            raise


def _check_arguments(model, dataset, validation, recipe, folder, augment):
    """Raise `ValueError` for what is no model, no data set, no Recipe, no path, no function."""
    check_model(model)
    check_sequence("dataset", dataset, "a sequence of Samples")
    if validation is not None:
        check_sequence("validation", validation, "a sequence of Samples, or None")
        if len(validation):
            check_sample(validation[0], "validation[0]")
    if recipe is not None:
        check_kind("recipe", recipe, Recipe, "a Recipe, or None")
    if folder is not None:
        checked_path("folder", folder)
    if augment is not None:
        check_has("augment", augment, "a function of a Sample and a generator", "__call__")


def _fit(model, dataset, measured, run, folder, augment, callbacks, verbose):
    """The epochs of a run that are left."""
    recipe = run.recipe
    samples = FirstError(dataset)

    # The order of batches depends only on the seed and the step: a continued run sees the same
    # batches as a run without a break.
    def stream(first: int = 0, count: int = 1, replicas: int = 1) -> tf.data.Dataset:
        share_of = (first, count, replicas)
        return batches(
            samples, model.config, recipe.batch_size, recipe.seed, run.step, augment, share_of
        )

    # What watches the run: our own callbacks, then the user's.
    watching = _watching(dataset, measured, run) + callbacks
    chief = is_chief(model.distribute_strategy)
    if folder is not None and chief:
        # Last, so that the log also holds the results of the others.
        states = CallbackStates(callbacks, run.record.callbacks, run.epoch)
        watching += [states, Checkpoint(folder, run, states)]
        run.record.write(folder)
    # Epochs of steps: forward, losses, gradients, update (see MaskRCNN.train_step).
    length: dict[str, int] = {
        "epochs": run.last,
        "initial_epoch": run.epoch,
        "steps_per_epoch": run.stage.epoch_steps,
    }
    # The loop of Keras, or our own on several machines, where Keras has none. Batches are made in
    # TensorFlow's thread: an error there comes back as a long text, so the error itself is raised.
    with samples.instead_of(tf.errors.OpError):
        if is_multi_worker(model.distribute_strategy):
            history = fit_on_workers(model, stream, callbacks=watching, **length)
        else:
            history = model.fit(
                stream(), callbacks=watching, shuffle=False, verbose=verbose, **length
            )
    # The end: later calls fine-tune, and the folder knows that nothing is left to do.
    model.trained = True
    run.ended(run.epoch + len(history.epoch), model.stop_training)
    if folder is not None and chief:
        run.record.write(folder)
    return history


def _compile(model: MaskRCNN, recipe: Recipe, first_step: int, first_rate: float) -> None:
    """Compile the model with its optimizer, for the devices that it was built for."""
    # Variables must lie where the model's are.
    with model.distribute_strategy.scope():
        number = share(model)
        check_devices(recipe, number)
        # AdamW; in float16 its loss is scaled.
        optimizer = make_optimizer(recipe, number, first_step, first_rate)
        model.compile(optimizer=scaled(optimizer, model.config))
        # The optimizer's variables must exist before a checkpoint is loaded into them. It knows
        # frozen layers as well, so that its memory stays when a later stage thaws them.
        model.optimizer.build(thawed(model))


def _watching(dataset, measured, run: Run) -> list[keras.callbacks.Callback]:
    """The callbacks of every run."""
    # A NaN loss stops the run; speed, losses and AP are measured after each epoch.
    recipe = run.recipe
    watching: list[keras.callbacks.Callback] = [NaNStop(dataset, recipe, run.epoch, run.step)]
    watching.append(Progress(recipe.batch_size))
    if len(measured):
        watching += [ValidationLosses(measured, recipe.batch_size), ValidationAP(measured)]
    return watching


def train_scenes(
    model: MaskRCNN,
    recipe: Recipe | None = None,
    folder: Any = None,
    first: int = 0,
    **options: Any,
) -> keras.callbacks.History:
    """Train on Scenes. Each scene is used once; every fourth one is smaller, so that sizes vary.

    Args:
        model: the model to train, in place; its classes must be those of the `scenes` preset.
        recipe: steps and other settings; None as for `train`.
        folder: as for `train`; a run in it is continued.
        first: the number of the first scene, so that a second run can use new scenes.
        **options: more arguments of `train`.

    Returns:
        The History of Keras.
    """
    if recipe is None:
        recipe = FINE_TUNING if model.trained else FROM_SCRATCH
    # As many scenes as the run takes.
    number = recipe.steps * recipe.batch_size
    # The first `first` scenes of this set were used by earlier runs.
    dataset = Subset(Scenes("train", first + number, (192, 192, 192, 168)), first, number)
    images = recipe.validation_images
    validation = Scenes("validation", images) if images else None
    return train(model, dataset, validation, recipe, folder, **options)
