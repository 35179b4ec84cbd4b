"""Pictures of weights: a table that sorts, histograms, the filters of the first layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import filter_picture

if TYPE_CHECKING:
    from maskrcnn_explained.weights.statistics import WeightRow

STAGE_COLOURS = {
    "backbone": "#0072B2",
    "fpn": "#009E73",
    "rpn": "#D55E00",
    "box head": "#CC79A7",
    "mask head": "#999933",
}
COLUMNS = ("array", "shape", "least", "largest", "mean", "std", "flags")
SORT = """
var body = this.closest('table').tBodies[0], column = this.closest('th').cellIndex;
var sign = this.dataset.sign = this.dataset.sign === '1' ? '-1' : '1';
Array.from(body.rows).sort(function (a, b) {
  var x = a.cells[column].textContent, y = b.cells[column].textContent;
  var number = parseFloat(x) - parseFloat(y);
  return sign * (isNaN(number) ? x.localeCompare(y) : number);
}).forEach(function (row) { body.appendChild(row); });
"""


def show_stage_totals(totals: dict[str, tuple], title: str = "") -> Axes:
    """How parameters and work are spread over the stages: two bars per stage.

    Args:
        totals: stage -> (layers, parameters, multiply-adds), as `layer_table.stage_totals`
            returns them.

    Returns the axes.
    """
    ax = style.new_axes(None, style.PAGE_WIDTH, 2.6)
    places = np.arange(len(totals))
    colours = [STAGE_COLOURS[stage] for stage in totals]
    kinds = ((-0.2, 1, "parameters", 1.0), (0.2, 2, "multiply-adds", 0.45))
    for offset, index, label, alpha in kinds:
        values = np.array([total[index] for total in totals.values()])
        share = values / values.sum()
        look: Any = dict(color=colours, alpha=alpha)
        bars = ax.barh(places + offset, share, 0.38, label=label, **look)
        ax.bar_label(bars, [f"{label}: {s:.0%}" for s in share], padding=3)
    ax.set(yticks=places, yticklabels=totals, xlim=(0, 1), xlabel="share of the whole", title=title)
    ax.invert_yaxis()
    largest = [max(totals, key=lambda stage: totals[stage][index]) for index in (1, 2)]
    text = (
        "Two bars per stage: its share of all parameters and of all multiply-adds. The largest "
        f"share of parameters has the {largest[0]}, the largest share of work the {largest[1]}."
    )
    return style.with_alt(ax, text)


def show_weight_table(rows: Sequence[WeightRow], height: int = 320) -> None:
    """Display a table of `weights.statistics.weight_rows`, flagged rows first.

    A click on a column's head sorts by it. Where scripts do not run, as on most web pages, the
    rows keep their order. The table scrolls within `height` pixels; readers without HTML get it as
    text.
    """
    from IPython.display import display

    rows = sorted(rows, key=lambda row: not row.flags)  # the others keep their order
    head = "".join(f'<th><button onclick="{escape(SORT)}">{c} ↕</button></th>' for c in COLUMNS)
    body = ""
    for row in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in _cells(row))
        body += f"<tr>{cells}</tr>"
    html = (
        f'<div style="max-height:{height}px;overflow:auto"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    display({"text/html": html, "text/plain": weight_text(rows)}, raw=True)


def weight_text(rows: Sequence[WeightRow]) -> str:
    """The same table as text, one line per array."""
    lines = [f"{'array':36}{'shape':>18}{'least':>10}{'largest':>10}{'mean':>10}{'std':>10}  flags"]
    for row in rows:
        name, shape, least, largest, mean, std, flags = _cells(row)
        numbers = f"{least:>10}{largest:>10}{mean:>10}{std:>10}"
        lines.append(f"{name:36}{shape:>18}{numbers}  {flags}")
    return "\n".join(lines)


def _cells(row):
    """The texts of one row, in the order of COLUMNS."""
    shape = " x ".join(str(side) for side in row.shape)
    numbers = [f"{number:.3g}" for number in (row.least, row.largest, row.mean, row.std)]
    return [row.name, shape, *numbers, ", ".join(row.flags)]


def show_weight_histograms(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """One histogram per array, all on one scale; the counts are logarithmic.

    Args:
        arrays: up to nine, by name.

    Returns the axes, [rows, 3] (fewer columns for fewer arrays).
    """
    columns = min(3, len(arrays))
    rows = math.ceil(len(arrays) / columns)
    axes = style.axes_grid(rows, columns, 1.9 * rows)
    for ax in axes.flat[len(arrays) :]:
        ax.axis("off")
    limit = max(np.abs(array).max() for array in arrays.values())
    for ax in axes[:, 0]:
        ax.set_ylabel("how many")
    for ax in axes[-1]:
        ax.set_xlabel("weight")
    for ax, (name, array) in zip(axes.flat, arrays.items(), strict=False):
        values = np.asarray(array).ravel()
        ax.hist(values, bins=np.linspace(-limit, limit, 101), color="#0072B2", log=True)
        ax.axvline(0, color=style.NEGATIVE, linewidth=1, linestyle=":")
        title = f"{name}\n{values.size:,} numbers, std {values.std():.3f}"
        ax.set_title(title, fontsize=style.TEXT_SIZE)
    text = f"Histograms on one scale, counts logarithmic, of the weights of {', '.join(arrays)}."
    return style.with_alt(axes, text)


def show_filters(kernel: np.ndarray, columns: int = 8) -> np.ndarray:
    """Every filter of the first layer as a small colour picture; grey is zero.

    Args:
        kernel: [k, k, 3, N]; each filter is scaled so that its largest number has full colour.

    Returns the axes, [rows, columns].
    """
    number = kernel.shape[-1]
    rows = math.ceil(number / columns)
    axes = style.axes_grid(rows, columns, style.PAGE_WIDTH * rows / columns)
    for ax in axes.flat:
        ax.axis("off")
    for index, ax in zip(range(number), axes.flat, strict=False):
        ax.imshow(filter_picture(kernel[..., index]), interpolation="nearest")
    size = f"{kernel.shape[0]} x {kernel.shape[1]}"
    return style.with_alt(axes, f"{number} filters of {size} pixels as small colour pictures.")


def show_mirrored(kernel: np.ndarray, ratios: Sequence[float]) -> np.ndarray:
    """The weights of the logit for object against those of the logit for background, per ratio.

    Args:
        kernel: [1, 1, C, 2 * R] of `rpn_class_raw`; columns alternate background, object.
        ratios: R numbers, width / height of the anchors.

    Returns the axes.
    """
    axes = style.axes_grid(1, len(ratios), 3.0)[0]
    limit = np.abs(kernel).max() * 1.1
    correlations = []
    for i, (ax, ratio) in enumerate(zip(axes, ratios, strict=True)):
        background = kernel[0, 0, :, 2 * i]
        object_ = kernel[0, 0, :, 2 * i + 1]
        ax.plot([-limit, limit], [limit, -limit], ":", color=style.IGNORED, linewidth=1.5)
        ax.scatter(background, object_, s=14, color="#0072B2")
        correlations.append(f"correlation {np.corrcoef(background, object_)[0, 1]:.2f}")
        ax.set_title(f"ratio {ratio:g}: {correlations[-1]}", fontsize=style.TEXT_SIZE)
        ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
        ax.set_xlabel("weight for background")
    axes[0].set_ylabel("weight for object")
    text = "dotted:\nobject = - background"
    axes[0].text(-0.9 * limit, -0.6 * limit, text, fontsize=style.TEXT_SIZE - 1, va="top")
    alt = "One panel per ratio: the weights for background against those for object; "
    return style.with_alt(axes, alt + ", ".join(correlations) + ".")


def show_spread_by_depth(spreads: dict[str, Any]) -> np.ndarray:
    """The std of each kernel from the first layer to the last, and He's value; one panel per model.

    Args:
        spreads: label -> list of (stage, std, He's value), in the order of the layers.

    Returns the axes.
    """
    axes = style.axes_grid(1, len(spreads), 3.2)[0]
    for ax, (label, points) in zip(axes, spreads.items(), strict=True):
        stages, stds, he = zip(*points, strict=True)
        ax.plot(he, "_", color="#999999", markersize=5, label="He's value")
        for stage, colour in STAGE_COLOURS.items():
            at = [i for i, own in enumerate(stages) if own == stage]
            ax.plot(at, [stds[i] for i in at], "o", markersize=4, color=colour, label=stage)
        ax.set(yscale="log", ylim=(1e-3, 1), xlabel="layer, from first to last", title=label)
    axes[0].set_ylabel("std of the kernel")
    handles, labels = axes[0].get_legend_handles_labels()
    look: Any = dict(ncols=6, frameon=False, loc="outside lower center")
    axes[0].figure.legend(handles, labels, **look)
    text = (
        f"One panel per model ({', '.join(spreads)}): the std of every kernel from the first layer "
        "to the last, one colour per stage, with He's value as a grey dash."
    )
    return style.with_alt(axes, text)
