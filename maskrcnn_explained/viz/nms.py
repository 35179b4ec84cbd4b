"""A picture of non-maximum suppression: one small frame per turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import marks, style

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WAITS, GONE = "#0072B2", "#666666"


def show_nms(
    boxes: np.ndarray, scores: np.ndarray, turns: Sequence[tuple[int, dict]]
) -> np.ndarray:
    """NMS in frames: first all boxes, then one frame per box that is kept.

    Kept boxes are green, boxes that wait for their turn blue. A box is dotted and grey in the frame
    that drops it, and gone in the next.

    Args:
        boxes: [N, 4] pixels; scores: [N].
        turns: for each kept box, in order: its index, and {index of a box that it drops: IoU}.

    Returns the axes, [rows, 3].
    """
    rows = (len(turns) + 3) // 3
    low, high = np.min(boxes, 0)[:2], np.max(boxes, 0)[2:]
    height, width = high - low + (26, 12)
    axes = style.axes_grid(rows, 3, rows * (style.PAGE_WIDTH / 3 * height / width + 0.4))
    looks = dict.fromkeys(range(len(boxes)), WAITS)
    by_score = np.argsort(-np.asarray(scores), kind="stable")
    order = ", ".join(f"{LETTERS[i]} {scores[i]:.2f}".replace(" 0.", " .") for i in by_score)
    _frame(axes.flat[0], boxes, looks, order)
    for ax, (best, dropped) in zip(axes.flat[1:], turns, strict=False):
        looks = {i: look for i, look in looks.items() if look != GONE}
        looks |= {best: style.POSITIVE} | dict.fromkeys(dropped, GONE)
        _frame(ax, boxes, looks, _words(best, dropped))
    for ax in axes.flat[len(turns) + 1 :]:
        ax.axis("off")
    story = "; ".join(_words(best, dropped) for best, dropped in turns)
    return style.with_alt(axes, f"{len(boxes)} boxes in {len(turns)} turns of NMS: {story}.")


def _words(best, dropped):
    """What a turn does."""
    lost = ", ".join(f"{LETTERS[i]} (IoU {overlap:.2f})" for i, overlap in dropped.items())
    return f"keep {LETTERS[best]}" + (f", drop {lost}" if lost else "")


def _frame(ax: Axes, boxes: np.ndarray, looks: dict[int, str], title: str) -> Axes:
    """Some boxes in the colours of what became of them; a line leads from a letter to its box."""
    low, high = np.min(boxes, 0)[:2], np.max(boxes, 0)[2:]
    for i in sorted(looks, key=lambda i: looks[i] == style.POSITIVE):  # kept boxes on top
        y1, x1, _, x2 = np.asarray(boxes, float)[i]
        line = style.BEFORE if looks[i] == GONE else style.AFTER
        marks.draw_box(ax, boxes[i], looks[i], line, width=2.0)
        ink = "#00664b" if looks[i] == style.POSITIVE else looks[i]
        x, y = x1 + (0.1 + 0.35 * (i % 3)) * (x2 - x1), min(y1, np.min(boxes[_near(boxes, i), 0]))
        ax.plot((x, x), (y1, y - 5), color=ink, linewidth=1.2, marker="o", markevery=[0], ms=3)
        ax.text(x, y - 6, LETTERS[i], color=ink, ha="center", va="bottom", weight="bold")
    ax.set(xlim=(low[1] - 6, high[1] + 6), ylim=(high[0] + 6, low[0] - 20), aspect="equal")
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=style.TEXT_SIZE)
    return ax


def _near(boxes, i):
    """Which boxes [N] bool share a column of pixels with box i."""
    boxes = np.asarray(boxes)
    return (boxes[:, 1] < boxes[i, 3]) & (boxes[:, 3] > boxes[i, 1])
