"""Pictures of weights: a table to sort, histograms, the filters of the first layer."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import style

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


def show_stage_totals(totals: dict, title: str = "") -> Axes:
    """How parameters and work are spread over the stages: two bars for each.

    Args:
        totals: stage -> (layers, parameters, multiply-adds), as `architecture.stage_totals` gives.

    Returns the axes.
    """
    ax = style.new_axes(None, style.PAGE_WIDTH, 2.6)
    places = np.arange(len(totals))
    kinds = (-0.2, 1, "parameters", 1.0), (0.2, 2, "multiply-adds", 0.45)
    for offset, index, label, alpha in kinds:
        values = np.array([total[index] for total in totals.values()])
        share = values / values.sum()
        bars = ax.barh(
            places + offset,
            share,
            0.38,
            alpha=alpha,
            label=label,
            color=[STAGE_COLOURS[stage] for stage in totals],
        )
        ax.bar_label(bars, [f"{label}: {s:.0%}" for s in share], padding=3)
    ax.set(yticks=places, yticklabels=totals, xlim=(0, 1), xlabel="share of the whole", title=title)
    ax.invert_yaxis()
    return ax


def show_weight_table(rows: Any, height: int = 320) -> None:
    """Display a table of `weights.statistics.weight_rows`; a click on a column's head sorts by it.

    Where scripts do not run, as on most web pages, the table stands in the order of the rows. It
    scrolls within `height` pixels; readers without HTML get it as text.
    """
    from IPython.display import display

    head = "".join(f'<th><button onclick="{escape(SORT)}">{c} ↕</button></th>' for c in COLUMNS)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(row)) + "</tr>"
        for row in rows
    )
    html = (
        f'<div style="max-height:{height}px;overflow:auto"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    display({"text/html": html, "text/plain": weight_text(rows)}, raw=True)


def weight_text(rows: Any) -> str:
    """The same table as text, a line an array."""
    lines = [f"{'array':36}{'shape':>18}{'least':>9}{'largest':>9}{'mean':>9}{'std':>9}  flags"]
    for row in rows:
        name, shape, *numbers, flags = _cells(row)
        lines.append(f"{name:36}{shape:>18}" + "".join(f"{n:>9}" for n in numbers) + f"  {flags}")
    return "\n".join(lines)


def _cells(row):
    numbers = (row.least, row.largest, row.mean, row.std)
    shape = " x ".join(str(side) for side in row.shape)
    return [row.name, shape, *(f"{number:.3g}" for number in numbers), ", ".join(row.flags)]


def show_weight_histograms(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """A histogram of all numbers of each array; all share one scale, counts are logarithmic.

    Args:
        arrays: up to nine, by name.

    Returns the axes, [rows, 3] (fewer columns for fewer arrays).
    """
    columns = min(3, len(arrays))
    rows = -(-len(arrays) // columns)
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
        ax.set_title(
            f"{name}\n{values.size:,} numbers, std {values.std():.3f}", fontsize=style.TEXT_SIZE
        )
    return axes


def show_filters(kernel: np.ndarray, columns: int = 8) -> np.ndarray:
    """Every filter of the first layer as a small colour picture, grey is zero.

    Args:
        kernel: [k, k, 3, N]; each filter is stretched so that its largest number is full colour.

    Returns the axes, [rows, columns].
    """
    number = kernel.shape[-1]
    rows = -(-number // columns)
    axes = style.axes_grid(rows, columns, style.PAGE_WIDTH * rows / columns)
    for ax in axes.flat:
        ax.axis("off")
    for index, ax in zip(range(number), axes.flat, strict=False):
        one = kernel[..., index]
        peak = max(np.abs(one).max(), 1e-12)  # a dead filter is grey
        ax.imshow(0.5 + 0.5 * one / peak, interpolation="nearest")
    return axes


def show_mirrored(kernel: np.ndarray, ratios: Any) -> np.ndarray:
    """The two logits of each anchor against each other: a weight for background, one for object.

    Args:
        kernel: [1, 1, C, 2 * R] of `rpn_class_raw`; columns alternate background, object.
        ratios: R numbers.

    Returns the axes.
    """
    axes = style.axes_grid(1, len(ratios), 3.0)[0]
    limit = np.abs(kernel).max() * 1.1
    for i, (ax, ratio) in enumerate(zip(axes, ratios, strict=True)):
        background, object_ = kernel[0, 0, :, 2 * i], kernel[0, 0, :, 2 * i + 1]
        ax.plot([-limit, limit], [limit, -limit], ":", color=style.IGNORED, linewidth=1.5)
        ax.scatter(background, object_, s=14, color="#0072B2")
        correlation = np.corrcoef(background, object_)[0, 1]
        ax.set_title(f"ratio {ratio:g}: correlation {correlation:.2f}", fontsize=style.TEXT_SIZE)
        ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
        ax.set_xlabel("weight for background")
    axes[0].set_ylabel("weight for object")
    axes[0].text(
        -0.9 * limit,
        -0.6 * limit,
        "dotted:\nobject = - background",
        fontsize=style.TEXT_SIZE - 1,
        va="top",
    )
    return axes


def show_spread_by_depth(spreads: Any) -> np.ndarray:
    """The std of each kernel from first layer to last, a panel a model, He's value beside it.

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
    axes[0].figure.legend(
        *axes[0].get_legend_handles_labels(), ncols=6, frameon=False, loc="outside lower center"
    )
    return axes
