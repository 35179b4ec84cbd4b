# %% [markdown]
# # 10 · Exercises: pretrained weights
#
# You write the functions that notebook [10](../10_pretrained_weights.ipynb) is about, and the
# package judges them: on a small case by hand, on random numbers, and on the weights of `scenes`.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("10.1", fold_norm)` says *passed*, *not attempted*, or what is wrong: a usual mistake by
#   its name, or else the first case in which yours differs.
# - `hint("10.1")` gives one hint; ask again for the next one.
# - `solution("10.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About 80 minutes for all six; 10.2 and 10.3 are the core.

# %%
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises import nb10_cases as cases
from maskrcnn_explained.viz import style
from maskrcnn_explained.weights.layer_table import layer_rows, stage_totals

arrays = cases.scenes_arrays()  # "layer/weight" -> array, as the file scenes.h5 has them

# %% [markdown]
# ## 10.1 · Fold batch norm into the convolution before it
#
# *implement · difficulty 2 of 3 · importance 2 of 3 · 20 minutes*
#
# Section: 2 · A file of arrays
#
# At inference batch norm computes `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, per
# channel. The convolution before it can do that, too, with another kernel and another bias. Then
# the layer is not needed.


# %%
def fold_norm(kernel, bias, gamma, beta, mean, variance, epsilon):
    """A convolution and the batch norm after it as one convolution.

    kernel: [..., in, out]. bias, gamma, beta, mean, variance: [out]. epsilon: a number.
    Returns two arrays: the new kernel, of the same shape, and the new bias, [out].
    """
    # solution
    scale = gamma / np.sqrt(variance + epsilon)  # [out]
    return kernel * scale, (bias - mean) * scale + beta
    # end


# %%
check("10.1", fold_norm)

# %% [markdown]
# ## 10.2 · Load by name
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 3 · When file and model do not fit
#
# A file has its arrays in another order than the model, lacks some, and has some that the model
# does not know. Say for each array of the model which array of the file goes there, and say what
# is left over: whoever loads must be able to see what was not loaded. (What to do about it is
# another question. The package then loads nothing.)
#
# The case by hand:

# %%
model_names, file_names = cases.names_small()
print("the model:", *model_names)
print("the file: ", *file_names)


# %%
def match_by_name(model_names, file_names):
    """Which array of the file goes to which array of the model.

    model_names: M texts such as "conv1/kernel". file_names: F texts. No name comes twice in a list.
    Returns two arrays: [M], the place in file_names of each of the model's names, -1 if it is not
    there; and the places in file_names that no array of the model takes, ascending.
    """
    # solution
    place = {name: number for number, name in enumerate(file_names)}
    rows = np.array([place.get(name, -1) for name in model_names])
    left_over = [number for number in range(len(file_names)) if number not in rows]
    return rows, np.array(left_over)
    # end


# %%
check("10.2", match_by_name)

# %% [markdown]
# ## 10.3 · Where do two programs part?
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: Same weights, same picture, other numbers: which program is wrong?
#
# Two programs have the same weights and the same photo, and find other boxes. Compare their tensors
# in the order of the data flow: the cause lies at the first that differs. What follows may
# differ because of it. Rounding makes tiny differences everywhere; they do not count.


# %%
def first_difference(ours, theirs, tolerance):
    """The first pair of tensors that differ.

    ours, theirs: lists of arrays in the same order; each pair has one shape.
    tolerance: numbers that lie further apart than this are different.
    Returns the number of the first pair with different numbers, from 0; -1 if there is none.
    """
    # solution
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if np.abs(one - other).max() > tolerance:
            return number
    return -1
    # end


# %%
check("10.3", first_difference)

# %% [markdown]
# The last case of the check is the photograph of the coins, once as always, and once with the
# pooling of the reference. How far apart its tensors are (a difference of 0 is not drawn):

# %% tags=["target"]
ours, theirs, tolerance = cases.tensors_coins()
apart = [np.abs(one - other).max() for one, other in zip(ours, theirs, strict=True)]
ax = style.new_axes(None, 8.0, 3.6)
ax.barh(cases.COMPARED, apart, color=style.POSITIVE)
ax.invert_yaxis()
ax.set(xlabel="largest difference", title="scenes, and scenes with crop_and_resize")
style.show(ax, "One bar per tensor; all before box_features are 0.")

# %% [markdown]
# ## 10.4 · The layer with the most weights
#
# *compute · difficulty 2 of 3 · importance 2 of 3 · 10 minutes*
#
# Section: 1 · Where the weights are, and where the work is
#
# `mrcnn_class_conv1` of `scenes` is a convolution of 7 x 7 on a pooled RoI of 7 x 7 cells and 64
# channels; it has 256 outputs and a bias. It works on 1000 proposals. By hand: which share of all
# weights does it have, and which share of all multiply-adds, in per cent? The whole model, on the
# photo of the coins:

# %%
rows = layer_rows(mrx.build("scenes"), (320, 384))
print(f"{sum(row.parameters for row in rows):,} weights")
print(f"{sum(row.multiply_adds for row in rows):,} multiply-adds")

# %%
# solution
shares = (100 * (7 * 7 * 64 * 256 + 256) / 2_406_256, 100 * 7 * 7 * 64 * 256 * 1000 / 5_656_800_000)
# end

# %%
check("10.4", shares)

# %% [markdown]
# The whole model in the same measure, stage by stage. (This layer is nearly all of the box head.)

# %% tags=["target"]
style.show(mrx.viz.show_stage_totals(stage_totals(rows), "scenes, 320 x 384 pixels"))

# %% [markdown]
# ## 10.5 · Find the bug: a kernel of torchvision
#
# *find the bug · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 6 · The same model under other names: torchvision's weights (more)
#
# torchvision's first kernel has the axes [out, 3, height, width], and expects pixels that were
# divided by 255 and by a standard deviation per colour. Ours has the axes [height, width, 3, out],
# and pixels are not divided, so the kernel must be. This function gives the right shape. No error
# is raised, and the model finds less.


# %%
def broken_kernel_from_torch(kernel):
    """torchvision's first kernel [out, 3, kh, kw] as ours, [kh, kw, 3, out]."""
    std = 255 * np.array([0.229, 0.224, 0.225])  # red, green, blue
    return kernel.transpose(3, 2, 1, 0) / std[:, None]


# %% [markdown]
# Write it again without the bug.


# %%
def kernel_from_torch(kernel):
    """As above, and right."""
    # solution
    std = 255 * np.array([0.229, 0.224, 0.225])  # red, green, blue
    return kernel.transpose(2, 3, 1, 0) / std[:, None]
    # end


# %%
check("10.5", kernel_from_torch)

# %% [markdown]
# The kernel of `scenes`, as it is, and what the bug makes of it: every filter is mirrored at its
# diagonal, so that one for upright edges answers to level ones.

# %% tags=["target"]
kernel = arrays["conv1/kernel"]
right = "conv1 as it was trained."
style.show(mrx.viz.show_filters(kernel), right)
style.show(mrx.viz.show_filters(kernel.transpose(1, 0, 2, 3)), "conv1 with its sides exchanged.")

# %% [markdown]
# ## 10.6 · Predict: the same weights, the stride in another place
#
# *predict · difficulty 1 of 3 · importance 2 of 3 · 5 minutes*
#
# Section: 5 · The COCO weights, by layer name (more)
#
# In `scenes` the first 1 x 1 convolution of a block has the stride, in torchvision's models the
# 3 x 3 convolution (`bottleneck_stride="3x3"`). No shape changes, so the file of weights fits both.
# The same photo goes through both: which is the first of C2, C3, C4, C5 that differs? Answer with
# its number.

# %%
# solution
first_stage = 3  # C2 has no stride: pooling before it has made the map small
# end

# %%
check("10.6", first_stage)

# %% [markdown]
# **Next:** back to notebook [10](../10_pretrained_weights.ipynb), or on to
# [11](../11_your_own_data.ipynb).
