"""Pictures of notebook 08: a model while it learns: predictions, scores, masks and filters.

Columns are moments of one run, from left to right. `ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Patch

from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.detection import show_detections, show_sample
from maskrcnn_explained.viz.drawing import few_shades, filter_picture, zoom

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections


def show_predictions_over_time(
    samples: Sequence[Sample],
    found: Sequence[Sequence[Detections]],
    titles: Sequence[str],
    class_names: Sequence[str],
) -> np.ndarray:
    """The same images at several moments; the first column is the ground truth.

    Args:
        samples: I Samples; found: one list of I Detections per moment; titles: one per moment.
        class_names: K names.
    """
    samples = [dataclasses.replace(one, image=few_shades(one.image, 6)) for one in samples]

    def draw_truth(ax, sample):
        show_sample(sample, class_names, ax, labels=False)

    def draw_found(ax, sample, detections):
        show_detections(sample.image, detections, ax, labels=False)

    axes = _over_time(samples, found, ["ground truth", *titles], draw_truth, draw_found)
    if len(class_names) > 2:
        colours = [Patch(color=style.class_colour(i)) for i in range(1, len(class_names))]
        look: Any = dict(loc="outside lower center", ncols=len(colours), frameon=False)
        axes[0, 0].figure.legend(colours, class_names[1:], **look)
    numbers = ", ".join(f"{t}: {sum(map(len, f))}" for t, f in zip(titles, found, strict=True))
    alt = f"{len(samples)} scenes in rows: ground truth, then what the model finds. Detections in "
    return style.with_alt(axes, f"{alt}all of them, {numbers}.")


def show_objectness_over_time(
    images: Sequence[np.ndarray], maps: Sequence[Sequence[np.ndarray]], titles: Sequence[str]
) -> np.ndarray:
    """Objectness at several moments; the first column is the image.

    Args:
        images: I images [H, W, 3]; maps: one list of I maps [h, w] in 0..1 per moment.
        titles: one per moment.
    """

    def draw_image(ax, image):
        style.show_image(image, ax)

    def draw_map(ax, image, values):
        style.show_map(values, ax, vmin=0, vmax=1)

    axes = _over_time(images, maps, ["image", *titles], draw_image, draw_map)
    bar = axes[0, 0].figure.colorbar(axes[0, 1].images[0], ax=axes, shrink=0.8, pad=0.01)
    bar.set_label("objectness")
    means = ", ".join(f"{t} {np.mean(m):.2f}" for t, m in zip(titles, maps, strict=True))
    alt = f"{len(images)} images in rows, then maps of the RPN's scores. Mean score: {means}."
    return style.with_alt(axes, alt)


def show_masks_over_time(
    objects: Sequence[tuple[np.ndarray, np.ndarray]],
    masks: Sequence[np.ndarray],
    titles: Sequence[str],
) -> np.ndarray:
    """The masks of the same true boxes at several moments; all are stretched to squares.

    Args:
        objects: O tuples (image [H, W, 3], box [4]).
        masks: one array [O, 28, 28] in 0..1 per moment; titles: one per moment.
    """

    def draw_object(ax, item):
        image, box = item
        zoom(style.show_image(image, ax), box[None], 0.0).set_aspect("auto")

    def draw_mask(ax, item, mask):
        style.show_map(mask, ax, vmin=0, vmax=1, cmap="gray")

    axes = _over_time(objects, masks, ["object", *titles], draw_object, draw_mask)
    alt = f"{len(objects)} objects cut out at their boxes and stretched to squares, and for each "
    return style.with_alt(axes, f"{alt}its mask from the mask head, {', '.join(titles)}.")


def _over_time(
    things: Sequence[Any],
    moments: Sequence[Any],
    titles: Sequence[str],
    draw_thing: Callable,
    draw_moment: Callable,
) -> np.ndarray:
    """Square panels: one row per thing; the thing itself first, then one column per moment.

    Args:
        things: T of them; moments: each has T results, one per thing.
        titles: of the columns.
        draw_thing: called with axes and a thing.
        draw_moment: called with axes, a thing and its result.
    """
    side = min(style.PAGE_WIDTH / len(titles), 2.6)  # as wide as the page has room for
    axes = style.axes_grid(len(things), len(titles), side * len(things) + 0.3, side * len(titles))
    for i, thing in enumerate(things):
        draw_thing(axes[i, 0], thing)
        for ax, results in zip(axes[i, 1:], moments, strict=True):
            draw_moment(ax, thing, results[i])
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_title(title, fontsize=style.TEXT_SIZE + 1)
    return axes


def show_filters_over_time(
    kernels: Sequence[np.ndarray], titles: Sequence[str], across: int = 4
) -> np.ndarray:
    """The filters of the first layer, one sheet per moment; grey is zero.

    Args:
        kernels: one [k, k, 3, N] per moment; titles: one per moment.
        across: filters per row of a sheet.
    """
    down = math.ceil(kernels[0].shape[-1] / across)
    panel = style.PAGE_WIDTH / len(kernels)
    axes = style.axes_grid(1, len(kernels), panel * down / across + 0.3)[0]
    for ax, kernel, title in zip(axes, kernels, titles, strict=True):
        style.show_image(_filter_sheet(kernel, down, across), ax, title)
        ax.axis("off")
    alt = f"Sheets of {kernels[0].shape[-1]} filters of the first layer: {', '.join(titles)}."
    return style.with_alt(axes, alt)


def _filter_sheet(kernel, down, across):
    """The filters of a kernel [k, k, 3, N] in one picture, with white between and beside them."""
    size = kernel.shape[0] + 1
    sheet = np.ones((down * size - 1, across * size - 1, 3))
    for index in range(kernel.shape[-1]):
        y = index // across * size
        x = index % across * size
        sheet[y : y + size - 1, x : x + size - 1] = filter_picture(kernel[..., index])
    margin = ((0, 0), (size // 2, size // 2), (0, 0))
    return np.pad(sheet, margin, constant_values=1)
