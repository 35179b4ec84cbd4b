"""Pictures of notebook 08: a model while it learns, from its losses to its filters.

Columns are moments of one run, left to right. `ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.losses import NAMES
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.detection import show_detections, show_sample
from maskrcnn_explained.viz.drawing import few_shades, zoom

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample

AP_COLOURS = {"val_mask_AP": "#0072B2", "val_mask_AP50": "#E69F00"}


def show_curves(steps: Any, history: dict, log_scale: bool = False) -> np.ndarray:
    """One panel for each of the five losses, and one for AP on the validation images.

    Args:
        steps: [n], how many steps had been made at the end of each epoch.
        history: name -> [n], as `History.history` or the lines of `log.jsonl` have them; without
            AP the last panel shows the sum of the losses.
        log_scale: losses on a logarithmic axis.
    """
    axes = style.axes_grid(2, 3, 4.6).ravel()
    for ax, name in zip(axes, NAMES, strict=False):
        ax.plot(steps, history[name], "o-", color="#444444", markersize=3)
        ax.set_title(name, fontsize=style.TEXT_SIZE + 1)
        if log_scale:
            ax.set_yscale("log")
        else:
            ax.set_ylim(0, 1.05 * max(history[name]))
    for name, colour in AP_COLOURS.items():
        if name in history:
            label = name.removeprefix("val_").replace("_", " ")
            axes[5].plot(steps, history[name], "o-", color=colour, markersize=3, label=label)
    if axes[5].lines:
        axes[5].set(ylim=(0, 1), title="AP on validation images")
        axes[5].legend(frameon=False, fontsize=9, loc="best")
    else:
        axes[5].plot(steps, history["loss"], "o-", color="#444444", markersize=3)
        axes[5].set(title="weighted sum", ylim=(0, 1.05 * max(history["loss"])))
    axes[5].title.set_fontsize(style.TEXT_SIZE + 1)
    for ax in axes:
        ax.grid(color="#e5e5e5")
        ax.set_xlabel("step" if ax in axes[3:] else "")
    return axes


def show_schedule(steps: Any, rates: Any, ax: Axes | None = None) -> Axes:
    """The learning rate over the steps of a run."""
    ax = style.new_axes(ax, 6.5, 2.4)
    ax.plot(steps, rates, color="#444444", linewidth=2)
    ax.set(xlabel="step", ylabel="learning rate", ylim=(0, None))
    ax.grid(color="#e5e5e5")
    return ax


def show_predictions_over_time(
    samples: Sequence[Sample], found: Any, titles: Sequence[str], class_names: Sequence[str]
) -> np.ndarray:
    """The same images at several moments; the first column is the ground truth.

    Args:
        samples: I Samples; found: one list of I Detections a moment; titles: one a moment.
        class_names: K names.
    """
    axes = _panels(len(samples), len(found) + 1)
    for i, sample in enumerate(samples):
        calm = dataclasses.replace(sample, image=few_shades(sample.image, 8))
        show_sample(calm, class_names, axes[i, 0], labels=False)
        for ax, moment in zip(axes[i, 1:], found, strict=True):
            show_detections(calm.image, moment[i], ax, labels=False)
    for ax, title in zip(axes[0], ["ground truth", *titles], strict=True):
        ax.set_title(title, fontsize=style.TEXT_SIZE + 1)
    return axes


def show_objectness_over_time(
    images: Sequence[np.ndarray], maps: Any, titles: Sequence[str]
) -> np.ndarray:
    """Where the RPN saw an object, at several moments; the first column is the image.

    Args:
        images: I images [H, W, 3]; maps: one list of I maps [h, w] in 0..1 a moment.
        titles: one a moment.
    """
    axes = _panels(len(images), len(maps) + 1)
    for i, image in enumerate(images):
        style.show_image(image, axes[i, 0])
        for ax, moment in zip(axes[i, 1:], maps, strict=True):
            style.show_map(moment[i], ax, vmin=0, vmax=1)
    for ax, title in zip(axes[0], ["image", *titles], strict=True):
        ax.set_title(title, fontsize=style.TEXT_SIZE + 1)
    return axes


def show_masks_over_time(objects: Any, masks: Any, titles: Sequence[str]) -> np.ndarray:
    """What the mask head says of the same true boxes at several moments; all stretched to squares.

    Args:
        objects: O tuples (image [H, W, 3], box [4]).
        masks: one array [O, 28, 28] in 0..1 a moment; titles: one a moment.
    """
    axes = _panels(len(objects), len(masks) + 1)
    for row, (image, box) in enumerate(objects):
        zoom(style.show_image(image, axes[row, 0]), box[None], 0.0).set_aspect("auto")
        for ax, moment in zip(axes[row, 1:], masks, strict=True):
            style.show_map(moment[row], ax, vmin=0, vmax=1, cmap="gray")
    for ax, title in zip(axes[0], ["object", *titles], strict=True):
        ax.set_title(title, fontsize=style.TEXT_SIZE + 1)
    return axes


def show_filters_over_time(kernels: Any, titles: Sequence[str], across: int = 4) -> np.ndarray:
    """The filters of the first layer at several moments, a sheet each; grey is zero.

    Args:
        kernels: a [k, k, 3, N] a moment; titles: one a moment.
        across: filters per row of a sheet.
    """
    size = kernels[0].shape[0] + 1
    down = -(-kernels[0].shape[-1] // across)
    panel = style.PAGE_WIDTH / len(kernels)
    axes = style.axes_grid(1, len(kernels), panel * down / across + 0.3)[0]
    for ax, kernel, title in zip(axes, kernels, titles, strict=True):
        sheet = np.ones((down * size - 1, across * size - 1, 3))
        for index in range(kernel.shape[-1]):
            one = kernel[..., index]
            y, x = index // across * size, index % across * size
            peak = max(np.abs(one).max(), 1e-12)
            sheet[y : y + size - 1, x : x + size - 1] = 0.5 + 0.5 * one / peak
        margin = (0, 0), (size // 2, size // 2), (0, 0)
        style.show_image(np.pad(sheet, margin, constant_values=1), ax, title)
        ax.axis("off")
    return axes


def _panels(rows, columns):
    """Square panels side by side, as wide as the page has room for."""
    side = min(style.PAGE_WIDTH / columns, 2.6)
    return style.axes_grid(rows, columns, side * rows + 0.3, side * columns)
