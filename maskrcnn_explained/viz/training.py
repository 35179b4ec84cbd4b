"""Pictures of notebook 08: a model while it learns, from its losses to its filters.

Columns are moments of one run, from left to right. `ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from maskrcnn_explained.losses import NAMES
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.detection import show_detections, show_sample
from maskrcnn_explained.viz.drawing import few_shades, filter_picture, zoom

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections

AP_COLOURS = {"val_mask_AP": "#0072B2", "val_mask_AP50": "#E69F00"}
TRAINING, VALIDATION = "#444444", "#0072B2"  # colours of the losses
HIGHEST = 2.0  # validation losses above this multiple of the training's leave the panel


def show_curves(steps: ArrayLike, history: dict, log_scale: bool = False) -> np.ndarray:
    """One panel per loss, five in all, and one for AP on the validation images.

    Losses on validation images are drawn beside those of training: where the two part, the model
    learns its images by heart.

    Args:
        steps: [n], the number of the last step of each epoch.
        history: name -> [n], as in `History.history` or in the lines of `log.jsonl`; without AP
            the last panel shows the weighted sum of the losses.
        log_scale: losses on a logarithmic axis.
    """
    axes = style.axes_grid(2, 3, 4.6).ravel()
    for ax, name in zip(axes, NAMES, strict=False):
        _show_loss(ax, steps, history, name, log_scale)
        ax.set_title(name, fontsize=style.TEXT_SIZE + 1)
    if f"val_{NAMES[0]}" in history:
        axes[0].legend(frameon=False, fontsize=9, loc="best")
    _show_ap(axes[5], steps, history)
    for ax in axes:
        ax.grid(color="#e5e5e5")
        ax.set_xlabel("step" if ax in axes[3:] else "")
    return axes


def _show_loss(ax, steps, history, name, log_scale=False):
    """A loss of training, and the same on validation images if it was measured."""
    top = max(history[name])
    ax.plot(steps, history[name], "o-", color=TRAINING, markersize=3, label="training")
    validation = history.get(f"val_{name}")
    if validation is not None:
        ax.plot(steps, validation, "o-", color=VALIDATION, markersize=3, label="validation")
        top = max(top, min(max(validation), HIGHEST * top))
    if log_scale:
        ax.set_yscale("log")
    else:
        ax.set_ylim(0, 1.05 * top)


def _show_ap(ax, steps, history):
    """AP on the validation images; without it, the weighted sum of the losses."""
    names = [name for name in AP_COLOURS if name in history]
    for name in names:
        label = name.removeprefix("val_").replace("_", " ")
        ax.plot(steps, history[name], "o-", color=AP_COLOURS[name], markersize=3, label=label)
    if names:
        ax.set(ylim=(0, 1), title="AP on validation images")
        ax.legend(frameon=False, fontsize=9, loc="best")
    else:
        _show_loss(ax, steps, history, "loss")
        ax.set(title="weighted sum")
    ax.title.set_fontsize(style.TEXT_SIZE + 1)


def show_schedule(steps: ArrayLike, rates: ArrayLike, ax: Axes | None = None) -> Axes:
    """The learning rate over the steps of a run."""
    ax = style.new_axes(ax, 6.5, 2.4)
    ax.plot(steps, rates, color="#444444", linewidth=2)
    ax.set(xlabel="step", ylabel="learning rate", ylim=(0, None))
    ax.grid(color="#e5e5e5")
    return ax


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

    return _over_time(samples, found, ["ground truth", *titles], draw_truth, draw_found)


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

    return _over_time(images, maps, ["image", *titles], draw_image, draw_map)


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

    return _over_time(objects, masks, ["object", *titles], draw_object, draw_mask)


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
    return axes


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
