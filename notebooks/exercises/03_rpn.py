# %% [markdown]
# # 03 · Exercises: the region proposal network
#
# You write the functions that notebook [03](../03_rpn.ipynb) is about, and the package judges them:
# each answer is compared with the function of the real model, on a small case by hand, on random
# numbers, and on the photograph of the coins.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("03.1", anchor_shapes)` says *passed*, *not attempted*, or what is wrong: a usual mistake
#   by its name, or else the first case in which yours differs.
# - `hint("03.1")` gives one hint; ask again for the next one.
# - `solution("03.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About two hours for all six; 03.1, 03.2 and 03.3 are the core.

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

# %% [markdown]
# ## 03.1 · The shapes of the anchors of one cell
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 10 minutes*
#
# Section: 1 · Anchors: the boxes that are there before the image is
#
# All anchors of a cell have the same area, `scale * scale`. They differ in their ratio, which is
# width / height here. (Other courses have height / width: look twice when you read their code.)


# %%
def anchor_shapes(scale, ratios):
    """Heights and widths of the anchors of one cell.

    scale: side of the square anchor, pixels. ratios: R numbers, width / height.
    Returns an array [R, 2]: one row (height, width) per ratio.
    """
    # solution
    root = np.sqrt(np.asarray(ratios, float))
    return np.stack([scale / root, scale * root], 1)
    # end


# %%
check("03.1", anchor_shapes)

# %% [markdown]
# What the shapes look like on the photo: the three anchors of one cell, on each of the five levels.

# %% tags=["target"]
at, levels = mrx.viz.anchors_at(176, 208, size)
style.show(mrx.viz.show_cell_anchors(photo, t["anchors"][at], levels), colours=128)

# %% [markdown]
# ## 03.2 · All anchors of one level
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 1 · Anchors: the boxes that are there before the image is
#
# Every cell of the map has one anchor per ratio, centred on the middle of the cell. The order of
# the list is part of the answer: the RPN head gives its numbers in this order, and nothing else
# says which number belongs to which anchor. Go row by row, in a row column by column, in a cell
# ratio by ratio. Anchors may reach outside the image.


# %%
def level_anchors(height, width, stride, scale, ratios):
    """The anchors of one pyramid level, in the order row, column, ratio.

    height, width: cells of the map. stride: pixels per cell. scale, ratios: as in anchor_shapes.
    Returns an array [height * width * R, 4]: (y1, x1, y2, x2), pixels.
    """
    # solution
    rows = (np.arange(height) + 0.5) * stride
    columns = (np.arange(width) + 0.5) * stride
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"), -1)  # [height, width, 2]
    grid = grid[:, :, None, :]  # [height, width, 1, 2]
    half = anchor_shapes(scale, ratios) / 2  # [R, 2]
    return np.concatenate([grid - half, grid + half], -1).reshape(-1, 4)
    # end


# %%
check("03.2", level_anchors)

# %% [markdown]
# The anchors of three cells of P5, which has 10 x 12 cells:

# %% tags=["target"]
p5 = mrx.anchors.level_anchors(10, 12, 32, 128, config.anchor_ratios).numpy()
cells = p5.reshape(10, 12, 3, 4)[4, [1, 6, 10]].reshape(-1, 4)
title = "row 4, columns 1, 6 and 10"
style.show(mrx.viz.show_boxes(photo, cells, style.POSITIVE, title=title), colours=128)

# %% [markdown]
# ## 03.3 · Deltas: move and stretch a box
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 3 · Deltas: how to move a box
#
# The head says of each anchor four numbers, (dy, dx, dh, dw). Multiplied by the std, they move the
# centre in units of the box's own sides, and stretch the sides by exp.


# %%
def decode_deltas(boxes, deltas, std):
    """Move and stretch boxes by deltas.

    boxes: [N, 4] (y1, x1, y2, x2), pixels. deltas: [N, 4] (dy, dx, dh, dw). std: four numbers.
    Returns an array [N, 4], pixels.
    """
    # solution
    deltas = deltas * np.asarray(std)
    size = boxes[:, 2:] - boxes[:, :2]
    centre = boxes[:, :2] + size / 2
    centre = centre + deltas[:, :2] * size
    size = size * np.exp(deltas[:, 2:])
    return np.concatenate([centre - size / 2, centre + size / 2], 1)
    # end


# %%
check("03.3", decode_deltas)

# %% [markdown]
# The 24 anchors with the best scores, and the boxes that their deltas make of them:

# %% tags=["target"]
best = np.argsort(-t["rpn_probs"][:, 1], kind="stable")[:24]
anchors, deltas = t["anchors"][best], t["rpn_deltas"][best]
moved = mrx.boxes.decode_deltas(anchors, deltas, config.rpn_delta_std).numpy()
pair = mrx.viz.show_boxes_row(photo, [anchors, moved], ("anchors", "moved by their deltas"))
style.show(pair, colours=128)

# %% [markdown]
# ## 03.4 · Non-maximum suppression
#
# *implement · difficulty 3 of 3 · importance 3 of 3 · 25 minutes*
#
# Section: 4 · Non-maximum suppression (NMS)
#
# Many boxes show the same coin. Of boxes that overlap too much only the best one stays. You may use
# `mrx.boxes.iou(boxes, boxes)`, which gives all overlaps, [N, N].


# %%
def nms(boxes, scores, iou_threshold, limit):
    """Which boxes stay.

    boxes: [N, 4], pixels. scores: [N]. A box that overlaps a kept one by more than iou_threshold is
    dropped. limit: keep at most this many.
    Returns the indices of the kept boxes, best score first.
    """
    # solution
    overlap = mrx.boxes.iou(boxes, boxes).numpy()
    kept = []
    for box in np.argsort(-scores):
        if len(kept) < limit and (overlap[box, kept] <= iou_threshold).all():
            kept.append(box)
    return np.array(kept)
    # end


# %%
check("03.4", nms)

# %% [markdown]
# The 24 moved boxes again, and those of them that stay at a threshold of 0.7:

# %% tags=["target"]
kept = mrx.boxes.nms(moved, t["rpn_probs"][best, 1], 0.7, 24).numpy()
titles = f"{len(moved)} before NMS", f"{len(kept)} after NMS"
pair = mrx.viz.show_boxes_row(photo, [moved, moved[kept]], titles)
style.show(pair, colours=128)

# %% [markdown]
# ## 03.5 · The proposals of one level
#
# *implement · difficulty 3 of 3 · importance 2 of 3 · 25 minutes*
#
# Section: 5 · From 30,690 anchors to hundreds of proposals
#
# Now all of it: the `pre_nms` anchors with the best scores are decoded (std 0.1, 0.1, 0.2, 0.2),
# cut off at the edge of the image, and thinned by NMS at 0.7. You may use the functions of
# `mrx.boxes`, or your own.


# %%
def propose_level(scores, deltas, anchors, image_size, pre_nms, limit):
    """The proposals of one level.

    scores: [A] objectness. deltas, anchors: [A, 4]. image_size: (height, width), pixels.
    pre_nms: how many anchors enter NMS. limit: how many boxes leave it, at most.
    Returns an array [n, 4], pixels, best score first.
    """
    # solution
    best = np.argsort(-scores)[:pre_nms]
    boxes = mrx.boxes.decode_deltas(anchors[best], deltas[best], (0.1, 0.1, 0.2, 0.2))
    boxes = mrx.boxes.clip_boxes(boxes, (0, 0, *image_size)).numpy()
    return boxes[mrx.boxes.nms(boxes, scores[best], 0.7, limit).numpy()]
    # end


# %%
check("03.5", propose_level)

# %% [markdown]
# The first 24 proposals of the model, of all levels:

# %% tags=["target"]
proposals = t["proposals"][:24]
title = "24 proposals"
style.show(mrx.viz.show_boxes(photo, proposals, style.POSITIVE, title=title), colours=128)

# %% [markdown]
# ## 03.6 · Find the bug: NMS on several levels
#
# *find the bug · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 5 · From 30,690 anchors to hundreds of proposals
#
# This function thins each level by itself and then takes the best boxes of all levels. It never
# stops with an error, and its result is wrong.


# %%
def broken_thin_levels(boxes, scores, sizes, iou_threshold, limit):
    """Indices of the boxes that stay. sizes: how many boxes each level has, level after level."""
    kept, start = [], 0
    for size in sizes:
        rows = slice(start, start + size)
        kept.append(mrx.boxes.nms(boxes[rows], scores[rows], iou_threshold, limit).numpy())
        start += size
    kept = np.concatenate(kept)
    return kept[np.argsort(-scores[kept])][:limit]


# %% [markdown]
# Write it again without the bug.


# %%
def thin_levels(boxes, scores, sizes, iou_threshold, limit):
    """As above, and right."""
    # solution
    kept, start = [], 0
    for size in sizes:
        rows = slice(start, start + size)
        here = mrx.boxes.nms(boxes[rows], scores[rows], iou_threshold, limit).numpy()
        kept.append(here + start)  # NMS counts from the first row that it was given
        start += size
    kept = np.concatenate(kept)
    return kept[np.argsort(-scores[kept])][:limit]
    # end


# %%
check("03.6", thin_levels)

# %% [markdown]
# **Next:** back to notebook [03](../03_rpn.ipynb), or on to [04](../04_roi_align.ipynb).
