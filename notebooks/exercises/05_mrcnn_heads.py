# %% [markdown]
# # 05 · Exercises: the mrcnn heads
#
# You write the functions that notebook [05](../05_mrcnn_heads.ipynb) is about, and the package
# judges them: each answer is compared with the function of the real model, on a small case by hand,
# on random numbers, and on the photograph of the coins.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("05.2", class_and_box)` says *passed*, *not attempted*, or what is wrong: a usual mistake
#   by its name, or else the first case in which yours differs.
# - `hint("05.2")` gives one hint; ask again for the next one.
# - `solution("05.2")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About an hour and a half for all six; 05.2 and 05.4 are the core.

# %%
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises.photo import coin_tensors
from maskrcnn_explained.viz import style

config = mrx.get_config("scenes")
t = coin_tensors()  # every tensor of the model on the photo, by name
photo = mrx.viz.visible_image(t["molded_image"], config.mean_pixel)
size = photo.shape[:2]  # (320, 384)
names = config.class_names

# %% [markdown]
# ## 05.1 · How many weights?
#
# *compute · difficulty 1 of 3 · importance 2 of 3 · 5 minutes*
#
# Section: 1 · The two heads and their shapes
#
# A box head reads RoIs of 7 x 7 cells from a pyramid with 128 channels, and its hidden layers have
# 512 units. How many weights has its first layer, `mrcnn_class_conv1`? Count the biases.

# %%
# solution
conv1_weights = 7 * 7 * 128 * 512 + 512
# end

# %%
check("05.1", conv1_weights)

# %% [markdown]
# ## 05.2 · Class, probability and box
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 3 · What is in each RoI?
#
# The box head gives K scores (logits) per RoI, background first, and four deltas for each of the K
# classes. What does it say? Take the class with the largest probability, background left out. (A
# RoI of background gets a class too, with a low probability. The next stage drops it for that.) Its
# own deltas move the box. You may use `mrx.boxes.decode_deltas(boxes, deltas, std)`.


# %%
def class_and_box(rois, logits, deltas, std):
    """What the box head says of each RoI.

    rois: [N, 4], pixels. logits: [N, K], background is class 0. deltas: [N, K, 4]. std: four
    numbers. Returns an array [N, 6]: rows (class, probability, y1, x1, y2, x2).
    """
    # solution
    probs = np.exp(logits - logits.max(1, keepdims=True))
    probs = probs / probs.sum(1, keepdims=True)  # softmax, background among the classes
    best = probs[:, 1:].argmax(1) + 1
    rows = np.arange(len(rois))
    boxes = mrx.boxes.decode_deltas(rois, deltas[rows, best], std).numpy()
    return np.column_stack([best, probs[rows, best], boxes])
    # end


# %%
check("05.2", class_and_box)

# %% [markdown]
# The RoIs behind twelve coins, dotted, and the boxes that they become:

# %% tags=["target"]
rois, classes = t["detection_rois"][:12], t["detection_class_ids"][:12]
before = t["proposals"][rois]
after = mrx.boxes.decode_deltas(before, t["box_deltas"][rois, classes], config.delta_std).numpy()
style.show(mrx.viz.show_refined(photo, before, after, classes, title="12 coins"), colours=128)

# %% [markdown]
# ## 05.3 · Twice the side
#
# *implement · difficulty 2 of 3 · importance 2 of 3 · 20 minutes*
#
# Section: 5 · Which pixels? The mask head
#
# The mask head doubles its grid by a transposed convolution of 2 x 2 with stride 2: each cell
# becomes a block of 2 x 2, and blocks do not overlap. The kernel holds a matrix for each corner of
# the block, from the channels of the cell to the channels of the result. Then comes a ReLU.


# %%
def double_side(grid, kernel, bias):
    """A grid with twice the side.

    grid: [h, w, in]. kernel: [2, 2, out, in], rows first. bias: [out].
    Returns an array [2 h, 2 w, out].
    """
    # solution
    height, width, _ = grid.shape
    result = np.zeros((2 * height, 2 * width, len(bias)))
    for u in (0, 1):
        for v in (0, 1):
            result[u::2, v::2] = grid @ kernel[u, v].T + bias  # this corner of all blocks
    return np.maximum(result, 0)
    # end


# %%
check("05.3", double_side)

# %% [markdown]
# One channel in and one out, without bias and ReLU:

# %% tags=["target"]
mrx.viz.show_diagram("transposed")

# %% [markdown]
# ## 05.4 · Paste a mask
#
# *implement · difficulty 3 of 3 · importance 3 of 3 · 30 minutes*
#
# Section: 6 · From 28 x 28 to the image
#
# A small mask fills its box: its values lie in the middles of h x w equal cells. A pixel of the
# image belongs to the mask if its *centre* lies in the box (from y1 on, below y2; the same for x)
# and if the small mask, read there bilinearly, is at least 0.5. Between the outermost values and
# the edge of the box the outermost values go on.


# %%
def paste(small, box, image_size):
    """A small mask in an image.

    small: [h, w], probabilities. box: (y1, x1, y2, x2), pixels, may reach outside the image.
    image_size: (height, width). Returns an array [height, width] of bool.
    """

    # solution
    def mix(low, high, limit, number):
        """How each pixel along one axis mixes the values of the small mask: [limit, number]."""
        centres = np.arange(limit) + 0.5
        index = np.clip((centres - low) / (high - low) * number - 0.5, 0, number - 1)
        weights = np.maximum(1 - np.abs(index[:, None] - np.arange(number)), 0)
        inside = (centres >= low) & (centres < high)
        return weights * inside[:, None]

    (y1, x1, y2, x2), (height, width) = box, image_size
    rows, columns = mix(y1, y2, height, small.shape[0]), mix(x1, x2, width, small.shape[1])
    return rows @ small @ columns.T >= 0.5
    # end


# %%
check("05.4", paste)

# %% [markdown]
# The mask of one coin on its way into the picture:

# %% tags=["target"]
small, box = t["masks"][5], t["detection_boxes"][5]
cuts = np.linspace(0.01, 1, 100)  # how many of 100 cuts a pixel passes is what it is worth
cut = [mrx.pasting.paste_masks(small[None], box[None], size, threshold)[0] for threshold in cuts]
mask = mrx.pasting.paste_masks(small[None], box[None], size)[0]
style.show(mrx.viz.show_pasting(photo, box, small, np.mean(cut, 0), mask), colours=128)

# %% [markdown]
# ## 05.5 · Predict: a softmax in place of the sigmoid
#
# *predict · difficulty 2 of 3 · importance 2 of 3 · 10 minutes*
#
# Section: One mask per class
#
# Seven places of a small mask, and what the last layer gives there for three classes. The box head
# said *disk*. A place is drawn if the disk's probability is at least 0.5.
#
# | place | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | disk | 3 | 1 | -1 | 2 | -2 | 4 | -0.5 |
# | rectangle | 2.5 | 2 | -4 | 1.5 | 3 | -1 | -1 |
# | star | -2 | 0 | -3 | 1.5 | -1 | -2 | -0.8 |
#
# Which places are drawn with a sigmoid for each class, and which with a softmax over the three?
# Two rows of seven numbers, 1 for drawn and 0 for not. Try it without a computer.

# %%
# solution
drawn = [
    [1, 1, 0, 1, 0, 1, 0],  # sigmoid: where the disk's own logit is above 0
    [1, 0, 1, 0, 0, 1, 0],  # softmax: where exp(disk) is more than the other two together
]
# end

# %%
check("05.5", drawn)

# %% [markdown]
# ## 05.6 · Find the bug: whose mask is it?
#
# *find the bug · difficulty 1 of 3 · importance 2 of 3 · 10 minutes*
#
# Section: One mask per class
#
# The mask head draws one mask per class; kept is that of the class which the box head chose. This
# function never stops with an error, and its result is wrong.


# %%
def broken_own_masks(masks, class_ids):
    """masks: [D, h, w, K], one per class. class_ids: D numbers. Returns an array [D, h, w]."""
    kept = []
    for all_classes, class_id in zip(masks, class_ids, strict=True):
        kept.append(all_classes[:, :, class_id - 1])  # classes count from 1
    return np.stack(kept)


# %% [markdown]
# Write it again without the bug.


# %%
def own_masks(masks, class_ids):
    """As above, and right."""
    # solution
    kept = []
    for all_classes, class_id in zip(masks, class_ids, strict=True):
        kept.append(all_classes[:, :, class_id])  # background has a mask, too: number 0
    return np.stack(kept)
    # end


# %%
check("05.6", own_masks)

# %% [markdown]
# All masks of one coin; that of its class is framed:

# %% tags=["target"]
y1, x1, y2, x2 = np.round(t["detection_boxes"][0]).astype(int)
axes = mrx.viz.show_class_masks(photo[y1:y2, x1:x2], t["masks_all_classes"][0], names, own=1)
style.show(axes, colours=128)

# %% [markdown]
# **Next:** back to notebook [05](../05_mrcnn_heads.ipynb), or on to [06](../06_detection.ipynb).
