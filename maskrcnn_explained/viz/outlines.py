"""Many outlines on one picture: hundreds of nuclei, as they are, as found, and where that differs.

`ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from scipy import ndimage

from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import few_shades

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample

TRUE_RIM, FOUND_RIM, WRONG_RIM, MISSED_RIM = "#56B4E9", "#00CC66", "#FF7733", "#FFFFFF"


def show_outlines(
    picture: np.ndarray, masks: np.ndarray, ax: Axes | None = None, title: str = ""
) -> Axes:
    """A picture with the rim of every mask in green: one layer for all, as there may be hundreds.

    Args:
        picture: [H, W, 3] or [H, W] uint8; masks: [n, H, W] bool.
    """
    alone = ax is None
    ax = style.show_image(with_rims(picture, [(masks, FOUND_RIM)]), ax, title)
    return style.with_alt(ax, f"A picture with {len(masks)} outlines.") if alone else ax


def with_rims(
    picture: np.ndarray, layers: Sequence[tuple[np.ndarray, str]], width: int = 1
) -> np.ndarray:
    """The picture [H, W, 3] float in 0..1 with the rims of masks.

    Args:
        picture: [H, W, 3] or [H, W] uint8.
        layers: (masks [n, H, W] bool, colour) each.
        width: of a rim, in pixels of a picture of at most 300 x 300; larger ones get more.
    """
    rgb = few_shades(as_rgb(picture)) / 255
    depth = width * math.ceil(max(rgb.shape) / 300)
    for masks, colour in layers:
        for mask in masks:
            # A rim is what an erosion takes away, at the border of the picture, too.
            rgb[mask & ~ndimage.binary_erosion(mask, iterations=depth)] = to_rgb(colour)
    return rgb


def show_outlines_found(
    samples: Sequence[Sample], found: Sequence[np.ndarray], objects: Sequence[np.ndarray]
) -> np.ndarray:
    """One row per picture: the true outlines; what was found; the mistakes alone.

    Dark pictures are stretched to white for the eye; the model sees them as they are.

    Args:
        samples: with their true masks.
        found: per picture the masks that were found, [d, H, W] bool.
        objects: per picture which object each of them has found, [d] int, or -1 for none, as
            `evaluation.precision_recall.match` says.

    Returns the axes, [pictures, 3].
    """
    axes = style.axes_grid(len(samples), 3, 3.25 * len(samples))
    lines = []
    for row, sample, masks, matched in zip(axes, samples, found, objects, strict=True):
        wrong = masks[matched < 0]
        missed = sample.masks[~np.isin(np.arange(len(sample)), matched)]
        picture = _stretched(sample.image)
        style.show_image(
            with_rims(picture, [(sample.masks, TRUE_RIM)]), row[0], f"{len(sample)} true"
        )
        style.show_image(with_rims(picture, [(masks, FOUND_RIM)]), row[1], f"{len(masks)} found")
        both: Any = [(missed, MISSED_RIM), (wrong, WRONG_RIM)]
        title = f"{len(missed)} missed, {len(wrong)} wrong"
        style.show_image(with_rims(picture // 2, both, width=2), row[2], title)
        lines.append(f"{len(sample)} true, {len(masks)} found, {title}")
    text = (
        "One picture per row, three times: true outlines in blue, found ones in green; and, "
        "darker, the mistakes alone, missed objects in white, wrong outlines in orange. "
    )
    return style.with_alt(axes, f"{text}Rows: {'; '.join(lines)}.")


def _stretched(image):
    """The image [H, W, 3] uint8 made so bright that one pixel in 500 is white."""
    top = max(1.0, float(np.percentile(image, 99.8)))
    return np.clip(image * (255 / top), 0, 255).astype(np.uint8)
