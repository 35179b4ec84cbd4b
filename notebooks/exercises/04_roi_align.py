# %% [markdown]
# # 04 · Exercises: RoIAlign
#
# You write the functions that notebook [04](../04_roi_align.ipynb) is about, and the package judges
# them: each answer is compared with the function of the real model, on a small case by hand, on
# random numbers, and on the photograph of the coins.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("04.1", roi_levels)` says *passed*, *not attempted*, or what is wrong: a usual mistake by
#   its name, or else the first case in which yours differs.
# - `hint("04.1")` gives one hint; ask again for the next one.
# - `solution("04.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About an hour and three quarters for all six; 04.1, 04.2 and 04.3 are the core.

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
# ## 04.1 · Which level?
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 10 minutes*
#
# Section: 1 · Which level?
#
# Large RoIs are pooled from coarse maps. A RoI whose size, $\sqrt{h w}$, is `canonical` goes to P4,
# and with each doubling one level up. Use the rule of the paper, which rounds down. There are maps
# of the levels 2 to 5 only.


# %%
def roi_levels(boxes, canonical):
    """The level that each RoI is pooled from.

    boxes: [N, 4] (y1, x1, y2, x2), pixels, no side is 0. canonical: the size that goes to P4.
    Returns N whole numbers, 2 to 5.
    """
    # solution
    height, width = (boxes[:, 2:] - boxes[:, :2]).T
    level = np.floor(4 + np.log2(np.sqrt(height * width) / canonical))
    return np.clip(level, 2, 5)
    # end


# %%
check("04.1", roi_levels)

# %% [markdown]
# Twelve proposals of the model, each with the level that it is pooled from:

# %% tags=["target"]
real = np.flatnonzero(t["proposal_scores"] >= 0)  # the rest is padding
boxes = t["proposals"][real[:: len(real) // 12][:12]]
levels = mrx.roi_align.roi_levels(boxes, size, config).numpy()
style.show(mrx.viz.show_levels(photo, boxes, levels, title="12 proposals"), colours=128)

# %% [markdown]
# ## 04.2 · Reading between cells
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 2 · Reading between cells
#
# A map has values at the centres of its cells. Between them, bilinear interpolation mixes the four
# nearest ones. Positions are indices of the map: (2, 3) is the centre of the cell in row 2 and
# column 3.


# %%
def bilinear(feature_map, y, x):
    """The value of a map at (y, x).

    feature_map: [h, w, C]. y, x: numbers, indices of the map, between the outermost centres.
    Returns an array [C].
    """
    # solution
    # At the last centre itself the cell before it begins.
    row = min(int(y), feature_map.shape[0] - 2)
    column = min(int(x), feature_map.shape[1] - 2)
    dy, dx = y - row, x - column
    left, right = feature_map[row : row + 2, column], feature_map[row : row + 2, column + 1]
    upper, lower = (1 - dx) * left + dx * right
    return (1 - dy) * upper + dy * lower
    # end


# %%
check("04.2", bilinear)

# %% [markdown]
# The four weights as areas, for a point at (0.75, 1.25). The value there is 8.875.

# %% tags=["target"]
values = np.array([[0, 2, 4], [6, 8, 20], [12, 14, 16]])
style.show(mrx.viz.show_bilinear(values, (0.75, 1.25)))

# %% [markdown]
# ## 04.3 · RoIAlign
#
# *implement · difficulty 3 of 3 · importance 3 of 3 · 30 minutes*
#
# Section: 3 · RoIAlign by hand
#
# Cut the box into `size` x `size` equal bins, without rounding. Each bin is the mean of 2 x 2
# points, at a quarter and three quarters of its height and of its width. Cell 0 of a map begins at
# pixel 0, so its centre lies at pixel `stride / 2`. You may use your `bilinear`. All points lie
# between the outermost centres.


# %%
def roi_align(feature_map, box, size, stride):
    """RoIAlign of one box.

    feature_map: [h, w, C]. box: (y1, x1, y2, x2), pixels. size: bins per side. stride: pixels per
    cell. Returns an array [size, size, C].
    """
    # solution
    y1, x1, y2, x2 = box
    steps = (np.arange(2 * size) + 0.5) / (2 * size)  # two points per bin, evenly spaced
    rows = (y1 + steps * (y2 - y1)) / stride - 0.5  # indices of the map
    columns = (x1 + steps * (x2 - x1)) / stride - 0.5
    points = np.array([[bilinear(feature_map, y, x) for x in columns] for y in rows])
    return points.reshape(size, 2, size, 2, -1).mean((1, 3))
    # end


# %%
check("04.3", roi_align)

# %% [markdown]
# Where the operators read the map of one coin. Yours is the one with 2 x 2 points in each bin:

# %% tags=["target"]
coin = t["detection_boxes"][0]
level = int(mrx.roi_align.roi_levels(coin, size, config))
channel = t[f"P{level}"].std((0, 1)).argmax()  # the one that varies most
axes = mrx.viz.show_operators(t[f"P{level}"][..., channel], coin, 7, 2**level, (2, 4))
style.show(axes, colours=128)

# %% [markdown]
# ## 04.4 · One bin, three operators
#
# *compute · difficulty 2 of 3 · importance 2 of 3 · 20 minutes*
#
# Section: 6 · What differs, in numbers
#
# A map of stride 8 has the rows 0 2 4 8 6 1, then 6 8 20 0 2 3, then 12 14 16 4 10 5. The box
# (5, 5, 21, 37), pixels, is pooled to 2 x 2 bins. What is bin (0, 1), in row 0 and column 1: by
# RoIAlign, by crop_and_resize, and by RoIPool? Three numbers, to three decimals. On paper, or with
# your `bilinear` for the points; the formulas stand in notebook [04](../04_roi_align.ipynb).

# %%
grid = np.array([[0, 2, 4, 8, 6, 1], [6, 8, 20, 0, 2, 3], [12, 14, 16, 4, 10, 5]], float)[..., None]

# %%
# solution
one_bin = (
    np.mean([bilinear(grid, y / 8 - 0.5, x / 8 - 0.5) for y in (7, 11) for x in (25, 33)]),
    bilinear(grid, 5 * (3 - 1) / (24 - 1), (37 - 1) * (6 - 1) / (48 - 1))[0],
    grid[1:2, 3:5].max(),  # rows 1 to 3 and columns 1 to 5, cut into halves
)
# end

# %%
check("04.4", one_bin)

# %% [markdown]
# ## 04.5 · Predict: which cells are taught?
#
# *predict · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 6 · What differs, in numbers
#
# The box (11, 20, 59, 100) lies on a map of stride 8 and is pooled to 2 x 2 bins: by RoIAlign, by
# crop_and_resize, and by RoIPool. The loss sends a gradient to all four bins. How many cells of the
# map get a gradient? One number per operator, in this order. Take it that no two cells are equal.
# You need no code, only a sheet of paper.

# %%
# solution
# RoIAlign: rows at 1.625, 3.125, 4.625 and 6.125 read the seven rows 1 to 7 (row 4 twice); columns
# at 3.25, 5.75, 8.25 and 10.75 read eight. crop_and_resize: four points far apart, four cells each.
# RoIPool: the largest cell of each bin.
touched = (7 * 8, 4 * 4, 4)
# end

# %%
check("04.5", touched)

# %% [markdown]
# ## 04.6 · Find the bug: every RoI from its own level
#
# *find the bug · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 7 · In the model
#
# This function pools each RoI from the map of its level. It never stops with an error, and its
# result is wrong.


# %%
def broken_pool_by_level(boxes, levels, maps, size):
    """boxes: [N, 4], pixels. levels: N numbers, 2 to 5. maps: P2, P3, P4, P5, each [h, w, C].

    size: bins per side. Returns an array [N, size, size, C].
    """
    parts = []
    for level in (2, 3, 4, 5):
        mine = boxes[levels == level]
        images = np.zeros(len(mine), int)  # all of them lie in image 0
        feature_map = maps[level - 2][None]
        parts.append(mrx.roi_align.roi_align(feature_map, mine, images, size, 2**level).numpy())
    return np.concatenate(parts)


# %% [markdown]
# Write it again without the bug.


# %%
def pool_by_level(boxes, levels, maps, size):
    """As above, and right."""
    # solution
    pooled = np.zeros((len(boxes), size, size, maps[0].shape[-1]))
    for level in (2, 3, 4, 5):
        rows = np.flatnonzero(levels == level)
        images = np.zeros(len(rows), int)
        feature_map = maps[level - 2][None]
        part = mrx.roi_align.roi_align(feature_map, boxes[rows], images, size, 2**level)
        pooled[rows] = part  # each result stands where its box stands
    return pooled
    # end


# %%
check("04.6", pool_by_level)

# %% [markdown]
# **Next:** back to notebook [04](../04_roi_align.ipynb), or on to [05](../05_mrcnn_heads.ipynb).
