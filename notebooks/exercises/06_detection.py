# %% [markdown]
# # 06 · Exercises: detection
#
# You write the last stage of the model, which notebook [06](../06_detection.ipynb) is about, and
# the package judges it: each answer is compared with what the real model's functions give, on a
# small case by hand, on random numbers, and on the photograph of the coins.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("06.1", candidate_pairs)` says *passed*, *not attempted*, or what is wrong: a usual
#   mistake by its name, or else the first case in which yours differs.
# - `hint("06.1")` gives one hint; ask again for the next one.
# - `solution("06.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About an hour and a half for all six; 06.1, 06.2 and 06.3 are the core, and build on each other.

# %%
import numpy as np
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises import nb06_cases
from maskrcnn_explained.course.exercises.photo import coin_tensors
from maskrcnn_explained.viz import style

model = mrx.load("scenes")
coins = mrx.data.images.as_rgb(data.coins())
t = coin_tensors()  # every tensor of the model on the photo, by name
molded = mrx.viz.visible_image(t["molded_image"], model.config.mean_pixel)
found = t["detection_boxes"][t["detection_class_ids"] > 0]  # on the molded image

# %% [markdown]
# ## 06.1 · Which pairs enter?
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 2 · Filter: most pairs say nothing
#
# The box head gives each RoI a probability for every class; column 0 is background. Every other
# class with a score of at least `min_score` makes a pair (RoI, class). One RoI can make several.


# %%
def candidate_pairs(probs, min_score):
    """The pairs with enough score.

    probs: [N, K], each row adds up to 1; column 0 is background.
    Returns an array [n, 2] of whole numbers: rows (RoI, class), best score first.
    """
    # solution
    rows, columns = np.nonzero(probs[:, 1:] >= min_score)
    pairs = np.stack([rows, columns + 1], 1)
    best_first = np.argsort(-probs[pairs[:, 0], pairs[:, 1]])
    return pairs[best_first]
    # end


# %%
check("06.1", candidate_pairs)

# %% [markdown]
# The RoIs of the photo that make a pair at a score of 0.5, each moved by the deltas of its class:

# %% tags=["target"]
claims = mrx.trace(model, coins, min_score=0.5).detection_candidates.boxes
title = f"the 40 best of {len(claims)} pairs"
style.show(mrx.viz.show_boxes(molded, claims[:40], style.POSITIVE, title=title), colours=128)

# %% [markdown]
# ## 06.2 · NMS within each class
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 3 · Suppress: one winner, many losers
#
# A star may lie on a disk, so a box drops only boxes of its own class. You may use
# `mrx.boxes.nms(boxes, scores, iou_threshold, limit)`, which knows no classes, or your own function
# of 03.4. There are two usual ways: a loop over the classes, or one NMS for all after the classes
# were moved so far apart that they cannot meet.


# %%
def nms_by_class(boxes, scores, class_ids, iou_threshold, limit):
    """Which boxes stay.

    boxes: [n, 4], pixels. scores, class_ids: [n]. limit: at most so many boxes, of all classes.
    Returns the indices of the kept boxes, best score first.
    """
    # solution
    kept = []
    for k in np.unique(class_ids):
        rows = np.flatnonzero(class_ids == k)
        here = mrx.boxes.nms(boxes[rows], scores[rows], iou_threshold, limit).numpy()
        kept.append(rows[here])  # NMS counts within the rows that it was given
    kept = np.concatenate(kept)
    return kept[np.argsort(-scores[kept])][:limit]
    # end


# %%
check("06.2", nms_by_class)

# %% [markdown]
# A scene with a star on a disk: all pairs, and what stays. Both do.

# %% tags=["target"]
scene = mrx.trace(model, mrx.Scenes("validation", 40)[33].image, min_score=0.5)
style.show(mrx.viz.show_claims(scene, np.zeros((0, 4))), colours=128)

# %% [markdown]
# ## 06.3 · The whole last stage
#
# *implement · difficulty 3 of 3 · importance 3 of 3 · 25 minutes*
#
# Section: 1 · Refine: the box of the class
#
# Now all of it: which pairs enter (06.1); each moves by the deltas of *its own* class (std 0.1,
# 0.1, 0.2, 0.2) and is cut off where the image ends; NMS within each class at 0.5 (06.2); at most
# 100 stay. The image does not fill the molded image: `window` is the box that it fills.


# %%
def last_stage(rois, probs, deltas, window, min_score):
    """From the answers of the box head to detections.

    rois: [N, 4], pixels. probs: [N, K]. deltas: [N, K, 4]. window: (y1, x1, y2, x2), pixels.
    Returns an array [n, 6]: rows (y1, x1, y2, x2, class, score), best score first.
    """
    # solution
    roi, class_ids = candidate_pairs(probs, min_score).T
    scores = probs[roi, class_ids]
    std = (0.1, 0.1, 0.2, 0.2)
    boxes = mrx.boxes.decode_deltas(rois[roi], deltas[roi, class_ids], std)
    boxes = mrx.boxes.clip_boxes(boxes, np.float32(window)).numpy()
    kept = nms_by_class(boxes, scores, class_ids, 0.5, 100)
    return np.column_stack([boxes, class_ids, scores])[kept]
    # end


# %%
check("06.3", last_stage)

# %% [markdown]
# What the model finds with a score of at least 0.05, on the molded image:

# %% tags=["target"]
title = f"{len(found)} detections"
style.show(mrx.viz.show_boxes(molded, found, style.POSITIVE, title=title), colours=128)

# %% [markdown]
# ## 06.4 · Find the bug: the way back to the photograph
#
# *find the bug · difficulty 1 of 3 · importance 2 of 3 · 10 minutes*
#
# Section: 5 · The biography of a detection
#
# The model works on the molded image; people want boxes on their photograph. With this function all
# boxes of the coins come out 8 pixels too low. (On many other photos they are right.)


# %%
def broken_boxes_on_photo(boxes, window, image_size):
    """Boxes of the molded image as boxes of the photograph.

    boxes: [n, 4]. window: (y1, x1, y2, x2), where the photo lies on the molded image, pixels.
    image_size: (height, width) of the photo, pixels.
    """
    y1, x1, y2, x2 = window
    scale_y, scale_x = (y2 - y1) / image_size[0], (x2 - x1) / image_size[1]
    return boxes / np.array([scale_y, scale_x, scale_y, scale_x])


# %% [markdown]
# Left as the function draws them, right as they should be:

# %% tags=["target"]
wrong = broken_boxes_on_photo(found, t["window"].box, coins.shape[:2])
right = t["window"].to_image(found)
style.show(mrx.viz.show_boxes_row(coins, [wrong, right], ("too low", "right")), colours=128)

# %% [markdown]
# Write it again without the bug.


# %%
def boxes_on_photo(boxes, window, image_size):
    """As above, and right."""
    # solution
    y1, x1, y2, x2 = window
    scale_y, scale_x = (y2 - y1) / image_size[0], (x2 - x1) / image_size[1]
    boxes = boxes - np.array([y1, x1, y1, x1])  # the padding was added last, so it goes first
    return boxes / np.array([scale_y, scale_x, scale_y, scale_x])
    # end


# %%
check("06.4", boxes_on_photo)

# %% [markdown]
# ## 06.5 · Predict: who wins?
#
# *predict · difficulty 1 of 3 · importance 2 of 3 · 5 minutes*
#
# Section: Who lost to whom
#
# Four RoIs lie on one coin. *objectness* is the score that the RPN gave, *disk* that of the box
# head, *product* both multiplied; *fit* is the IoU of the refined box with the coin. Only one of
# the four becomes a detection.

# %% tags=["target"]
for row in nb06_cases.last_nms_rivals():
    print("RoI {roi:3}: objectness {objectness:.3f}, disk {disk:.3f}".format(**row), end=", ")
    print("product {product:.3f}, fit {fit:.3f}".format(**row))

# %% [markdown]
# Which one? Give the number of the RoI.

# %%
# solution
winner = 94  # the best score of the box head; nothing else is asked
# end

# %%
check("06.5", winner)

# %% [markdown]
# ## 06.6 · Predict: the coin that was painted over
#
# *predict · difficulty 2 of 3 · importance 2 of 3 · 5 minutes*
#
# Section: 6 · Why was this one not found?
#
# One coin of the photo, and three pixels around it, get the mean colour of the ground around them.
# Its place is marked here:

# %% tags=["target"]
without = nb06_cases.painted_coins()
place = mrx.data.examples.coins.coins_sample().boxes[[nb06_cases.PAINTED]]
shown = mrx.viz.show_boxes(without, place, style.POSITIVE, title="a coin was here")
style.show(shown, colours=128)

# %% [markdown]
# Where does the model lose it? 1: the RPN passes on no box that fits it. 2: the box head gives it
# less than 0.5 for a disk. 3: nowhere, it is found as a disk.

# %%
# solution
painted_coin = 3  # a smooth disk on a ground with grain: the scenes are full of such disks
# end

# %%
check("06.6", painted_coin)

# %% [markdown]
# **Next:** back to notebook [06](../06_detection.ipynb), or on to
# [07](../07_targets_and_losses.ipynb).
