"""Cases of notebook 08, and what judges where no single function of the package does.

They are chosen so that no mistake is hidden: passes that no batch size divides, gradients longer
and shorter than the limit, maps that are not square.
"""

from __future__ import annotations

import functools

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.nb08_answers import ASKED_WEIGHTS
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.layers import BatchNorm
from maskrcnn_explained.model import build
from maskrcnn_explained.training.optimizer import make_optimizer, set_stage
from maskrcnn_explained.training.recipe import FROM_SCRATCH, Recipe
from maskrcnn_explained.training.schedule import make_schedule

NEVER_CLIPPED = 1e9


def shipped_recipe(step: int) -> tuple:
    """A step of the first run of the shipped weights, with its recipe."""
    recipe = FROM_SCRATCH.settled()
    return step, recipe.steps, recipe.warmup_steps, recipe.learning_rate


def clip_random() -> tuple:
    """Four rows of very different lengths, all of them together too long."""
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(4, 6)) * [[0.1], [1.0], [4.0], [30.0]]
    return gradients.astype(np.float32), 5.0


def adamw_random() -> tuple:
    """Four weights and five steps; the decay is large, so that it shows."""
    rng = np.random.default_rng(1)
    gradients = rng.normal(size=(5, 4)) * [[0.3], [2.0], [1.0], [0.5], [4.0]]
    return rng.normal(0, 2, 4).astype(np.float32), gradients.astype(np.float32), 0.05, 0.3


def moving_random() -> tuple:
    """Six batches of seven numbers in each of three channels."""
    rng = np.random.default_rng(2)
    outputs = rng.normal([3, -1, 0], [0.5, 2, 1], (6, 7, 3)).astype(np.float32)
    return outputs, 0.8


def moving_coins() -> tuple:
    """Four channels of C3 of the photo; each band of eight rows of the map serves as a batch."""
    bands = np.asarray(photo.coin_tensors()["C3"])[..., :4].reshape(5, -1, 4)
    return bands, 0.99


# What judges


def scheduled_rate(step, steps, warmup_steps, highest) -> float:
    """The learning rate of `make_schedule`."""
    recipe = Recipe(steps=steps, warmup_steps=warmup_steps, learning_rate=highest)
    schedule = make_schedule(recipe)
    return float(schedule if isinstance(schedule, float) else schedule(step))


def clipped_gradients(gradients, clip_norm) -> np.ndarray:
    """What the optimizer of a recipe takes off weights of 0, at a rate of 1: [L, N]."""
    recipe = Recipe(
        optimizer="sgd", schedule="constant", learning_rate=1.0, weight_decay=0, clip_norm=clip_norm
    )
    weights = [keras.Variable(np.zeros_like(row)) for row in gradients]
    rows = [tf.constant(row) for row in gradients]
    make_optimizer(recipe).apply_gradients(zip(rows, weights, strict=True))
    return 0 - np.stack([keras.ops.convert_to_numpy(weight) for weight in weights])


def adamw_weights(weights, gradients, rate, decay) -> np.ndarray:
    """What the optimizer of a recipe makes of weights [N], in one step per row of gradients."""
    recipe = Recipe(
        schedule="constant", learning_rate=rate, weight_decay=decay, clip_norm=NEVER_CLIPPED
    )
    variable = keras.Variable(weights, name="kernel")
    optimizer = make_optimizer(recipe)
    for gradient in gradients:
        optimizer.apply_gradients([(tf.constant(gradient), variable)])
    return keras.ops.convert_to_numpy(variable)


def moving_statistics(outputs, momentum) -> np.ndarray:
    """The moving mean and variance of a batch norm of the model after these batches: [2, C]."""
    norm = BatchNorm(momentum=momentum)
    for batch in np.asarray(outputs, np.float32):
        norm(batch[:, None, None], training=True)  # a map of one cell per number
    both = norm.moving_mean, norm.moving_variance
    return np.stack([keras.ops.convert_to_numpy(average) for average in both])


@functools.cache
def moved_at_heads() -> tuple[int, ...]:
    """Which of ASKED_WEIGHTS one step at the stage "heads" moves: 0 or 1 for each."""
    model = build("scenes", seed=0, image_min_side=None)
    set_stage(model, "heads")
    scenes = Scenes("train", 2, sizes=64)
    before = _asked(model)
    batch = make_batch([scenes[0], scenes[1]], model.config)
    with tf.GradientTape() as tape:
        loss = tf.add_n(model.compute_losses(batch, True))
    weights = model.trainable_variables
    recipe = Recipe(schedule="constant", learning_rate=1e-3)
    make_optimizer(recipe).apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
    after = _asked(model)
    return tuple(int((a != b).any()) for a, b in zip(before, after, strict=True))


def _asked(model):
    """The numbers of ASKED_WEIGHTS now."""
    parts = [name.split("/") for name in ASKED_WEIGHTS]
    layers = model.named_layers
    return [keras.ops.convert_to_numpy(getattr(layers[layer], name)) for layer, name in parts]
