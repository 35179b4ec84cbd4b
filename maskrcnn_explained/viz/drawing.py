"""What pictures of several stages share: photographs in fewer shades, zoom, frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

GROUND_STEP = 12  # shades of a photograph that is only the ground for boxes


def visible_image(molded_image: np.ndarray, mean_pixel: Sequence[float]) -> np.ndarray:
    """A molded image that can be looked at: the mean added again.

    Args:
        molded_image: [Hm, Wm, 3] float32, mean subtracted.
        mean_pixel: three numbers, RGB.

    Returns:
        [Hm, Wm, 3] uint8.
    """
    return np.clip(np.round(molded_image + np.asarray(mean_pixel)), 0, 255).astype(np.uint8)


def few_shades(image: np.ndarray, step: int = 8) -> np.ndarray:
    """The same picture in fewer shades: the eye hardly sees it, and the file is half as large.

    Args:
        image: [H, W, 3] uint8.
        step: grey levels that become one.

    Returns:
        [H, W, 3] uint8.
    """
    darkest = np.minimum(image // step * step, 255 - step // 2)  # never beyond white
    return darkest + np.uint8(step // 2)


def frame(ax: Axes, colour: str, width: float = 3.0) -> Axes:
    """Give axes a coloured frame, as the colour of a level."""
    ax.spines[:].set(color=colour, linewidth=width)
    return ax


def zoom(ax: Axes, boxes: np.ndarray, margin: float = 0.2) -> Axes:
    """Look at the boxes alone, with a margin as a share of their size."""
    boxes = np.asarray(boxes, float)
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    edge = (high - low) * margin
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()  # never beyond the image
    y1, x1 = np.maximum(low - edge, [top, left])
    y2, x2 = np.minimum(high + edge, [bottom, right])
    ax.set(xlim=(x1, x2), ylim=(y2, y1))
    return ax


def zoom_square(ax: Axes, boxes: np.ndarray) -> None:
    """Show the square around some boxes, with some room."""
    ax.set_facecolor("#777777")  # what lies outside the image
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    centre, half = (low + high) / 2, (high - low).max() * 0.8
    ax.set(xlim=(centre[1] - half, centre[1] + half), ylim=(centre[0] + half, centre[0] - half))
