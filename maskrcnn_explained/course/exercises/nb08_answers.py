"""Answers to the exercises of notebook 08, each with a switch per mistake.

With all switches off an answer is right: plain NumPy, independent of the package's own functions. A
switch makes one mistake and leaves the rest as it is. WRONG_08 says which sentence each one gets.
"""

from __future__ import annotations

import numpy as np

from maskrcnn_explained.course.exercises.exercise import wrong_answers

ADAM_MEAN, ADAM_SQUARE, ADAM_SMALL = 0.9, 0.999, 1e-7  # beta 1, beta 2 and epsilon of Keras
ASKED_WEIGHTS = (  # of 08.6, as the notebook asks for them
    "res4a_branch2a/kernel",
    "bn4a_branch2a/moving_mean",
    "fpn_c4p4/kernel",
    "rpn_conv_shared/bias",
    "mrcnn_mask_bn1/gamma",
    "mrcnn_mask_bn1/moving_variance",
)


def rate_answer(
    step,
    steps,
    warmup_steps,
    highest,
    from_zero=False,
    of_all=False,
    way="cosine",
    no_warmup=False,
) -> float:
    """The learning rate at a step."""
    if step < warmup_steps and not no_warmup:
        return highest * step / warmup_steps
    begin = 0 if from_zero else warmup_steps
    done = max(0, step - begin) / (steps if of_all else steps - begin)
    left = {
        "cosine": (1 + np.cos(np.pi * done)) / 2,
        "quarter": np.cos(np.pi / 2 * done),
        "straight": 1 - done,
    }
    return highest * float(left[way])


def rows_answer(
    length, batch_size, step, seed, one_order=False, end="goes on", from_one=False
) -> np.ndarray:
    """The samples of one batch; at the end of a pass it "goes on".

    Or it is "cut", or left "out", or "wraps": it goes on with the beginning of the same order.
    """
    per_pass = length // batch_size
    step = step - 1 if from_one else step
    first = step * batch_size
    if end == "out" and per_pass:
        first = step // per_pass * length + step % per_pass * batch_size
    places = np.arange(first, first + batch_size)
    passes = places // length
    if end == "cut":
        places, passes = places[passes == passes[0]], passes[passes == passes[0]]
    if end == "wraps":
        passes = np.full(batch_size, passes[0])
    orders = {e: np.random.default_rng([seed, e]).permutation(length) for e in (0, *passes)}
    return np.array(
        [orders[0 if one_order else e][p] for e, p in zip(passes, places % length, strict=True)]
    )


def clip_answer(gradients, clip_norm, by="all", always=False, to_one=False) -> np.ndarray:
    """Gradients [L, N], shortened by one factor for "all", each "row", or each "number"."""
    gradients = np.asarray(gradients, float)
    if by == "number":
        return np.clip(gradients, -clip_norm, clip_norm)
    norm = np.sqrt((gradients**2).sum(1 if by == "row" else None, keepdims=True))
    factor = (1.0 if to_one else clip_norm) / norm
    return gradients * (factor if always else np.where(norm > clip_norm, factor, 1))


def adamw_answer(
    weights,
    gradients,
    rate,
    decay,
    no_correction=False,
    in_gradient=False,
    decay_alone=False,
    no_root=False,
    no_mean=False,
) -> np.ndarray:
    """Weights [N] after one step of AdamW per row of gradients [S, N]."""
    weights = np.array(weights, float)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step, gradient in enumerate(np.asarray(gradients, float), start=1):
        if in_gradient:
            gradient = gradient + decay * weights
        else:
            weights = weights - (decay if decay_alone else rate * decay) * weights
        mean = ADAM_MEAN * mean + (1 - ADAM_MEAN) * gradient
        square = ADAM_SQUARE * square + (1 - ADAM_SQUARE) * gradient**2
        powers = (0, 0) if no_correction else (ADAM_MEAN**step, ADAM_SQUARE**step)
        top = gradient if no_mean else mean / (1 - powers[0])
        below = square / (1 - powers[1])
        weights = weights - rate * top / ((below if no_root else np.sqrt(below)) + ADAM_SMALL)
    return weights


def moving_answer(
    outputs, momentum, exchanged=False, start="fresh", unbiased=False, deviation=False
) -> np.ndarray:
    """Moving mean and variance [2, C] after one step per entry of outputs [S, n, C]."""
    outputs = np.asarray(outputs, float)
    means = outputs.mean(1)
    spreads = outputs.std(1) if deviation else outputs.var(1)
    if unbiased:
        spreads = spreads * outputs.shape[1] / (outputs.shape[1] - 1)
    batches = np.stack([means, spreads], 1)  # [S, 2, C]
    kept = 1 - momentum if exchanged else momentum
    moving = np.zeros_like(batches[0])
    if start == "fresh":
        moving[1] = 1
    elif start == "first batch":
        moving, batches = batches[0], batches[1:]
    for batch in batches:
        moving = kept * moving + (1 - kept) * batch
    return moving


def moved_answer(
    parts=("fpn", "rpn", "mrcnn"), statistics="of what learns", kernels_only=False
) -> list[int]:
    """Which of ASKED_WEIGHTS move at the stage "heads": six times 0 or 1.

    statistics: moving means and variances move "of what learns", "everywhere" or "nowhere".
    """
    found = []
    for name in ASKED_WEIGHTS:
        learns = name.split("_")[0] in parts
        if "moving" in name:
            moves = {"of what learns": learns, "everywhere": True, "nowhere": False}[statistics]
        else:
            moves = learns and (not kernels_only or name.endswith("kernel"))
        found.append(int(moves))
    return found


WRONG_08 = {
    "08.1": wrong_answers(
        rate_answer,
        {
            "Your cosine begins at step 0. It begins where the warm-up ends, so that the highest "
            "rate is really reached.": dict(from_zero=True),
            "Your rate does not come down to 0. The way down is as long as the run without its "
            "warm-up.": dict(of_all=True),
            "You took a quarter of a turn. The cosine goes half a turn, from 1 to -1: half way "
            "down the rate is half of the highest.": dict(way="quarter"),
            "You come down in a straight line. The rate follows a cosine.": dict(way="straight"),
            "There is no warm-up in yours. Before it ends, the rate grows in a straight line from "
            "0.": dict(no_warmup=True),
        },
    ),
    "08.2": wrong_answers(
        rows_answer,
        {
            "Every pass has the order of the first one. Each has an order of its own.": dict(
                one_order=True
            ),
            "You left out what did not fill a batch at the end of a pass. Those samples go into a "
            "batch with the first of the next pass.": dict(end="out"),
            "Your batch ends where the pass ends. It goes on with the first samples of the next "
            "pass.": dict(end="cut"),
            "Your batch goes on with the beginning of the pass that it just ended. The next pass "
            "has another order.": dict(end="wraps"),
            "You count steps from 1. The first step is step 0.": dict(from_one=True),
        },
    ),
    "08.3": wrong_answers(
        clip_answer,
        {
            "This still gives what the broken function gives. Does the gradient keep its "
            "direction, all rows together?": dict(by="row"),
            "You cut each number by itself, which changes the direction. Multiply all numbers by "
            "one factor.": dict(by="number"),
            "You lengthen gradients, too. One that is short enough stays as it is.": dict(
                always=True
            ),
            "Your clipped gradients have the length 1. Their length should be clip_norm.": dict(
                to_one=True
            ),
        },
    ),
    "08.4": wrong_answers(
        adamw_answer,
        {
            "Both means begin at 0, so they are too small in the first steps. Divide them by "
            "1 - beta ** step, with steps from 1.": dict(no_correction=True),
            "You added the decay to the gradient: that is Adam with an L2 loss. In AdamW the decay "
            "does not pass through the two means.": dict(in_gradient=True),
            "Your decay is not multiplied by the rate.": dict(decay_alone=True),
            "You divide by the mean of the squares. Take its square root first.": dict(
                no_root=True
            ),
            "You move along the gradient of this step. AdamW moves along the mean of the "
            "gradients.": dict(no_mean=True),
        },
    ),
    "08.5": wrong_answers(
        moving_answer,
        {
            "Old and new are exchanged. The momentum is the share that the old statistics keep, so "
            "they follow slowly.": dict(exchanged=True),
            "You begin with the statistics of the first batch. A fresh layer has mean 0 and "
            "variance 1.": dict(start="first batch"),
            "Your moving variance begins at 0. A fresh layer has variance 1, so that it changes "
            "nothing.": dict(start="zeros"),
            "You divide the sum of squares by n - 1. Batch norm of Keras divides by n.": dict(
                unbiased=True
            ),
            "The second row is a standard deviation. It should be a variance.": dict(
                deviation=True
            ),
        },
    ),
    "08.6": wrong_answers(
        moved_answer,
        {
            'FPN and RPN learn, too. "heads" means all but the backbone.': dict(parts=("mrcnn",)),
            'You let the backbone learn. At "heads" it is what stays as it is.': dict(
                parts=("fpn", "rpn", "mrcnn", "res4a", "bn4a")
            ),
            "The statistics of the backbone stay. A batch norm that does not learn uses its moving "
            "statistics and leaves them alone.": dict(statistics="everywhere"),
            "Moving statistics get no gradient, but they move: those of a layer that learns "
            "follow the batches.": dict(statistics="nowhere"),
            "Not only kernels learn. Biases, gamma and beta of the layers that learn move as "
            "well.": dict(kernels_only=True),
        },
    ),
}
