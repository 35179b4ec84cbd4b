"""Picture of what pre-training buys: several ways to begin (notebook 11).

The numbers are those of assets/pretraining.json, which scripts/pretraining.py measures.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import style

# How a run begins: words, colour and mark of its line.
STARTS = {
    "scratch": ("fresh backbone", "#B37400", "s"),
    "frozen": ("published backbone, frozen", "#0072B2", "o"),
    "trained": ("published backbone, learning", "#CC3311", "D"),
    "slow": ("published backbone, learning slowly", "#AA4499", "^"),
}


def show_starts(runs: Sequence[dict[str, Any]], ax: Axes | None = None) -> Axes:
    """Mask AP50 over the steps of runs that begin in different ways; each line has its name.

    Args:
        runs: "runs" of assets/pretraining.json. Each is a dict with its "start" (a key of
            `STARTS`), "steps" [n], and "val_mask_AP50" [n] in 0..1.

    Raises `ValueError` if there is no run, or one with an unknown start.
    """
    unknown = {run["start"] for run in runs} - set(STARTS)
    if unknown or not runs:
        raise ValueError(f"runs must be a list of runs from {', '.join(STARTS)}; got {runs!r}.")
    ax = style.new_axes(ax, 7.0, 3.4)
    ends = [run["val_mask_AP50"][-1] for run in runs]
    top = 1.15 * max(max(run["val_mask_AP50"]) for run in runs)
    for run, end, place in zip(runs, ends, _apart(ends, 0.09 * top), strict=True):
        name, colour, mark = STARTS[run["start"]]
        ax.plot(run["steps"], run["val_mask_AP50"], color=colour, marker=mark, linewidth=2)
        ax.text(1.04 * run["steps"][-1], place, f"{name}: {end:.3f}", color=colour, va="center")
    ax.set(xlabel="step", ylabel="mask AP50", ylim=(-0.03 * top, top), xlim=(0, None))
    ax.set_xticks([0, *runs[0]["steps"]])
    ways = f"{len(runs)} ways to begin, {runs[0]['steps'][-1]} steps"
    ax.set_title(ways, fontsize=style.TEXT_SIZE + 1)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="#e5e5e5")
    words = [f"{STARTS[run['start']][0]} {end:.3f}" for run, end in zip(runs, ends, strict=True)]
    text = f"Mask AP50 over the steps of {len(runs)} runs; at the end: {'; '.join(words)}."
    return style.with_alt(ax, text)


def _apart(places, gap):
    """The places [n] of labels, moved up where one is nearer than `gap` to the one below it."""
    places = np.array(places, float)
    order = np.argsort(places, kind="stable")
    for below, above in itertools.pairwise(order):
        places[above] = max(places[above], places[below] + gap)
    return places
