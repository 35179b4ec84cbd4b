"""What each kind of mistake costs: how many there are, beside the AP that mending them gains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import style


def show_error_costs(
    counts: dict[str, int], gains: dict[str, float], name: str = "AP50"
) -> np.ndarray:
    """Two panels of bars, one bar per kind of mistake: its number, and the AP that it costs.

    Args:
        counts: kind -> number; gains: kind -> AP gained if this kind alone is mended. The bars
            are those of `gains`, so that hits, which would dwarf all mistakes, may be in `counts`.
        name: of the AP.

    Returns the axes, [2].
    """
    kinds = list(gains)
    numbers = [counts[kind] for kind in kinds]
    costs = [gains[kind] for kind in kinds]
    axes = style.axes_grid(1, 2, 0.38 * len(kinds) + 0.9)[0]
    _bars(axes[0], kinds, numbers, [f"{number}" for number in numbers])
    _bars(axes[1], kinds, costs, [f"{cost:.3f}" for cost in costs])
    axes[0].set(title="how many", xlabel="number of mistakes")
    axes[1].set(title="what they cost", xlabel=f"{name} gained if this kind alone is mended")
    axes[1].set_yticklabels([])
    rows = [f"{kind} {n}, {cost:.3f}" for kind, n, cost in zip(kinds, numbers, costs, strict=True)]
    return style.with_alt(axes, f"Bars, number and {name} gained: {'; '.join(rows)}.")


def _bars(ax: Axes, kinds: Sequence[str], values: Sequence[float], texts: Sequence[str]):
    """Horizontal bars, the first on top, each with its number at the end."""
    bars = ax.barh(kinds, values, color=style.NEGATIVE)
    ax.bar_label(bars, texts, padding=3)
    ax.invert_yaxis()
    ax.set_xlim(0, max([*values, 1e-9]) * 1.18)
    ax.spines[["top", "right"]].set_visible(False)


def show_ap_interval(
    values: np.ndarray, ap: float, interval: tuple[float, float], name: str = "AP"
) -> Axes:
    """A histogram of AP on drawn sets of images, with the interval and the AP of all images.

    Args:
        values: [rounds], of `bootstrap.bootstrap_ap`; ap: AP of the images themselves.
        interval: (low, high), of `bootstrap.interval`.

    Returns the axes.
    """
    low, high = interval
    ax = style.new_axes(None, 7.0, 2.8)
    ax.hist(values, 40, color=style.LEVEL_COLOURS["P2"])
    ax.axvspan(low, high, color=style.IGNORED, alpha=0.25, zorder=0)
    ax.axvline(ap, color="#222222", linewidth=2)
    top = ax.get_ylim()[1]
    ax.set_ylim(0, top * 1.2)
    ax.text(ap, top * 1.08, f" measured {ap:.3f}", va="center")
    for x, side in ((low, "right"), (high, "left")):
        ax.text(x, top * 1.08, f" {x:.3f} ", ha=side, va="center")
    ax.set(xlabel=f"{name} of a drawn set of images", ylabel="sets")
    ax.spines[["top", "right"]].set_visible(False)
    alt = f"A histogram of {name} on {len(values)} drawn sets of images, around {ap:.3f}. "
    return style.with_alt(ax, f"{alt}The interval from {low:.3f} to {high:.3f} is shaded.")
