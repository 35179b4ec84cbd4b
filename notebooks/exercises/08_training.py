# %% [markdown]
# # 08 · Exercises: training
#
# You write what moves the weights in notebook [08](../08_training.ipynb), and the package judges
# it: each answer is compared with the schedule, the batches, the optimizer and the layers that
# train the real model. No model is trained here; every check takes seconds.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("08.1", learning_rate)` says *passed*, *not attempted*, or what is wrong: a usual mistake
#   by its name, or else the first case in which yours differs.
# - `hint("08.1")` gives one hint; ask again for the next one.
# - `solution("08.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About an hour and a half for all six; 08.1, 08.5 and 08.6 are the core.

# %%
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.training.schedule import make_schedule
from maskrcnn_explained.viz import style

# %% [markdown]
# ## 08.1 · The learning rate at a step
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 2 · The recipe
#
# In the warm-up the rate grows in a straight line from 0 at step 0. It is highest when the
# warm-up ends, and from there it comes down along half a turn of a cosine, to 0 at the last
# step.


# %%
def learning_rate(step, steps, warmup_steps, highest):
    """The learning rate at one step.

    step: 0 to steps. steps: of the whole run. warmup_steps: of its first part; may be 0.
    highest: the rate at the end of the warm-up. Returns one number.
    """
    # solution
    if step < warmup_steps:
        return highest * step / warmup_steps
    done = (step - warmup_steps) / (steps - warmup_steps)
    return highest * (1 + np.cos(np.pi * done)) / 2
    # end


# %%
check("08.1", learning_rate)

# %% [markdown]
# The schedule of the first run of the shipped weights, 30,000 steps with a warm-up of 1,000:

# %% tags=["target"]
schedule = make_schedule(mrx.Recipe(steps=30_000, warmup_steps=1_000, learning_rate=1.5e-3))
steps = np.arange(0, 30_001, 250)
style.show(mrx.viz.show_schedule(steps, [float(schedule(step)) for step in steps]))

# %% [markdown]
# ## 08.2 · Which samples are in a batch
#
# *implement · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 1 · Batches, steps, epochs
#
# Each pass over the data has an order of its own; that of pass e (0, 1, 2, ..) is
# `np.random.default_rng([seed, e]).permutation(length)`. Batches are taken from the passes one
# after the other, and nothing is left out. The answer depends on the step alone, so that a run
# which stopped can go on with the very same batches.


# %%
def batch_rows(length, batch_size, step, seed):
    """The indices of the samples in the batch of one step.

    length: how many samples there are. step: 0, 1, 2, .. A batch may be larger than the data set.
    Returns batch_size indices, in order.
    """
    # solution
    rows = []
    for place in range(step * batch_size, (step + 1) * batch_size):
        number, within = divmod(place, length)
        rows.append(np.random.default_rng([seed, number]).permutation(length)[within])
    return rows
    # end


# %%
check("08.2", batch_rows)

# %% [markdown]
# Six scenes, in batches of four: the batches of steps 0, 1 and 2, one per row. Each scene is
# there twice, and the second batch holds the end of the first pass and the beginning of the
# second.

# %% tags=["target"]
scenes = mrx.Scenes("train", 6, sizes=128)
rows = [row for step in range(3) for row in batch_indices(6, 4, step, seed=1)]
names = mrx.get_config("scenes").class_names
axes = mrx.viz.show_samples([scenes[row] for row in rows], names, columns=4)
style.show(axes, alt="Three batches of four scenes, one per row.", colours=128)

# %% [markdown]
# ## 08.3 · Find the bug: clipping
#
# *find the bug · difficulty 2 of 3 · importance 2 of 3 · 10 minutes*
#
# Section: 2 · The recipe
#
# A rare batch makes the gradient huge. Clipping shortens it: all numbers of all weights
# together, seen as one long vector, get the length `clip_norm` and keep their direction. A
# gradient that is shorter stays as it is. This function never stops with an error, and no row
# of its result is too long; still it is wrong.


# %%
def broken_clip_gradients(gradients, clip_norm):
    """Clipped gradients [L, N]. gradients: [L, N], one row per layer. clip_norm: the limit."""
    length = np.sqrt((gradients**2).sum(1, keepdims=True))
    return gradients * np.minimum(1, clip_norm / length)


# %% [markdown]
# Write it again without the bug.


# %%
def clip_gradients(gradients, clip_norm):
    """As above, and right."""
    # solution
    length = np.sqrt((gradients**2).sum())  # of all rows together
    return gradients * np.minimum(1, clip_norm / length)
    # end


# %%
check("08.3", clip_gradients)

# %% [markdown]
# ## 08.4 · AdamW
#
# *implement · difficulty 3 of 3 · importance 2 of 3 · 25 minutes*
#
# Section: 2 · The recipe
#
# AdamW keeps two running means for each weight: of its gradients (beta 0.9) and of their
# squares (beta 0.999). Both begin at 0. They are too small at first, so before use each is
# divided by `1 - beta ** step`, with steps counted from 1. A weight moves against the first
# mean, divided by the root of the second plus 1e-7, times the rate. And the *decay*: before
# that, each weight loses its share `rate * decay`.


# %%
def adamw(weights, gradients, rate, decay):
    """The weights after one step per row of gradients.

    weights: [N]. gradients: [S, N], those of step 1, 2, .. S. rate: the learning rate. decay: the
    weight decay. Returns an array [N].
    """
    # solution
    mean, square = np.zeros(len(weights)), np.zeros(len(weights))
    for step, gradient in enumerate(gradients, start=1):
        weights = weights - rate * decay * weights
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        corrected, root = mean / (1 - 0.9**step), np.sqrt(square / (1 - 0.999**step))
        weights = weights - rate * corrected / (root + 1e-7)
    return weights
    # end


# %%
check("08.4", adamw)

# %% [markdown]
# ## 08.5 · Batch norm lags
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: Does it find what it learned?
#
# In training, batch norm uses the mean and variance of the batch; `detect` uses moving averages
# of them, which follow slowly. A fresh layer begins with a mean of 0 and a variance of 1. After
# each batch the averages keep the share `momentum` of what they were, and take the rest from
# the batch.


# %%
def moving_statistics(outputs, momentum):
    """Moving mean and variance of a fresh batch norm after some batches.

    outputs: [S, n, C], S batches of n numbers in each of C channels. momentum: 0 to 1; the model
    has 0.99. Returns an array [2, C]: moving means, then moving variances.
    """
    # solution
    channels = outputs.shape[2]
    moving = np.stack([np.zeros(channels), np.ones(channels)])
    for batch in outputs:
        new = np.stack([batch.mean(0), batch.var(0)])
        moving = momentum * moving + (1 - momentum) * new
    return moving
    # end


# %%
check("08.5", moving_statistics)

# %% [markdown]
# ## 08.6 · What moves when only the heads learn?
#
# *predict · difficulty 2 of 3 · importance 3 of 3 · 10 minutes*
#
# Section: 7 · Fine-tuning: new classes in seconds
#
# Fresh weights, one training step with `stage="heads"`. Which of these six arrays differ
# afterwards? Write 1 for those that move and 0 for those that stay. (The check makes that step
# with a real model.)
#
# 1. `res4a_branch2a/kernel`: a convolution of the backbone
# 2. `bn4a_branch2a/moving_mean`: of the batch norm behind it
# 3. `fpn_c4p4/kernel`: the lateral layer of P4
# 4. `rpn_conv_shared/bias`: of the RPN head
# 5. `mrcnn_mask_bn1/gamma`: of a batch norm in the mask head
# 6. `mrcnn_mask_bn1/moving_variance`: of the same batch norm

# %%
# solution
moved = [0, 0, 1, 1, 1, 1]
# end

# %%
check("08.6", moved)

# %% [markdown]
# **Next:** back to notebook [08](../08_training.ipynb), or on to [09](../09_evaluation.ipynb).
