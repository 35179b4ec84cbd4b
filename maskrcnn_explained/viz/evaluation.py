"""Pictures of notebook 09: IoU, curves of precision and recall, AP, proposals, trainings.

`ax=None` makes a figure; axes are returned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import compare_legend, compare_masks
from maskrcnn_explained.viz.roi_align_sampling import OPERATOR_COLOURS

CURVE_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#777777")


def show_ious(
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    titles: Sequence[str],
    words: Sequence[str] = ("in both", "in the first alone", "in the second alone"),
) -> np.ndarray:
    """Pairs of masks: pixels of both are white, pixels of only one are coloured.

    Args:
        pairs: list of (mask, other), each [H, W] bool; titles: one per pair.
        words: what the legend calls white, orange and blue.
    """
    axes = style.axes_grid(1, len(pairs), 2.6)[0]
    for ax, (mask, other), title in zip(axes, pairs, titles, strict=True):
        style.show_image(compare_masks(mask, other), ax, title)
    compare_legend(axes, words)
    said = "; ".join(title.replace("\n", ", ") for title in titles)
    return style.with_alt(axes, f"Pairs of masks; what they share is white: {said}.")


def show_iou_grid(
    overlap: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    ax: Axes | None = None,
    title: str = "IoU",
) -> Axes:
    """The IoU of every detection with every object, as a shaded table.

    Args:
        overlap: [D, G]; rows: D names; columns: G names.
    """
    height = 0.36 * len(rows) + 1.4
    ax = style.new_axes(ax, min(style.PAGE_WIDTH, 0.75 * len(columns) + 2.5), height)
    ax.imshow(overlap, cmap="Greens", vmin=0, vmax=1.5, aspect="auto")
    for (d, g), value in np.ndenumerate(overlap):
        if value >= 0.005:
            ax.text(g, d, f"{value:.2f}", ha="center", va="center", fontsize=9)
    ax.set_yticks(range(len(rows)), rows, fontsize=9)
    ax.set_xticks(range(len(columns)), columns, fontsize=9, rotation=30, ha="right")
    ax.set_title(title, fontsize=style.TEXT_SIZE + 1)
    dark = int((np.asarray(overlap) >= 0.5).sum())
    alt = f"A table: IoU of {len(rows)} detections with {len(columns)} objects; "
    return style.with_alt(ax, f"{alt}{dark} cells have at least 0.5.")


def show_precision_recall(
    curves: dict,
    teeth: bool = False,
    ax: Axes | None = None,
    colours: Sequence[str] = CURVE_COLOURS,
) -> Axes:
    """Precision against recall, one line of steps per curve.

    Args:
        curves: name -> (precision [D], recall [D]) in descending order of score.
        colours: one per curve.
        teeth: also draw the curve itself, dotted, and the 101 points of COCO.
    """
    from maskrcnn_explained.evaluation.precision_recall import RECALLS, area_under_curve, envelope

    ax = style.new_axes(ax, 6.5, 4.2)
    for (name, (precision, recall)), colour in zip(curves.items(), colours, strict=False):
        best = envelope(precision)
        first = np.unique(recall, return_index=True)[1]  # the best precision at each recall
        area = f"AP {area_under_curve(precision, recall):.2f}"
        label = f"{name}: {area}" if name else area
        # Between two recalls the envelope has the value of the higher one: a step to the left.
        x = np.append(0, recall[first])
        y = np.append(best[:1], best[first])
        ax.plot(x, y, drawstyle="steps-pre", color=colour, linewidth=2, label=label)
        if teeth:
            ax.plot(recall, precision, ":o", color="#222222", markersize=4, label="as counted")
            at = np.searchsorted(recall, RECALLS, side="left")
            values = np.append(best, 0)[at]
            ax.plot(RECALLS, values, "|", color=style.NEGATIVE, markersize=7, label="101 recalls")
    ax.set(xlabel="recall", ylabel="precision", xlim=(-0.02, 1.03), ylim=(-0.03, 1.05))
    ax.grid(color="#e5e5e5")
    legend = ax.legend(frameon=False, fontsize=10, loc="lower left")
    labels = ", ".join(text.get_text() for text in legend.get_texts())
    return style.with_alt(ax, f"Precision against recall, falling in steps: {labels}.")


def show_ap_by_threshold(curves: dict, thresholds: ArrayLike, ax: Axes | None = None) -> Axes:
    """AP at each IoU threshold, one line per set of detections.

    Args:
        curves: name -> [10] AP; thresholds: [10] IoU.
    """
    ax = style.new_axes(ax, 6.5, 3.6)
    for (name, values), colour in zip(curves.items(), CURVE_COLOURS, strict=False):
        ax.plot(thresholds, values, "o-", color=colour, label=f"{name}: mean {np.mean(values):.2f}")
    ax.set(xlabel="IoU that counts as found", ylabel="AP", ylim=(0, 1.02))
    ax.grid(color="#e5e5e5")
    ax.legend(frameon=False, fontsize=10, loc="lower left")
    ends = [f"{name} from {v[0]:.2f} to {v[-1]:.2f}" for name, v in curves.items()]
    return style.with_alt(ax, f"AP against the IoU threshold, falling: {', '.join(ends)}.")


def show_proposal_recall(
    numbers: Sequence[int],
    recalls: dict,
    ax: Axes | None = None,
    last: str = "",
) -> Axes:
    """The share of objects that a proposal covers, against how many proposals are kept.

    Args:
        numbers: [n]; recalls: name -> [n] in 0..1.
        last: words for the last number, such as "all" where images differ in how many they have.
    """
    ax = style.new_axes(ax, 6.5, 3.6)
    for (name, values), colour in zip(recalls.items(), CURVE_COLOURS, strict=False):
        ax.plot(numbers, values, "o-", color=colour, label=name)
    ax.set_xscale("log")
    names = [str(n) for n in numbers]
    ax.set_xticks(numbers, [*names[:-1], last or names[-1]])
    ax.minorticks_off()
    ax.set(xlabel="proposals kept, best first", ylabel="recall of objects", ylim=(0, 1.03))
    ax.grid(color="#e5e5e5")
    ax.legend(frameon=False, fontsize=10, loc="lower right")
    ends = [f"{name} from {v[0]:.2f} to {v[-1]:.2f}" for name, v in recalls.items()]
    return style.with_alt(ax, f"Recall against the number of proposals: {', '.join(ends)}.")


def show_ablation(
    runs: Sequence[dict],
    metrics: dict[str, str],
    groups: str = "operator",
    from_zero: bool = False,
) -> np.ndarray:
    """AP of several trainings: one panel per metric, one dot per run, a bar at the mean.

    Grey lines join the runs of one seed. The mean is below each name.

    Args:
        runs: dicts with `groups`, "seed" and every metric.
        metrics: name of a metric in `runs` -> title of its panel.
        groups: the key of `runs` by which they are grouped.
        from_zero: whether the axes begin at 0, so that heights can be compared.

    Returns the axes, [n].
    """
    axes = style.axes_grid(1, len(metrics), 2.8)[0]
    names = list(dict.fromkeys(run[groups] for run in runs))
    for ax, (metric, title) in zip(axes, metrics.items(), strict=True):
        for seed in {run["seed"] for run in runs}:
            same = [run for run in runs if run["seed"] == seed]
            places = [names.index(run[groups]) for run in same]
            heights = [run[metric] for run in same]
            ax.plot(places, heights, color="lightgrey", linewidth=1, zorder=0)
        labels = []
        for place, name in enumerate(names):
            values = np.array([run[metric] for run in runs if run[groups] == name])
            colour = OPERATOR_COLOURS.get(name, style.class_colour(place + 1))
            ax.plot(np.full(len(values), place), values, "o", color=colour, markersize=8, alpha=0.7)
            ax.plot([place - 0.3, place + 0.3], [values.mean()] * 2, color=colour, linewidth=3)
            labels.append(name.replace("_", "\n") + f"\n{values.mean():.3f}")
        ax.set(title=title, xlim=(-0.5, len(names) - 0.5), xticks=range(len(names)))
        ax.set_xticklabels(labels, verticalalignment="top")
        ax.spines[["top", "right"]].set_visible(False)
        if from_zero:
            ax.set_ylim(0, ax.get_ylim()[1] * 1.05)
    titles = ", ".join(metrics.values())
    alt = f"{titles}, each a panel: for {', '.join(map(str, names))}, a dot per run and a line at "
    return style.with_alt(axes, f"{alt}the mean.".replace("_", " "))
