"""Training: a recipe on Keras' own `fit`, with checkpoints from which a run goes on."""

from __future__ import annotations

import dataclasses
import re

import keras

from maskrcnn_explained import replicas, workers
from maskrcnn_explained.callbacks import NaNStop, Progress, ValidationAP
from maskrcnn_explained.checkpoints import Checkpoint, resume
from maskrcnn_explained.data.batches import batches
from maskrcnn_explained.data.checks import check_dataset
from maskrcnn_explained.data.part import Part
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.precision import scaled

STAGES = {  # which layers learn, as the reference names it
    "heads": r"(mrcnn_|rpn_|fpn_).*",
    "4+": r"(res4|bn4|res5|bn5|mrcnn_|rpn_|fpn_).*",
    "all": r".*",
}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How to train. The defaults are those of the first run of the shipped `scenes` weights.

    Raises `ValueError` on an impossible value.
    """

    steps: int = 30_000
    batch_size: int = 4
    learning_rate: float = 1.5e-3  # the highest; reached after the warm-up
    warmup_steps: int = 1_000
    weight_decay: float = 0.02  # of AdamW; not on biases and batch norm
    clip_norm: float = 5.0  # of all gradients together
    stage: str = "all"  # "heads", "4+" or "all": which layers learn
    steps_per_epoch: int = 1_000
    accumulate: int = 1  # so many steps' gradients make one update: a larger batch in less memory
    validation_images: int = 60  # measured after every epoch
    seed: int = 1

    def __post_init__(self):
        if self.stage not in STAGES:
            raise ValueError(f"stage is {self.stage!r}; choose one of {', '.join(STAGES)}.")
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
        """An epoch here is `steps_per_epoch` steps, whatever the size of the data set."""
        return -(-self.steps // self.steps_per_epoch)


def train(
    model: MaskRCNN, dataset, validation, recipe: Recipe = Recipe(), folder=None, augment=None,
    callbacks=(), verbose="auto",
):  # fmt: skip
    """Train a model; go on where an earlier run into the same folder stopped.

    Args:
        model: the model to train, in place.
        dataset: sequence of Samples to learn from.
        validation: sequence of Samples to measure on after each epoch, or None.
        recipe: steps, learning rate and so on.
        folder: for `checkpoint.weights.h5` (weights and optimizer, replaced after each epoch) and
            `log.jsonl` (a line an epoch); None keeps nothing.
        augment: changes each sample before it is learned from, such as
            `data.augmentation.Augmentation(flip=0.5)`; None leaves them alone.
        callbacks: more of Keras' callbacks, such as `keras.callbacks.TensorBoard`.
        verbose: of `fit`: 0 prints nothing, 1 a bar, 2 a line an epoch.

    Returns:
        Keras' History: a list for each of the five losses, their sum, and validation AP.

    Raises:
        ValueError: a data set without images or objects, or with classes that the model does not
            know (see `data.checks`), before anything is written.
        FloatingPointError: a loss became NaN or infinite; the message names the images of that
            batch, and the checkpoint is the one before.
        OSError: the last checkpoint could not be written.
    """
    check_dataset(dataset, model.config)
    steps = min(recipe.steps_per_epoch, recipe.steps)
    set_stage(model, recipe.stage)
    with model.distribute_strategy.scope():
        check_devices(recipe)
        model.compile(optimizer=scaled(make_optimizer(recipe), model.config))
        model.optimizer.build(model.trainable_variables)
    ours = [NaNStop(dataset, recipe), Progress(recipe.batch_size)]
    if validation is not None and len(validation):
        ours.append(ValidationAP(Part(validation, 0, recipe.validation_images)))
    ours += callbacks
    first_epoch = 0
    if folder is not None:
        first_epoch = resume(model, folder, steps // recipe.accumulate)
        if workers.is_chief(model.distribute_strategy):
            ours.append(Checkpoint(folder))  # last, so that the log holds what the others measured
    options = dict(epochs=recipe.epochs, initial_epoch=first_epoch, steps_per_epoch=steps)

    def stream(*share):
        first = first_epoch * steps
        return batches(
            dataset, model.config, recipe.batch_size, recipe.seed, first, augment,
            share or (0, 1, 1),
        )  # fmt: skip

    if workers.is_multi_worker(model.distribute_strategy):
        return workers.fit(model, stream, callbacks=ours, **options)
    return model.fit(stream(), callbacks=ours, shuffle=False, verbose=verbose, **options)


def check_devices(recipe: Recipe) -> None:
    """Raise `ValueError` unless a batch can be dealt out to the devices of the strategy."""
    if recipe.batch_size % replicas.number():
        raise ValueError(
            f"A batch of {recipe.batch_size} cannot be dealt out evenly to {replicas.number()} "
            "devices; choose a multiple."
        )
    if recipe.accumulate > 1 and replicas.number() > 1:
        raise ValueError(
            "Keras accumulates gradients on one device only; with several, raise batch_size, not "
            "accumulate."
        )


def make_schedule(recipe: Recipe) -> keras.optimizers.schedules.LearningRateSchedule:
    """Step -> learning rate: a linear warm-up, then a cosine down to zero."""
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=max(1, recipe.steps - recipe.warmup_steps),
        warmup_target=recipe.learning_rate,
        warmup_steps=recipe.warmup_steps,
    )


def make_optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """AdamW on `make_schedule`; gradients clipped together."""
    optimizer = keras.optimizers.AdamW(
        make_schedule(recipe), weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.clip_norm / replicas.number(),  # it clips a mean over devices
        gradient_accumulation_steps=recipe.accumulate if recipe.accumulate > 1 else None,
    )  # fmt: skip
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def set_stage(model: MaskRCNN, stage: str) -> list[str]:
    """Let only the layers of a stage learn; returns their names.

    Batch norm in a layer that does not learn uses its moving statistics, also in training.
    """
    names = []
    for layer in [*model.layers, *model.get_layer("rpn_model").layers]:
        if layer.name == "rpn_model" or not layer.weights:
            continue
        layer.trainable = re.fullmatch(STAGES[stage], layer.name) is not None
        names += [layer.name] if layer.trainable else []
    return names


def train_scenes(model: MaskRCNN, recipe: Recipe = Recipe(), folder=None, first: int = 0):
    """Train on Scenes, each seen once; every fourth one is smaller, so that sizes vary.

    Args:
        model: the model to train, in place; its classes must be those of the `scenes` preset.
        recipe: steps and so on.
        folder: as for `train`; a run in it goes on.
        first: the number of the first scene, so that a second run can see fresh ones.

    Returns:
        Keras' History.
    """
    from maskrcnn_explained.data.scenes import Scenes

    number = recipe.steps * recipe.batch_size
    dataset = Part(Scenes("train", first + number, (192, 192, 192, 168)), first, number)
    number = recipe.validation_images
    validation = Scenes("validation", number) if number else None
    return train(model, dataset, validation, recipe, folder)
