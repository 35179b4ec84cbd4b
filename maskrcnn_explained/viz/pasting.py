"""Pictures of pasted masks: how one pixel gets its value, and a mask as a selection of colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from skimage import color

from maskrcnn_explained.viz import style


def show_sampled_pixel(
    small: np.ndarray,
    position: Sequence[float],
    weights: dict[tuple[int, int], float],
    value: float,
) -> Axes:
    """How the value of one pixel is read from the small mask: four neighbours and their weights.

    Args:
        small: [28, 28]; position: (row, column) in its cells; the centre of cell i is i + 1/2.
        weights: {(row, column): weight}; value: the sum.
    """
    ax = style.new_axes(None, 5.4, 4.6)
    ax.imshow(small, extent=(0, small.shape[1], small.shape[0], 0), cmap="gray", vmin=0, vmax=1)
    for (row, column), weight in weights.items():
        ax.text(
            column + 0.5,
            row + 0.78,
            f"{small[row, column]:.3f} x {weight:.3f}",
            ha="center",
            va="center",
            color="white",
            fontsize=9,
            bbox=dict(facecolor="#222222", linewidth=0),
        )
        ax.plot(column + 0.5, row + 0.5, "o", color="#66CCEE", markersize=7, markeredgecolor="k")
    ax.plot(position[1], position[0], "P", color=style.NEGATIVE, markersize=12, markeredgecolor="w")
    ax.set_title(f"the pixel's centre (cross) reads {value:.3f}", fontsize=style.TEXT_SIZE + 1)
    y, x = position
    ax.set(
        xlim=(x - 1.7, x + 1.7),
        ylim=(y + 1.7, y - 1.7),
        xlabel="column of the small mask",
        ylabel="row",
    )
    alt = (
        f"Four cells of the small mask with values and weights; the cross between reads {value:.3f}"
    )
    return style.with_alt(ax, f"{alt}.")


def show_splash(
    image: np.ndarray, masks: np.ndarray, ax: Axes | None = None, title: str = ""
) -> Axes:
    """Colour splash: pixels in a mask keep their colours, all others turn grey.

    Args:
        image: [H, W, 3] uint8; masks: [D, H, W] bool.
    """
    grey = np.repeat(np.round(color.rgb2gray(image) * 255).astype(np.uint8)[..., None], 3, -1)
    inside = np.asarray(masks.any(0))[..., None]
    height, width = image.shape[:2]
    ax = style.new_axes(ax, 4.0, 4.0 * height / width + 0.3)
    style.show_image(np.where(inside, image, grey), ax, title)
    return style.with_alt(ax, f"An image in grey, in which only {len(masks)} masks have colours.")
