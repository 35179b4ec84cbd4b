"""The exercises of notebook 08: learning rate, batches, clipping, AdamW, moving statistics."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained.course.exercises import nb08_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    FIND_THE_BUG,
    IMPLEMENT,
    PREDICT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb08_answers import WRONG_08
from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.layers import BatchNorm
from maskrcnn_explained.training import optimizer, schedule

EXERCISES_08 = (
    Exercise(
        key="08.1",
        name="learning_rate",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=15,
        asks="The learning rate at a step: a straight warm-up, then a cosine down to 0.",
        arguments=("step", "steps", "warmup_steps", "highest"),
        right=cases.scheduled_rate,
        source=schedule.make_schedule,
        tolerance=1e-7,
        cases=(
            Case("by hand", lambda: (2, 12, 4, 0.1)),
            Case("by hand, later", lambda: (6, 12, 4, 0.1)),
            Case("the last step", lambda: (12, 12, 4, 0.1)),
            Case("random", lambda: (611, 937, 203, 0.0173)),
            Case("no warm-up", lambda: (30, 90, 0, 0.01)),
            Case("the shipped weights, early", lambda: cases.shipped_recipe(500)),
            Case("the shipped weights, run 1", lambda: cases.shipped_recipe(8000)),
        ),
        wrong=WRONG_08["08.1"],
        hints=(
            "There are two parts, and an if between them: step < warmup_steps.",
            "After the warm-up, first compute how much of the way down is done: 0 at its end, 1 "
            "at the last step.",
            "(1 + cos(pi * done)) / 2 goes from 1 to 0. Multiply it by the highest rate.",
        ),
    ),
    Exercise(
        key="08.2",
        name="batch_rows",
        kind=IMPLEMENT,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Which samples are in the batch of a step; each pass has an order of its own.",
        arguments=("length", "batch_size", "step", "seed"),
        right=batch_indices,
        source=batch_indices,
        cases=(
            Case("by hand", lambda: (5, 2, 2, 1)),
            Case("random", lambda: (37, 8, 23, 5)),
            Case("a batch of several passes", lambda: (3, 8, 1, 0)),
            Case("notebook 08", lambda: (1000, 8, 200, 1)),
        ),
        wrong=WRONG_08["08.2"],
        hints=(
            "Put the orders of all passes in one endless row. Which places of it are the batch's?",
            "Step s takes the places s * batch_size up to (s + 1) * batch_size.",
            "divmod(place, length) gives the number of the pass, and the place within its order.",
        ),
    ),
    Exercise(
        key="08.3",
        name="clip_gradients",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=2,
        minutes=10,
        asks="Repair the function: shorten all gradients together, if they are too long.",
        arguments=("gradients", "clip_norm"),
        right=cases.clipped_gradients,
        source=tf.clip_by_global_norm,
        cases=(
            Case(
                "by hand",
                lambda: (np.array([[3, 4], [0, 12]], np.float32), 6.5),
            ),
            Case("short ones", lambda: (np.array([[0.3, 0.4], [0, 1.2]], np.float32), 5.0)),
            Case("random", cases.clip_random),
        ),
        wrong=WRONG_08["08.3"],
        hints=(
            "Try [[3, 4], [0, 12]] with a clip_norm of 6.5. Is the result still parallel to what "
            "went in?",
            "What is the length of all the numbers together, as if they were one vector? Here 13.",
            "One norm, one factor for all rows. If the norm is not above clip_norm, the factor is "
            "1.",
        ),
    ),
    Exercise(
        key="08.4",
        name="adamw",
        kind=IMPLEMENT,
        difficulty=3,
        importance=2,
        minutes=25,
        asks="Weights after some steps of AdamW, one per row of gradients.",
        arguments=("weights", "gradients", "rate", "decay"),
        right=cases.adamw_weights,
        source=keras.optimizers.Adam.update_step,
        tolerance=1e-5,
        cases=(
            Case(
                "by hand",
                lambda: (
                    np.array([1, -2], np.float32),
                    np.array([[0.5, -3], [0.1, 1]], np.float32),
                    0.1,
                    0.2,
                ),
            ),
            Case("random", cases.adamw_random),
        ),
        wrong=WRONG_08["08.4"],
        hints=(
            "Keep two running means that begin at 0: of the gradients, and of their squares. Each "
            "step: mean = beta * mean + (1 - beta) * new.",
            "Divide a mean by 1 - beta ** step before you use it. Without decay the first step "
            "then moves every weight by the rate, large gradient or small.",
            "First weights -= rate * decay * weights. Then weights -= rate * mean / "
            "(sqrt(square) + 1e-7), with both means corrected.",
        ),
    ),
    Exercise(
        key="08.5",
        name="moving_statistics",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="Moving mean and variance of a fresh batch norm after some batches: [2, C].",
        arguments=("outputs", "momentum"),
        right=cases.moving_statistics,
        source=BatchNorm,
        cases=(
            Case(
                "by hand",
                lambda: (
                    np.array([[[1, 0], [2, 4], [6, 2]], [[3, 5], [3, 9], [9, 7]]], np.float32),
                    0.75,
                ),
            ),
            Case("random", cases.moving_random),
            Case("the coins", cases.moving_coins),
        ),
        wrong=WRONG_08["08.5"],
        hints=(
            "Begin with a mean of 0 and a variance of 1 per channel, and go batch by batch.",
            "outputs[i].mean(0) and outputs[i].var(0) are the statistics of batch i: [C] each.",
            "After each batch: moving = momentum * moving + (1 - momentum) * of_this_batch.",
        ),
    ),
    Exercise(
        key="08.6",
        name="moved",
        kind=PREDICT,
        difficulty=2,
        importance=3,
        minutes=10,
        asks='Six times 1 or 0: which weights move in a training step at the stage "heads"?',
        right=cases.moved_at_heads,
        source=optimizer.set_stage,
        wrong=WRONG_08["08.6"],
        hints=(
            'Section 7 of the notebook says what "heads" leaves alone.',
            "Gamma, beta and bias get gradients as kernels do. A moving mean gets none: it is set.",
            "What of batch norm is set in training, and what happens to that where the layer does "
            "not learn?",
        ),
    ),
)
