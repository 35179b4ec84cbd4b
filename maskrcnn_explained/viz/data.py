"""Pictures of a data set: its images and objects in numbers, and what augmentation makes of them.

`ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.detection import show_sample

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.data.statistics import Statistics

BARS = "#4477AA"


def show_statistics(facts: Statistics) -> np.ndarray:
    """Six panels: image sizes, objects per image, areas, aspect ratios, sides, classes.

    Args:
        facts: Statistics, from `dataset_statistics`.
    """
    axes = style.axes_grid(2, 3, 5.0).ravel()
    _scatter_image_sizes(axes[0], facts.image_sizes)
    most = int(facts.objects.max())
    step = max(1, most // 20)
    axes[1].hist(facts.objects, np.arange(-0.5, most + step, step), color=BARS)
    axes[1].set(title="objects per image", xlabel="objects", ylabel="images")
    axes[1].yaxis.get_major_locator().set_params(integer=True)
    _log_histogram(axes[2], np.sqrt(facts.areas), "size of an object", "root of its area, pixels")
    ratios = facts.aspect_ratios
    _log_histogram(axes[3], ratios, "shape of its box", "width / height")
    axes[3].axvline(1, color="#222222", linewidth=1)
    axes[4].scatter(facts.sides[:, 1], facts.sides[:, 0], s=6, color=BARS, alpha=0.4)
    axes[4].set(title="boxes", xlabel="width", ylabel="height")
    names = list(facts.class_counts)
    colours = [style.class_colour(i) for i in range(1, len(names) + 1)]
    axes[5].barh(names, list(facts.class_counts.values()), color=colours)
    axes[5].invert_yaxis()
    axes[5].set(title="classes", xlabel="objects")
    for ax in axes:
        ax.title.set_fontsize(style.TEXT_SIZE + 1)
    counts = ", ".join(f"{name} {n}" for name, n in facts.class_counts.items())
    text = (
        f"Six panels about {len(facts.image_sizes)} images: their sizes; objects per image, at "
        f"most {most}; the root of an object's area; width over height of its box; width against "
        f"height; objects per class ({counts})."
    )
    return style.with_alt(axes, text)


def _scatter_image_sizes(ax, sizes):
    """One dot per size (height, width) of images [n, 2]; larger where more images have it."""
    shapes, counts = np.unique(sizes, axis=0, return_counts=True)
    areas = np.minimum(12 + 2 * counts, 120)
    ax.scatter(shapes[:, 1], shapes[:, 0], s=areas, color=BARS, alpha=0.6)
    reach = 1.2 * sizes.max()
    ax.set(title="image sizes", xlabel="width", ylabel="height")
    ax.set(xlim=(0, reach), ylim=(0, reach), aspect="equal")


def _log_histogram(ax, values, title, label):
    """A histogram whose bins are equally wide on a logarithmic axis."""
    if len(values):
        low = values.min() * 0.95
        high = values.max() * 1.05
        ax.hist(values, np.geomspace(low, high, 25), color=BARS)
        ax.set_xscale("log")
        ticks = 2.0 ** np.arange(np.ceil(np.log2(low)), np.log2(high))
        ticks = ticks[:: 1 + len(ticks) // 6]
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
    ax.set(title=title, xlabel=label, ylabel="objects")


def show_augmentations(
    sample: Sample, augment: Callable, class_names: Sequence[str], number: int = 7, seed: int = 0
) -> np.ndarray:
    """A sample, and what an augmentation makes of it, with masks and boxes.

    Args:
        sample: a Sample.
        augment: makes a new Sample of a Sample and a NumPy generator.
        class_names: K names, background first.
        number: how many augmented versions.
    """
    rng = np.random.default_rng(seed)
    versions = [sample, *(augment(sample, rng) for _ in range(number))]
    columns = math.ceil(len(versions) / 2)
    axes = style.axes_grid(2, columns, 2 * style.PAGE_WIDTH / columns + 0.4)
    for ax in axes.flat:
        ax.axis("off")
    titles = ["as it is", *(f"augmented {i + 1}" for i in range(number))]
    for ax, version, title in zip(axes.flat, versions, titles, strict=False):
        show_sample(version, class_names, ax, title, labels=False)
    text = f"A sample as it is, and {number} augmented versions of it, with masks and boxes."
    return style.with_alt(axes, text)
