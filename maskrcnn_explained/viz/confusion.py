"""The confusion matrix as pictures: each cell shows one of its cases, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.masks import boxes_from_masks
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import zoom_inside

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections

Places = Sequence[tuple[int, int, int]]
NO_FREE_OBJECT = "no free object"  # an object there may be, but another detection has it


def show_confusion(
    cells: dict[tuple[int, int], list[tuple[int, int, int]]],
    samples: Sequence[Sample],
    found: Sequence[Detections],
    class_names: Sequence[str],
) -> np.ndarray:
    """One panel per pair of true and found class: how many, and the case with the best score.

    Its object has a dotted white line; what was found is filled, green on the diagonal.

    Args:
        cells: of `confusion.confusion_cells`, made of these samples and detections.
        samples: I Samples; found: I Detections; class_names: K names; the first, the background,
            stands last: as "no free object" of the truth, as "nothing" of what was found.

    Returns the axes, [K, K].
    """
    order = [*range(1, len(class_names)), 0]
    names = [*class_names[1:], "nothing"]
    axes = style.axes_grid(len(order), len(order), style.PAGE_WIDTH * 1.08)
    for row, true in zip(axes, order, strict=True):
        for ax, said in zip(row, order, strict=True):
            places = cells.get((true, said), [])
            _show_cell(ax, places, samples, found, true == said)
            ax.set_title(f"{len(places)}" if true or said else "", weight="bold")
    for ax, column, name in zip(axes[-1], axes.T, names, strict=True):
        ax.set_xlabel(f"found: {name}", fontsize=style.TEXT_SIZE + 1)
        column[0].set_ylabel("")
    for ax, name in zip(axes[:, 0], [*class_names[1:], NO_FREE_OBJECT], strict=True):
        ax.set_ylabel(f"true: {name}", fontsize=style.TEXT_SIZE + 1)
    return style.with_alt(axes, _words(cells, class_names))


def _show_cell(
    ax: Axes, places: Places, samples: Sequence[Sample], found: Sequence[Detections], right: bool
) -> None:
    """The first case of a cell; a grey square if there is none."""
    ax.set(xticks=[], yticks=[])
    if not places:
        ax.set(facecolor="#eeeeee", box_aspect=1)
        ax.spines[:].set_visible(False)
        return
    i, d, g = places[0]
    image = samples[i].image
    style.show_image(image, ax)
    masks = []
    if d >= 0:
        masks.append(found[i].masks[d])
        marks.fill_mask(ax, masks[0], style.POSITIVE if right else style.NEGATIVE, 0.35)
    if g >= 0:
        masks.append(samples[i].masks[g])
        marks.fill_mask(ax, masks[-1], "white", 0.0, style.BEFORE)
    zoom_inside(ax, boxes_from_masks(np.stack(masks)), image.shape[:2])


def _words(cells: dict, class_names: Sequence[str]) -> str:
    """The text alternative: all cells with a case."""
    true, said = [NO_FREE_OBJECT, *class_names[1:]], ["nothing", *class_names[1:]]
    rows = [f"{true[t]} as {said[f]} {len(places)}" for (t, f), places in sorted(cells.items())]
    return f"A table of pictures; true class, found class, number: {'; '.join(rows)}."
