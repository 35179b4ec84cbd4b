# %% [markdown]
# # 02 · Exercises: the feature pyramid
#
# You build the pyramid of notebook [02](../02_fpn.ipynb) from its parts, and the package judges
# them: each function is compared with the layers of the real model, on a small case by hand, on
# random numbers, and on the photograph of the coins.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("02.1", upsample)` says *passed*, *not attempted*, or what is wrong: a usual mistake by
#   its name, or else the first case in which yours differs.
# - `hint("02.1")` gives one hint; ask again for the next one.
# - `solution("02.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About 50 minutes for all six; 02.1, 02.2 and 02.3 are the core.

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
# ## 02.1 · Nearest upsampling
#
# *implement · difficulty 1 of 3 · importance 2 of 3 · 5 minutes*
#
# Section: 2 · Two tools, by hand
#
# The map above has half as many rows and columns as the one below. Before they can be added, each
# of its cells becomes 2 x 2 equal cells.


# %%
def upsample(feature_map):
    """A map with twice as many rows and columns, each cell four times.

    feature_map: [h, w, C]. Returns an array [2h, 2w, C].
    """
    # solution
    return feature_map.repeat(2, axis=0).repeat(2, axis=1)
    # end


# %%
check("02.1", upsample)

# %% [markdown]
# ## 02.2 · One top-down step
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 10 minutes*
#
# Section: 3 · One top-down step of the trained model, by hand
#
# The lateral connection is a 1x1 convolution of the backbone's map. What comes from above is the
# sum of the next coarser level, upsampled. Add the two.


# %%
def top_down_sum(c, above, kernel, bias):
    """The sum of one level.

    c: [2h, 2w, C], the backbone's map. above: [h, w, D], the sum of the level above.
    kernel: [1, 1, C, D] and bias: [D], of the lateral convolution. Returns an array [2h, 2w, D].
    """
    # solution
    lateral = c @ kernel[0, 0] + bias
    return lateral + upsample(above)
    # end


# %%
check("02.2", top_down_sum)

# %% [markdown]
# The step to level 3 on the coins, in one channel: the two parts and their sum, and below each of
# them a part of it, enlarged. The part from above is made of blocks of 2 x 2 equal cells.

# %% tags=["target"]
names = {"fpn_c3p3": "lateral", "fpn_p4upsampled": "from above", "fpn_p3add": "P3', their sum"}
maps = [coin_layer(name)[..., 52] for name in names]
axes = mrx.viz.show_zoomed_maps(maps, list(names.values()), 8, (2, 36, 12, 48))
style.show(axes, colours=128)

# %% [markdown]
# ## 02.3 · P4 from C4 and C5
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 3 · One top-down step of the trained model, by hand
#
# Now a whole level, as the FPN hands it out. The weights are those of four layers: `fpn_c5p5`,
# `fpn_c4p4`, `fpn_p5` and `fpn_p4`. Not all of them are needed. `conv_map(x, kernel, bias)` is a
# whole convolution with zeros around the map, of any kernel.


# %%
def level_four(c4, c5, weights):
    """P4 of the pyramid.

    c4: [2h, 2w, C4], c5: [h, w, C5], maps of the backbone. weights: name of a layer -> (kernel,
    bias). Returns an array [2h, 2w, D].
    """
    # solution
    above = conv_map(c5, *weights["fpn_c5p5"])  # P5', which goes down
    total = top_down_sum(c4, above, *weights["fpn_c4p4"])  # P4'
    return conv_map(total, *weights["fpn_p4"])
    # end


# %%
check("02.3", level_four)

# %% [markdown]
# The whole pyramid on the coins, P4 among the rest. Cells of like colour have like vectors, on
# every level the same. On P2 and P3 the coins stand out; on P4 a coin is a few cells.

# %% tags=["target"]
style.show(mrx.viz.show_pyramid_colours(t, photo), colours=128)

# %% [markdown]
# ## 02.4 · How many cells
#
# *compute · difficulty 1 of 3 · importance 2 of 3 · 5 minutes*
#
# Section: 1 · Five levels: a small object needs small cells
#
# A molded image has 832 x 1344 pixels. How many cells have P2, P3, P4, P5 and P6 together? There is
# a way that needs one small product and one sum.

# %%
# solution
cells = 13 * 21 * (1 + 4 + 16 + 64 + 256)  # P6 has 13 x 21 cells, each finer level four times more
# end

# %%
check("02.4", cells)

# %% [markdown]
# ## 02.5 · Find the bug: P6
#
# *find the bug · difficulty 1 of 3 · importance 2 of 3 · 5 minutes*
#
# Section: 4 · P6: every second cell of P5
#
# P6 is a max pool of P5 with window 1 and stride 2. This function has the right shape and the wrong
# cells.


# %%
def broken_p6(p5):
    """P6. p5: [h, w, D], with even h and w. Returns an array [h / 2, w / 2, D]."""
    return p5[1::2, 1::2]


# %% [markdown]
# Write it again without the bug.


# %%
def p6(p5):
    """As above, and right."""
    # solution
    return p5[::2, ::2]
    # end


# %%
check("02.5", p6)

# %% [markdown]
# ## 02.6 · A deeper pyramid
#
# *predict · difficulty 2 of 3 · importance 2 of 3 · 10 minutes*
#
# Section: 5 · One depth, one meaning: the pyramid as colours
#
# `mrx.build("scenes", fpn_depth=256)` has the paper's depth, four times ours (64). How many times
# larger become the *kernels* of these layers: a lateral convolution (`fpn_c2p2`), a 3x3 of the
# pyramid (`fpn_p2`), and the first layer of the RPN's head (`rpn_conv_shared`), which reads the
# levels and has a width of its own? Three whole numbers. First predict, then build the model if you
# want to see.

# %%
# solution
factors = [4, 16, 4]  # its output grows; its input and its output; its input
# end

# %%
check("02.6", factors)

# %% [markdown]
# **Next:** back to notebook [02](../02_fpn.ipynb), or on to [03](../03_rpn.ipynb).
