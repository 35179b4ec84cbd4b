"""A picture of what one cell of each map knows: the accuracy of a linear probe."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import style


def show_cell_probe(numbers: dict[str, Any], ax: Axes | None = None) -> Axes:
    """Bars of the probe's accuracy: C2..C5 pale, P2..P5 full, level by level, dots for the splits.

    Args:
        numbers: what assets/cell_probe.json holds: "chance", and "maps", a list of dicts with
            "name", "depth" and "accuracy" (one number per split).

    Returns the axes.
    """
    ax = style.new_axes(ax, 8.0, 3.8)
    places = []
    for row in numbers["maps"]:
        accuracy = np.asarray(row["accuracy"])
        is_pyramid = row["name"][0] == "P"
        place = int(row["name"][1]) - 2 + (0.2 if is_pyramid else -0.2)
        places.append(place)
        colour = style.LEVEL_COLOURS[row["name"]]
        look: Any = {} if is_pyramid else dict(hatch="//", alpha=0.45)
        ax.bar(place, accuracy.mean(), 0.36, color=colour, edgecolor="#222222", **look)
        spread = np.linspace(-0.08, 0.08, len(accuracy))
        ax.plot(place + spread, accuracy, "o", color="#222222", markersize=4)
        ax.text(place, accuracy.max() + 0.015, f"{accuracy.mean():.2f}", ha="center", va="bottom")
    names = [f"{row['name']}\n{row['depth']}" for row in numbers["maps"]]
    ax.set_xticks(places, names)
    _chance_line(ax, numbers["chance"])
    ax.set(
        ylabel="right class (share)", ylim=(0, 0.7), xlabel="map, and how many numbers a cell has"
    )
    return style.with_alt(ax, probe_in_words(numbers))


def _chance_line(ax, chance):
    """Where guessing lies."""
    ax.axhline(chance, color=style.NEGATIVE, linestyle="--", linewidth=1.5)
    look: Any = dict(va="bottom", color="#A34700", transform=ax.get_yaxis_transform())
    ax.text(1.01, chance - 0.02, "guessing", **look)
    ax.spines[["top", "right"]].set_visible(False)


def probe_in_words(numbers: dict[str, Any]) -> str:
    """The mean accuracy of each map in one sentence."""
    shares = [f"{row['name']} {np.mean(row['accuracy']):.2f}" for row in numbers["maps"]]
    return (
        "Bars of the share of places whose class a linear probe reads from one cell: "
        f"{', '.join(shares)}; guessing gives {numbers['chance']:.2f}."
    )
