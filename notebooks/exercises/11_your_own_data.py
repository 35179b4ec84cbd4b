# %% [markdown]
# # 11 · Exercises: your own data
#
# You write the functions that notebook [11](../11_your_own_data.ipynb) is about, and the package
# judges them: on a small case by hand, on random numbers, and on the photograph of the coins. The
# last exercise is a project of your own.
#
# **How it works.** Write your code in the place of `raise NotImplementedError` or `...`. Run the
# cell, then the `check` below it.
#
# - `check("11.1", run_lengths)` says *passed*, *not attempted*, or what is wrong: a usual mistake
#   by its name, or else the first case in which yours differs.
# - `hint("11.1")` gives one hint; ask again for the next one.
# - `solution("11.1")` shows the code of the package. Try first. The folder `solutions` has all
#   answers.
#
# What has passed is kept in the file `maskrcnn_explained_progress.json` beside this notebook; in a
# terminal, `maskrcnn-explained progress` lists it. The pictures show what should come out. They are
# made by the package, not by your code.
#
# About 75 minutes for the first five, and half a day for the last; 11.2, 11.3 and 11.4 are the
# core.

# %%
import numpy as np

import maskrcnn_explained as mrx
from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises.nb11_capstone import capstone_form
from maskrcnn_explained.data.augmentation import crop, flip
from maskrcnn_explained.data.examples.coins import coins_sample
from maskrcnn_explained.evaluation import bootstrap
from maskrcnn_explained.evaluation.precision_recall import average_precision_by_hand
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.viz import style

coins = coins_sample()

# %% [markdown]
# ## 11.1 · Run lengths of a mask
#
# *implement · difficulty 2 of 3 · importance 2 of 3 · 15 minutes*
#
# Section: 1 · What annotations have to say
#
# An RLE says how many pixels are outside, then inside, then outside, and so on, down the first
# column, then down the next. One count may go on over several columns. The first count is of pixels
# outside, and may be 0.


# %%
def run_lengths(mask):
    """The run lengths of a mask, down its columns.

    mask: [H, W] bool.
    Returns a list of whole numbers: pixels outside, inside, outside, and so on. Their sum is H * W.
    """
    # solution
    counts, value, run = [], False, 0
    for pixel in mask.T.ravel():
        if pixel != value:
            counts.append(run)
            value, run = pixel, 0
        run += 1
    return [*counts, run]
    # end


# %%
check("11.1", run_lengths)

# %% [markdown]
# ## 11.2 · Flip a picture, and all that belongs to it
#
# *implement · difficulty 1 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 4 · Augmentation: more from the same pictures
#
# It is easy to flip a picture and to forget its masks or boxes. No error is raised, and flipping
# twice gives back all that went in. (In the package boxes follow from masks, so nobody can forget
# them. Many other programs store them.)


# %%
def flip_all(image, masks, boxes):
    """Exchange left and right.

    image: [H, W, 3] uint8. masks: [G, H, W] bool. boxes: [G, 4] (y1, x1, y2, x2), pixels; x2 is the
    edge behind the last pixel.
    Returns three arrays of the same shapes.
    """
    # solution
    y1, x1, y2, x2 = boxes.T
    width = image.shape[1]
    return image[:, ::-1], masks[:, :, ::-1], np.stack([y1, width - x2, y2, width - x1], 1)
    # end


# %%
check("11.2", flip_all)

# %% [markdown]
# The last case of the check, before and after: outlines stay on their coins.

# %% tags=["target"]
part = crop(coins, 0, 0, 120, 200)
axes = style.axes_grid(1, 2, 2.6, width=8.6)[0]
for ax, sample, title in zip(axes, (part, flip(part)), ("as it is", "flipped"), strict=True):
    mrx.viz.show_outlines(sample.image, sample.masks, ax, title)
style.show(axes, "The same coins twice, the second time mirrored.", colours=64)

# %% [markdown]
# ## 11.3 · Do the anchors fit your objects?
#
# *implement · difficulty 2 of 3 · importance 3 of 3 · 20 minutes*
#
# Section: 2 · Look before you train
#
# An anchor becomes positive from an IoU of 0.7 on. Before you train, ask how good the best anchor
# can be for each of your objects. In the simplest case objects and anchors are squares around one
# centre. Objects are measured in the photograph, anchors in the molded image.


# %%
def best_anchor_iou(sides, factor, scales):
    """The best IoU of square objects with square anchors around the same centre.

    sides: N numbers, sides of the objects, pixels of the photograph. factor: side of the molded
    image / side of the photograph. scales: S numbers, sides of the anchors, pixels of the molded
    image.
    Returns an array [N], each number from 0 to 1.
    """
    # solution
    molded = factor * np.asarray(sides)[:, None]  # [N, 1]
    ratio = np.minimum(molded, scales) / np.maximum(molded, scales)  # [N, S]
    return (ratio**2).max(1)
    # end


# %%
check("11.3", best_anchor_iou)

# %% [markdown]
# The case by hand, balloons of 60 to 710 pixels, and all sides between them: an IoU of 0.7 is
# reached near the anchors alone, for each of these is twice as large as the one before.

# %% tags=["target"]
sides, scales = np.geomspace(60, 710, 200), np.array(mrx.get_config("scenes").anchor_scales)
molded = 0.5 * sides[:, None]
best = np.exp(-2 * np.abs(np.log(molded / scales))).max(1)
ax = style.new_axes(None, 8.0, 3.2)
ax.plot(sides, best, color=style.POSITIVE)
ax.axhline(0.7, color="black", linestyle="--")
ax.set(xscale="log", xlabel="side of a balloon in the photograph, pixels", ylabel="best IoU")
ax.set_xticks((60, 100, 200, 400, 710), ("60", "100", "200", "400", "710"), minor=False)
ax.set_xticks((), minor=True)
style.show(ax, "A curve of peaks of 1 at the anchors, with valleys of 0.5 between; a line at 0.7.")

# %% [markdown]
# ## 11.4 · Find the bug: from category ids to classes
#
# *find the bug · difficulty 2 of 3 · importance 3 of 3 · 15 minutes*
#
# Section: 1 · What annotations have to say
#
# A COCO file lists its categories, with ids such as 90, 3 and 7, and each annotation has the id of
# its category. A model numbers its classes 1, 2, 3; 0 is background. Here class 1 is the smallest
# id. The function works on the file for training. On the small file for validation, it makes spoons
# of cups.


# %%
def broken_class_numbers(category_ids, categories):
    """Classes of annotations.

    category_ids: [N], of the annotations. categories: [K], the ids of all categories of the file.
    Returns an array [N] of numbers 1..K.
    """
    known = sorted(set(category_ids))
    return np.array([1 + known.index(one) for one in category_ids])


# %% [markdown]
# Write it again without the bug.


# %%
def class_numbers(category_ids, categories):
    """As above, and right."""
    # solution
    known = sorted(categories)  # also those that no annotation has
    return np.array([1 + known.index(one) for one in category_ids])
    # end


# %%
check("11.4", class_numbers)

# %% [markdown]
# ## 11.5 · Predict: a split at random
#
# *predict · difficulty 2 of 3 · importance 3 of 3 · 10 minutes*
#
# Section: 3 · Split by what will be new
#
# Ten slides were cut into 20 pictures each. Of the 200 pictures 40 were drawn at random to measure
# on, and the model learned from the other 160. How many of the ten slides have pictures on both
# sides, on average? One decimal is enough.

# %%
# solution
mixed_slides = 10 * (1 - np.prod((180 - np.arange(40)) / (200 - np.arange(40))))
# end

# %%
check("11.5", mixed_slides)

# %% [markdown]
# So nearly every slide is on both sides, and AP says how well the model knows new pictures of
# *known* slides. To learn about new slides, draw two of the ten slides, and measure on all their
# pictures.
#
# ## 11.6 · Capstone: twenty photographs of your own
#
# *compute · difficulty 3 of 3 · importance 3 of 3 · 240 minutes*
#
# Section: 5 · From a folder to a measured model
#
# 1. **Photograph** one kind of thing, twenty times or more: keys, leaves, screws, mugs. Keep at
#    least five of the pictures to measure on, from another place or another day.
# 2. **Label** every one of the things, with a tool of notebook 11, and open both files with
#    `mrx.open_dataset`. Look at a few outlines on their pictures.
# 3. **Fine-tune** as in section 5 of notebook 11: 500 steps take some minutes on two cores.
# 4. **Measure** once, on the pictures that were kept: mask AP and its spread. With five pictures it
#    is wide. Say so.
# 5. **Write a model card** of half a page (120 to 400 words) with the parts Data, Training, Result
#    and Limits, and the AP with two decimals. A good card says on which pictures the model fails.
#
# **The check looks at the form alone**: how many pictures, whether one is on both sides, whether
# there is a spread, whether the card has its parts. It cannot tell whether your outlines are good,
# whether the pictures are your own, whether anything was trained, or whether the card is true. For
# that show it to somebody.
#
# These functions measure a model:


# %%
def image_facts(model, samples):
    """What AP is made of: per picture overlaps, scores, found classes, true classes."""
    found = [(model.detect(sample.image, min_score=0), sample) for sample in samples]
    return [(mask_iou(d.masks, s.masks), d.scores, d.class_ids, s.class_ids) for d, s in found]


def measured(model, samples):
    """Mask AP of a model on samples, and the interval in which 95 of 100 drawn APs lie."""
    facts = image_facts(model, samples)
    return average_precision_by_hand(facts), bootstrap.interval(bootstrap.bootstrap_ap(facts))


# %% [markdown]
# A stand-in shows the form of a hand-in: drawn scenes in place of photographs, the shipped model in
# place of a trained one. Put your own in place of each. The answer, `handed_in`, is what
# `capstone_form(train, test, mask_ap, spread, card)` gives.

# %%
train = [mrx.Scenes("train", 15)[i] for i in range(15)]  # mrx.open_dataset("train.json", "photos")
test = [mrx.Scenes("test", 5)[i] for i in range(5)]  # mrx.open_dataset("test.json", "photos")
model = mrx.load("scenes")  # mrx.load("build/mine")
mask_ap, spread = measured(model, test)
print(f"mask AP {mask_ap:.2f}, spread {spread[0]:.2f} to {spread[1]:.2f}")

# %%
# pathlib.Path("card.md").read_text()
card = f"""
# A stand-in for a model card

**Data.** Drawn scenes of disks, rectangles, triangles and stars, not photographs: 15 stand for
pictures to learn from, 5 for pictures to measure on. The outlines are exact, for a program drew
them. Both sides come from one program, so the 5 are new pictures of a known kind.

**Training.** None. The model is `scenes` as it ships with this course; it learned from other scenes
of the same program. A card of yours says here which weights you began with, which layers learned,
how many steps, and how long they took.

**Result.** Mask AP {mask_ap:.2f} on the 5 scenes; with 5 others it could as well be anything from
{spread[0]:.2f} to {spread[1]:.2f}. The pictures
below show what it finds on three of them.

**Limits.** Five pictures are few. Nothing here says anything about photographs, other shapes, or
other sizes. Do not use it for anything but as an example of the form.
"""

# %%
# solution
handed_in = capstone_form(train, test, mask_ap, spread, card)
# end

# %%
check("11.6", handed_in)

# %% [markdown]
# The pictures to measure on, with what the model finds on them. Draw yours, too, before you write
# the card.

# %% tags=["target"]
axes = style.axes_grid(1, 3, 3.0)[0]
for ax, sample in zip(axes, test, strict=False):
    found = model.detect(sample.image, min_score=0.5)
    mrx.viz.show_outlines(sample.image, found.masks, ax, f"{len(sample)} there, {len(found)} found")
style.show(axes, "Three drawn scenes with the outlines that the model finds.", colours=64)

# %% [markdown]
# **Next:** back to notebook [11](../11_your_own_data.ipynb), or on to the
# [gallery](../gallery.ipynb).
