# %% [markdown]
# # 01 · Exercises: the backbone
#
# You write what notebook [01](../01_backbone.ipynb) is about, and the package judges it: each
# function is compared with the layers of the real model, on a small case by hand, on random
# numbers, and on the photograph of the coins.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("01.2", conv_at)` says *passed*, *not attempted*, or what is wrong: a usual mistake by
#   its name, or else the first case in which yours differs.
# - `hint("01.2")` gives one hint; ask again for the next one.
# - `solution("01.2")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About 75 minutes for all six; 01.1, 01.2 and 01.3 are the core.

# %%
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises.map_tools import coin_layer, conv_map
from maskrcnn_explained.course.exercises.photo import coin_tensors
from maskrcnn_explained.viz import style

config = mrx.get_config("scenes")
t = coin_tensors()  # every tensor of the model on the photo, by name
photo = mrx.viz.visible_image(t["molded_image"], config.mean_pixel)

# %% [markdown]
# ## 01.1 · The shape of a map
#
# *compute · difficulty 1 of 3 · importance 3 of 3 · 5 minutes*
#
# Section: 1 · What a feature map is
#
# A photograph has 1600 rows and 900 columns of pixels. Which shape has its C4 in the model
# `scenes`? Give three numbers: rows, columns, channels. Work it out on paper:
# `config.image_max_side` is 512, molded sides are multiples of 64, and `config.backbone_widths` are
# 24, 48, 80 and 128.

# %%
# solution
c4_shape = (32, 20, 320)  # 1600 x 900 -> 512 x 288 -> 512 x 320; stride 16; 4 * 80 channels
# end

# %%
check("01.1", c4_shape)

# %% [markdown]
# The coins are molded to 320 x 384 pixels. The cells of their C4, and those of its neighbours, on a
# piece of 96 x 96 pixels:

# %% tags=["target"]
strides = {"C3": 8, "C4": 16, "C5": 32}
style.show(mrx.viz.show_cell_grids(photo, strides, corner=(160, 160)), colours=128)

# %% [markdown]
# ## 01.2 · One cell of a convolution
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: The convolution, by hand
#
# The convolutions inside a block have stride 1 and "same" padding: zeros around the map, so that
# the result has as many cells as the input. Compute one cell of it, all channels at once. (The
# notebook did it for `conv1`, which has a stride of 2.)


# %%
def conv_at(feature_map, kernel, bias, row, column):
    """One cell of a convolution with stride 1 and zeros around the map.

    feature_map: [h, w, C]. kernel: [k, k, C, D], k is odd. bias: [D]. row, column: of the cell.
    Returns an array [D].
    """
    # solution
    margin = len(kernel) // 2
    padded = np.pad(feature_map, [(margin, margin), (margin, margin), (0, 0)])
    patch = padded[row : row + len(kernel), column : column + len(kernel)]  # [k, k, C]
    return (patch[..., None] * kernel).sum((0, 1, 2)) + bias
    # end


# %%
check("01.2", conv_at)

# %% [markdown]
# All cells of four channels: the layer `res2a_branch2b` on the coins.

# %% tags=["target"]
conv = coin_layer("res2a_branch2b")
style.show(mrx.viz.show_channels(conv, "res2a_branch2b", stride=4, count=4), colours=128)

# %% [markdown]
# ## 01.3 · A residual block
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 2 · A residual block, by hand
#
# A bottleneck block: 1x1 down, 3x3, 1x1 up, a shortcut that is the input itself, and ReLUs. Each
# batch norm is folded into the convolution before it (at the end of the notebook it says how), so
# none is left. `conv_map(x, kernel, bias)` is a whole convolution with "same" padding.


# %%
def residual_block(x, down, middle, up):
    """A bottleneck block whose batch norms are folded.

    x: [h, w, C], not negative. down, middle, up: (kernel, bias) of the three convolutions.
    Returns an array [h, w, C].
    """
    # solution
    y = np.maximum(conv_map(x, *down), 0)
    y = np.maximum(conv_map(y, *middle), 0)
    branch = conv_map(y, *up)
    return np.maximum(x + branch, 0)
    # end


# %%
check("01.3", residual_block)

# %% [markdown]
# Block 3b on the coins, whose output is C3, in one channel: what comes in, what the branch adds,
# what goes out.

# %% tags=["target"]
before, total = coin_layer("res3a_out"), coin_layer("res3b_add")
axes = mrx.viz.show_residual_block(before, total - before, t["C3"], stride=8, channel=88)
style.show(axes, colours=128)

# %% [markdown]
# ## 01.4 · What a cell can see
#
# *implement · difficulty 2 of 3 · importance 2 of 3 · 20 minutes*
#
# Section: 3 · Receptive fields: what a cell can see
#
# The side of the receptive field of one cell, from the number of blocks in stages 2, 3, 4 and 5
# alone. Stage 1 is a 7x7 convolution and a 3x3 max-pooling, both of stride 2. Each block has one
# 3x3 convolution. In stages 3, 4 and 5 the first block halves the map, in its first 1x1.


# %%
def field_sides(blocks):
    """The sides of what one cell of C2, C3, C4 and C5 can see.

    blocks: four numbers, the blocks of stages 2, 3, 4 and 5.
    Returns an array [4], pixels.
    """
    # solution
    size, stride = 1, 1
    for kernel, step in ((7, 2), (3, 2)):  # conv1, pool1
        size += (kernel - 1) * stride
        stride *= step
    sides = []
    for stage, number in enumerate(blocks, start=2):
        if stage > 2:
            stride *= 2
        size += number * (3 - 1) * stride
        sides.append(size)
    return np.array(sides)
    # end


# %%
check("01.4", field_sides)

# %% [markdown]
# The fields of four cells at one point of the photo:

# %% tags=["target"]
fields = mrx.backbone.receptive_fields(config)
cells = {name: (202 // fields[name][1], 212 // fields[name][1]) for name in fields}
style.show(mrx.viz.show_receptive_fields(photo, fields, cells), colours=128)

# %% [markdown]
# ## 01.5 · Find the bug: a frozen batch norm that is not
#
# *find the bug · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: What does freezing batch norm freeze?
#
# The statistics of this batch norm are meant to be frozen: it shall normalise with the stored mean
# and variance, also while the model around it is in training. It never stops with an error, and its
# result is wrong.


# %%
def broken_frozen_norm(x, gamma, beta, mean, variance):
    """A batch norm with frozen statistics, in a model in training. x: [B, h, w, C]; others: [C]."""
    import keras

    layer = keras.layers.BatchNormalization(epsilon=0.001)
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, layer(inputs, training=False))  # frozen: not in training
    layer.set_weights([gamma, beta, mean, variance])
    return model(x, training=True).numpy()


# %% [markdown]
# Write it again without the bug, with Keras or without. (`layer.trainable = False` also gives the
# right numbers, but then gamma and beta do not learn any more: see "Common confusions" in the
# notebook.)


# %%
def frozen_norm(x, gamma, beta, mean, variance):
    """As above, and right."""
    # solution
    return gamma * (x - mean) / np.sqrt(variance + 0.001) + beta
    # end


# %%
check("01.5", frozen_norm)

# %% [markdown]
# ## 01.6 · What does a training step change?
#
# *predict · difficulty 1 of 3 · importance 3 of 3 · 5 minutes*
#
# Section: What does freezing batch norm freeze?
#
# A batch norm has 192 channels. All of the model around it is trained. How many numbers of this
# batch norm can one training step change, if the batch norm is
#
# 1. trained (`batch_norm="trained"`);
# 2. frozen as in this package and in the reference (`batch_norm="frozen"`);
# 3. frozen as in torchvision and Detectron2 (in Keras: `layer.trainable = False`)?
#
# Predict three numbers.

# %%
# solution
moved = [4 * 192, 2 * 192, 0]  # all four vectors; gamma and beta; none
# end

# %%
check("01.6", moved)

# %% [markdown]
# **Next:** back to notebook [01](../01_backbone.ipynb), or on to [02](../02_fpn.ipynb).
