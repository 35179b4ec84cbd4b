# %% [markdown]
# # 09 · Exercises: evaluation
#
# You write AP yourself, from masks to the number, as notebook [09](../09_evaluation.ipynb) does it.
# The package judges: each answer is compared with the functions that measure the real model, on a
# small case by hand, on random numbers, and on the photograph of the coins.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("09.1", mask_iou)` says *passed*, *not attempted*, or what is wrong: a usual mistake by
#   its name, or else the first case in which yours differs.
# - `hint("09.1")` gives one hint; ask again for the next one.
# - `solution("09.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About an hour and a half for all six; the first four are the core.

# %%
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises.nb09_cases import masks_coins, twelve, who_found_small
from maskrcnn_explained.evaluation.precision_recall import precision_recall
from maskrcnn_explained.viz import style

# %% [markdown]
# ## 09.1 · IoU of masks
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 1 · IoU of masks
#
# The pixels that two masks share, over the pixels that at least one of them has. Here for every
# mask of one list with every mask of another.


# %%
def mask_iou(masks1, masks2):
    """IoU of every pair of masks.

    masks1: [D, H, W] bool. masks2: [G, H, W] bool. Returns an array [D, G]; 0 where both are empty.
    """
    # solution
    common = (masks1[:, None] & masks2[None]).sum((2, 3))
    union = (masks1[:, None] | masks2[None]).sum((2, 3))
    return common / np.maximum(union, 1)
    # end


# %%
check("09.1", mask_iou)

# %% [markdown]
# Three coins of the photo, and the same masks 4 pixels further to the right:

# %% tags=["target"]
masks, shifted = masks_coins()
values = np.diag(mrx.masks.mask_iou(masks[:3], shifted))
box = mrx.masks.boxes_from_masks(masks[:3]).astype(int)
pairs = [
    (mask[y1 - 5 : y2 + 5, x1 - 5 : x2 + 9], other[y1 - 5 : y2 + 5, x1 - 5 : x2 + 9])
    for mask, other, (y1, x1, y2, x2) in zip(masks[:3], shifted, box, strict=True)
]
style.show(mrx.viz.show_ious(pairs, [f"IoU {value:.2f}" for value in values]))

# %% [markdown]
# ## 09.2 · Who found whom?
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 2 · Who found whom?
#
# The detection with the best score chooses first: of the objects that are still free, the one
# with the highest IoU, if that is at least `min_iou`. Then the next one chooses. Who finds no
# free object finds nothing.


# %%
def match(overlap, scores, min_iou):
    """Which object each detection has found, in one image and class.

    overlap: [D, G] IoU. scores: [D]. min_iou: the least IoU of a match.
    Returns D whole numbers: the index of the object, or -1.
    """
    # solution
    found = np.full(len(overlap), -1)
    free = np.array(overlap)
    for d in np.argsort(-scores):
        best = free[d].argmax()
        if free[d, best] >= min_iou:
            found[d] = best
            free[:, best] = -1
    return found
    # end


# %%
check("09.2", match)

# %% [markdown]
# The case by hand, five detections and three objects. Every object is found, and two detections
# find nothing. Which?

# %% tags=["target"]
overlap, scores, min_iou = who_found_small()
rows = [f"detection {d}, score {score}" for d, score in enumerate(scores)]
style.show(mrx.viz.show_iou_grid(overlap, rows, [f"object {g}" for g in range(3)]))

# %% [markdown]
# ## 09.3 · Precision and recall
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 3 · Precision and recall, on twelve detections
#
# Keep only the best detection, then the best two, the best three, and so on. Precision: how
# many of those kept are right. Recall: how many of all objects are found.


# %%
def precision_and_recall(scores, correct, objects):
    """Precision and recall going down the list, best score first.

    scores: [D], in no order. correct: [D] bool. objects: how many there are.
    Returns an array [2, D]: the precisions, then the recalls.
    """
    # solution
    hits = np.cumsum(correct[np.argsort(-scores)])
    kept = np.arange(1, len(hits) + 1)
    return np.stack([hits / kept, hits / objects])
    # end


# %%
check("09.3", precision_and_recall)

# %% [markdown]
# ## 09.4 · Average precision
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 4 · AP, AP50, AP75
#
# COCO reads the curve at 101 recalls, 0.00, 0.01, .. 1.00. At each it takes the best precision
# that any point with at least this recall has, and 0 if no point reaches so far. AP is the
# mean.


# %%
def area(precision, recall):
    """Average precision of one curve, one number.

    precision, recall: [D], in ascending order of recall.
    """
    # solution
    read = []
    for wanted in np.linspace(0, 1, 101):
        reached = precision[recall >= wanted]
        read.append(reached.max() if len(reached) else 0)
    return np.mean(read)
    # end


# %%
check("09.4", area)

# %% [markdown]
# The curve of the twelve detections of notebook 09: dotted as it is, in steps what COCO reads.

# %% tags=["target"]
curve = precision_recall(*twelve())
style.show(mrx.viz.show_precision_recall({"twelve": curve}, teeth=True))

# %% [markdown]
# ## 09.5 · Find the bug: AP of several images
#
# *find the bug · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: Why is the AP of one image not COCO AP?
#
# This function measures AP of one class over several images. On the 60 scenes of notebook 09
# such a function says 0.83 where COCO says 0.77.


# %%
def broken_pooled_ap(scores, correct, images, objects):
    """AP. scores, correct, images: [D], images says of which; objects: [I], how many each has."""
    from maskrcnn_explained.evaluation.precision_recall import area_under_curve, precision_recall

    values = []
    for image, there in enumerate(objects):
        rows = images == image
        if there:
            values.append(area_under_curve(*precision_recall(scores[rows], correct[rows], there)))
    return np.mean(values)


# %% [markdown]
# Write it again without the bug. You may use `mrx.evaluation.precision_recall.precision_recall`
# and `area_under_curve`, or your own two functions from above.


# %%
def pooled_ap(scores, correct, images, objects):
    """As above, and right."""
    # solution
    return area(*precision_and_recall(scores, correct, objects.sum()))
    # end


# %%
check("09.5", pooled_ap)

# %% [markdown]
# ## 09.6 · What moves AP?
#
# *predict · difficulty 2 of 3 · importance 2 of 3 · 10 minutes*
#
# Section: 4 · AP, AP50, AP75
#
# The twelve detections of notebook 09, best score first: right, right, right, wrong, right,
# right, wrong, right, wrong, wrong, right, wrong. Their scores go from 0.95 down to 0.40 in
# steps of 0.05; there are eight objects. What does each of these changes do to AP? Write 1 if
# it rises, 0 if it stays, -1 if it falls.
#
# 1. Only detections with a score of at least 0.58 are kept (the first eight).
# 2. Ten false alarms are added, with a score of 0.1 each.
# 3. All scores are halved.
# 4. Numbers 4 (wrong) and 5 (right) exchange their scores.
# 5. A second detection on the object of the first one is added, with a score of 0.93.

# %%
# solution
changes = [-1, 0, 0, 1, -1]
# end

# %%
check("09.6", changes)

# %% [markdown]
# **Next:** back to notebook [09](../09_evaluation.ipynb), or on to
# [10](../10_pretrained_weights.ipynb).
