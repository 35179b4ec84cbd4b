"""Verdicts drawn on images: what was found, what is wrong, what was missed.

`ax=None` makes a figure; axes are returned. Green is right, orange is wrong, white is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.viz import marks, style

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections

RIGHT = style.POSITIVE
WRONG = style.NEGATIVE
Verdict = tuple[str, np.ndarray, "Detections", "Sample", Sequence[str], np.ndarray]
Corners = list[tuple[float, float]]  # (y, x), where labels are


def show_verdicts(
    image: np.ndarray,
    found: Detections,
    truth: Sample,
    types: Sequence[str],
    missed: np.ndarray,
    ax: Axes | None = None,
    title: str = "",
    reasons: bool = True,
    numbers: bool = False,
    class_names: Sequence[str] = (),
) -> Axes:
    """Hits in green, other detections in orange with the reason, missed objects dotted.

    Args:
        image: [H, W, 3] uint8; found: Detections; truth: a Sample.
        types: D strings of `error_types`; missed: [G] bool.
        reasons: False writes only the class of a wrong detection, for small pictures.
        numbers: whether to write the number of each object on it, as in `show_iou_grid`.
        class_names: K names; if given, a missed object has the name of its class.
    """
    ax = style.show_image(image, style.new_axes(ax, 6.0, 6.0), title)
    taken: Corners = []
    rows = zip(found.boxes, found.masks, found.class_names, types, strict=True)
    for box, mask, name, kind in rows:
        colour = RIGHT if kind == "hit" else WRONG
        marks.fill_mask(ax, mask, colour, alpha=0.35)
        label = f"{name}: {kind}" if reasons else name
        _draw(ax, box, colour, "" if kind == "hit" else label, taken)
    _draw_missed(ax, truth, missed, "missed" if reasons else "", class_names, taken)
    if numbers:
        for g, mask in enumerate(truth.masks):
            y, x = np.median(np.argwhere(mask), 0)
            marks.write(ax, x, y, str(g + 1), align="center")
    right = list(types).count("hit")
    alt = f"An image with what was found in it: {right} right, green; {len(types) - right} wrong, "
    return style.with_alt(ax, f"{alt}orange; missed, dotted white: {int(missed.sum())}.")


def show_verdict_sheet(verdicts: Sequence[Verdict], columns: int = 3) -> np.ndarray:
    """Several images as in `show_verdicts`, small, each with its title.

    Args:
        verdicts: a tuple per image: (title, image, found, truth, types, missed).

    Returns the axes, [rows, columns].
    """
    rows = int(np.ceil(len(verdicts) / columns))
    axes = style.axes_grid(rows, columns, 2.7 * rows)
    words = []
    for ax, (title, image, found, truth, types, missed) in zip(axes.flat, verdicts, strict=False):
        show_verdicts(image, found, truth, types, missed, ax, title, reasons=False)
        words.append(f"{title}: {style.figure_of(ax).get_label()}")
    return style.with_alt(axes, " ".join(words))


def _draw_missed(
    ax: Axes,
    truth: Sample,
    missed: np.ndarray,
    word: str,
    class_names: Sequence[str],
    taken: Corners,
) -> None:
    """The boxes of missed objects, dotted, each with `word` or the name of its class."""
    for g in np.flatnonzero(missed):
        label = class_names[truth.class_ids[g]] if class_names else word
        _draw(ax, truth.boxes[g], "white", label, taken, style.BEFORE)


def _draw(
    ax: Axes,
    box: np.ndarray,
    colour: str,
    label: str,
    taken: Corners,
    line: str = style.AFTER,
) -> None:
    """A box and its label: above it, or below it if it would lie on an earlier label."""
    y1, x1, y2, _ = np.asarray(box, float).tolist()
    height, width = _label_size(ax)
    near = any(abs(y1 - y) < height and abs(x1 - x) < width for y, x in taken)
    marks.draw_box(ax, box, colour, line, "" if near else label, width=2)
    if label and near:
        marks.write(ax, x1 + 1, y2, label, above=y2 > 0.93 * max(ax.get_ylim()))
    elif label:
        taken.append((y1, x1))


def _label_size(ax: Axes) -> tuple[float, float]:
    """About how high and wide a word is, in pixels of the picture."""
    panels = 0.775 / ax.get_position().width  # 0.775: one alone, before the layout is made
    pixels = max(ax.get_xlim()) * panels / style.figure_of(ax).get_figwidth()  # per inch
    return 0.2 * pixels, 0.5 * pixels
