# %% [markdown]
# # 07 · Exercises: targets and losses
#
# You write what notebook [07](../07_targets_and_losses.ipynb) is about: what each anchor and each
# RoI should have said, and what a wrong answer costs. The package judges you: each answer is
# compared with the function that trains the real model, on a small case by hand, on random numbers,
# and on the photograph of the coins, whose true boxes and masks are known.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("07.1", match_anchors)` says *passed*, *not attempted*, or what is wrong: a usual mistake
#   by its name, or else the first case in which yours differs.
# - `hint("07.1")` gives one hint; ask again for the next one.
# - `solution("07.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About an hour and a half for all six; 07.1, 07.2 and 07.4 are the core.

# %%
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises import nb07_cases
from maskrcnn_explained.course.exercises.photo import coin_tensors
from maskrcnn_explained.viz import style

config = mrx.get_config("scenes")
t = coin_tensors()  # every tensor of the model on the photo, by name
photo = mrx.viz.visible_image(t["molded_image"], config.mean_pixel)
coins = nb07_cases.coin_objects()  # their true boxes, [24, 4]

# %% [markdown]
# ## 07.1 · Match anchors to objects
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 1 · Matching anchors to objects
#
# An anchor is **positive** (1) if its IoU with some object is at least 0.7, or if no other anchor
# fits some object better; **negative** (-1) if all its IoUs are below 0.3; else **ignored** (0).
# Anchors that fit an object equally well, that is, to within 0.00001 of its best, are positive
# together. An object that no anchor touches has no best one. `mrx.boxes.iou(anchors, boxes)` gives
# the IoUs, [A, G]. (Sampling comes later; here every anchor gets its label.)


# %%
def match_anchors(anchors, boxes):
    """What each anchor should say.

    anchors: [A, 4], pixels. boxes: [G, 4], those of the objects, pixels.
    Returns an array [A] of 1, -1 and 0.
    """
    # solution
    overlap = mrx.boxes.iou(anchors, boxes).numpy()
    best_of_object = overlap.max(0)  # [G]
    is_best = (overlap >= best_of_object - 1e-5) & (overlap > 0)
    best_of_anchor = overlap.max(1)  # [A]
    positive = (best_of_anchor >= 0.7) | is_best.any(1)
    negative = (best_of_anchor < 0.3) & ~positive
    return np.where(positive, 1, np.where(negative, -1, 0))
    # end


# %%
check("07.1", match_anchors)

# %% [markdown]
# Of the anchors of the photo some that are positive, some that are negative, and some that overlap
# a coin halfway. White boxes are what the positive ones should become.

# %% tags=["target"]
drawn = nb07_cases.coin_anchor_match()  # 256 of them, drawn by lot
overlap = mrx.boxes.iou(t["anchors"], coins).numpy()
halfway = (overlap.max(1) >= 0.3) & (overlap.max(1) < 0.7) & (drawn == 0)
aims = coins[overlap.argmax(1)]
three = mrx.viz.show_anchor_targets(photo, t["anchors"], drawn, aims, np.flatnonzero(halfway))
style.show(three, colours=64)

# %% [markdown]
# ## 07.2 · Target deltas
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 3 · RoIs: the second matching
#
# A positive anchor should say by how much it is off: (dy, dx), the way from its centre to that of
# its object in units of its own height and width; (dh, dw), the logarithm of how much the sides
# have to grow; all divided by the std.


# %%
def encode_deltas(boxes, targets, std):
    """The deltas that turn boxes into targets.

    boxes, targets: [N, 4] (y1, x1, y2, x2), pixels. std: four numbers.
    Returns an array [N, 4] (dy, dx, dh, dw).
    """
    # solution
    size, target_size = boxes[:, 2:] - boxes[:, :2], targets[:, 2:] - targets[:, :2]
    centre, target_centre = boxes[:, :2] + size / 2, targets[:, :2] + target_size / 2
    shift = (target_centre - centre) / size
    stretch = np.log(target_size / size)
    return np.concatenate([shift, stretch], 1) / np.array(std)
    # end


# %%
check("07.2", encode_deltas)

# %% [markdown]
# What they are for: the positive anchors, and where these come to lie if the head gives exactly the
# target deltas.

# %% tags=["target"]
positive = t["anchors"][drawn == 1][:40]
wanted = coins[overlap[drawn == 1].argmax(1)][:40]
deltas = mrx.boxes.encode_deltas(positive, wanted, config.rpn_delta_std)
moved = mrx.boxes.decode_deltas(positive, deltas, config.rpn_delta_std).numpy()
titles = f"{len(positive)} positive anchors", "moved by their target deltas"
style.show(mrx.viz.show_boxes_row(photo, [positive, moved], titles), colours=64)

# %% [markdown]
# ## 07.3 · Smooth L1
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 10 minutes*
#
# Section: 4 · Five losses
#
# The cost of an error of a delta: a parabola near zero, straight lines with a slope of 1 (and -1)
# from `beta` on. The pieces meet at `beta`, and there the slopes are the same, too.


# %%
def smooth_l1(errors, beta):
    """The cost of each error.

    errors: an array of any shape. beta: where the two pieces meet.
    Returns an array of the same shape.
    """
    # solution
    size = np.abs(errors)
    return np.where(size < beta, 0.5 * size**2 / beta, size - 0.5 * beta)
    # end


# %%
check("07.3", smooth_l1)

# %% [markdown]
# Right the curve that should come out, for several values of beta (left is the loss of 07.4):

# %% tags=["target"]
style.show(mrx.viz.show_loss_shapes())

# %% [markdown]
# ## 07.4 · The class loss of the RPN
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 4 · Five losses
#
# Each anchor that is asked pays minus the logarithm of the probability that it gave to the truth.
# The loss is the mean. Some pictures hold nothing to ask; then it is 0.


# %%
def rpn_class_loss(match, logits):
    """Mean cross-entropy over the anchors that are asked.

    match: [A], 1 positive, -1 negative, 0 asked nothing. logits: [A, 2] (background, object).
    Returns one number.
    """
    # solution
    asked = match != 0
    if not asked.any():
        return 0.0
    match, logits = match[asked], logits[asked]
    probs = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    of_truth = np.where(match == 1, probs[:, 1], probs[:, 0])
    return -np.log(of_truth).mean()
    # end


# %%
check("07.4", rpn_class_loss)

# %% [markdown]
# The six anchors of the photo that cost the model most, each with its cost. Green ones should have
# said "object", orange ones "nothing":

# %% tags=["target"]
logits = t["rpn_logits"].astype(float)
costs = np.logaddexp(logits[:, 0], logits[:, 1]) - np.where(drawn == 1, logits[:, 1], logits[:, 0])
costs = np.where(drawn != 0, costs, 0)
worst = np.argsort(-costs)[:6]
pictures = mrx.viz.show_costliest(photo, t["anchors"][worst], costs[worst], drawn[worst])
style.show(pictures, colours=64)

# %% [markdown]
# ## 07.5 · A mask target
#
# *implement · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 3 · RoIs: the second matching
#
# The mask head answers for a RoI, so its target is the part of the object's mask inside this RoI:
# the mean of the mask in each of `size` x `size` bins, by RoIAlign, and then 1 where more than half
# is inside. You may use `mrx.roi_align.roi_align(maps, boxes, indices, size, stride)`; a mask is a
# map of one channel whose cells are pixels.


# %%
def mask_target(mask, roi, size):
    """What the mask head should say.

    mask: [H, W] of 0 and 1, the object. roi: (y1, x1, y2, x2), pixels. size: bins per side.
    Returns an array [size, size] of 0 and 1.
    """
    # solution
    one_map = np.float32(mask)[None, :, :, None]  # [1, H, W, 1]
    means = mrx.roi_align.roi_align(one_map, roi[None], [0], size, 1)
    return np.round(means[0, :, :, 0])
    # end


# %%
check("07.5", mask_target)

# %% [markdown]
# A coin, dotted a RoI that fits it badly, and below its target: what sticks out is missing.

# %% tags=["target"]
mask, roi, side = nb07_cases.cut_coins()
target = nb07_cases.judge_cut_mask(mask, roi, side)
coin = mrx.masks.boxes_from_masks(mask[None].astype(bool))
shown = mrx.viz.show_mask_targets(
    photo[8:311], roi[None], coin, np.array([1]), target[None], config.class_names
)
style.show(shown, colours=64)

# %% [markdown]
# ## 07.6 · Find the bug: the box loss of the heads
#
# *find the bug · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 4 · Five losses
#
# The box head gives each RoI deltas for every class, and the loss asks only for those of the true
# class. This function runs and gives a number that falls in training, and yet one part of the model
# learns what it should not.


# %%
def broken_head_box_loss(class_ids, target_deltas, deltas):
    """Smooth L1 (beta 1) of the deltas, one number.

    class_ids: [R], 0 is background. target_deltas: [R, 4], zero for background.
    deltas: [R, K, 4], for each RoI those of K classes.
    """
    own = deltas[np.arange(len(class_ids)), class_ids]  # [R, 4]
    size = np.abs(target_deltas - own)
    costs = np.where(size < 1, 0.5 * size**2, size - 0.5)
    return costs.mean()


# %% [markdown]
# Write it again without the bug: the mean over the RoIs that have something to learn, and over the
# four deltas.


# %%
def head_box_loss(class_ids, target_deltas, deltas):
    """As above, and right."""
    # solution
    positive = class_ids > 0  # background has no box
    if not positive.any():
        return 0.0
    own = deltas[np.arange(len(class_ids)), class_ids]  # [R, 4]
    size = np.abs(target_deltas - own)[positive]
    costs = np.where(size < 1, 0.5 * size**2, size - 0.5)
    return costs.mean()
    # end


# %%
check("07.6", head_box_loss)

# %% [markdown]
# **Next:** back to notebook [07](../07_targets_and_losses.ipynb), or on to
# [08](../08_training.ipynb).
