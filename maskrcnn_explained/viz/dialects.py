"""What each choice of a dialect costs: one row per choice, as a picture and as a table.

The numbers are those of assets/dialect_costs.json, which scripts/dialect_costs.py measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import style

WIDTH = 7.0  # inches: drawn as wide as it is read
ROW = 0.205  # inches per row
# One look per IoU that counts as found: colour and shape.
LOOKS = (("#0072B2", "o"), ("#E69F00", "s"), ("#CC3311", "D"))
SIZE = 9


def cost_rows(costs: dict, stages: Sequence[str] | None = None) -> list[dict]:
    """The rows of some stages, or of all: by stage, and in each the choice that costs most last.

    Args:
        costs: what assets/dialect_costs.json holds.
        stages: names of stages; None: all.

    Raises `ValueError` for a stage that is not there.
    """
    there = list(dict.fromkeys(row["stage"] for row in costs["rows"]))
    unknown = set(stages or ()) - set(there)
    if unknown:
        raise ValueError(f"No stage is called {sorted(unknown)}; there are: {', '.join(there)}.")
    rows = [row for row in costs["rows"] if stages is None or row["stage"] in stages]
    return sorted(rows, key=lambda row: (there.index(row["stage"]), -np.mean(row["difference"])))


def cost_table(costs: dict, stages: Sequence[str] | None = None, width: int = 31) -> str:
    """The same rows as text: found of 100 objects, and the difference with its noise.

    The last two columns are the coins that were found, of 24, and the false positives among them.

    Args:
        costs, stages: as in `cost_rows`; errors as there.
        width: characters for the names of the choices.
    """
    heads = "".join(f"{f'IoU {iou:g}':>18}" for iou in costs["ious"])
    lines = [f"{'':{width}}{heads}{'coins':>8}{'false':>7}"]
    unchanged = costs["unchanged"][0]
    cells = "".join(f"{100 * share:8.1f}{'':10}" for share in unchanged["found"])
    lines.append(f"{'nothing changed':{width}}{cells}{_coins(unchanged)}")
    for row in cost_rows(costs, stages):
        triples = zip(row["found"], row["difference"], row["noise"], strict=True)
        cells = "".join(f"{100 * f:8.1f} {100 * d:+5.1f}±{100 * n:3.1f}" for f, d, n in triples)
        lines.append(f"{row['name']:{width}}{cells}{_coins(row)}")
    return "\n".join(lines)


def _coins(row):
    return f"{row['coins_found']:8}{row['coins_false_positives']:7}"


def show_dialect_costs(
    costs: dict, stages: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """One row per choice: how many of 100 objects are found with it, for three IoUs.

    Vertical lines: nothing is changed. Whiskers: twice the noise of the difference to them. A row
    that was compared with something else stands as far from the lines as from that.

    Args:
        costs: what assets/dialect_costs.json holds.
        stages: names of stages; None: all.

    Raises `ValueError` for a stage that is not there.
    """
    rows = cost_rows(costs, stages)
    names = list(dict.fromkeys(row["stage"] for row in rows))
    places, heads = _places(rows, names)
    ax = style.new_axes(ax, WIDTH, ROW * (len(rows) + len(names) + 6))
    unchanged = 100 * np.array(costs["unchanged"][0]["found"])
    for k, (colour, shape) in enumerate(LOOKS):
        label = f"mask IoU at least {costs['ious'][k]:g}"
        ax.axvline(unchanged[k], color=colour, linewidth=1.2, alpha=0.6)
        found = unchanged[k] + 100 * np.array([row["difference"][k] for row in rows])
        noise = 200 * np.array([row["noise"][k] for row in rows])
        look: Any = dict(color=colour, fmt=shape, markersize=5, elinewidth=1.2, label=label)
        ax.errorbar(found, places, xerr=noise, **look)
    _label(ax, rows, places, heads)
    alt = (
        f"A row for each of {len(rows)} choices, with three marks: objects found at a mask IoU of "
        "0.5, 0.75 and 0.9. Vertical lines show the unchanged model; marks on them cost nothing, "
        "marks far to the left cost much."
    )
    return style.with_alt(ax, alt)


def _places(rows, names):
    """The height of each row, and of the headline of each stage: [n], and stage -> number."""
    heads: dict[str, int] = {}
    places: list[int] = []
    for row in rows:
        if row["stage"] not in heads:
            heads[row["stage"]] = len(places) + len(heads)
        places.append(len(places) + len(heads))
    return np.array(places), heads


def _label(ax, rows, places, heads):
    """Names at the left, headlines of stages, legend below, what the axis means."""
    ax.set(yticks=places, ylim=(max(places) + 0.8, -0.8), xlim=(-1, 101))
    ax.set_yticklabels([row["name"] for row in rows], fontsize=SIZE)
    for stage, place in heads.items():
        text: Any = dict(transform=ax.get_yaxis_transform(), fontsize=SIZE, weight="bold")
        ax.text(-0.02, place, stage, ha="right", va="center", **text)
        ax.axhline(place, color="#DDDDDD", linewidth=0.8, zorder=0)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=SIZE)
    meaning = "vertical lines: nothing changed; whiskers: twice the noise"
    ax.set_xlabel(f"objects found, of 100\n{meaning}", fontsize=SIZE)
    ax.set_title("The same trained weights, one choice changed", fontsize=SIZE + 2)
    ax.legend(fontsize=SIZE, ncols=3, loc="upper center", bbox_to_anchor=(0.3, 0), borderaxespad=6)
    ax.grid(axis="x", alpha=0.25)
    ax.spines[["top", "right", "left"]].set_visible(False)
