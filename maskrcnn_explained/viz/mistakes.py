"""Galleries of mistakes: the same part of an image twice, what is there and what was found.

What is there has dotted white lines, as in all pictures of the truth; what was found is filled.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.masks import boxes_from_masks, mask_iou
from maskrcnn_explained.viz import marks, style
from maskrcnn_explained.viz.drawing import zoom_inside

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample
    from maskrcnn_explained.detection import Detections

Named = Sequence[tuple[np.ndarray, str]]  # (mask [H, W] bool, its name)
WORD_SIZE = style.TEXT_SIZE


@dataclasses.dataclass(frozen=True)
class Mistake:
    """One mistake and what is to be said about it.

    image: [H, W, 3] uint8.
    title: which mistake it is, above its pictures.
    truth: the objects that it is about, (mask, name) each; empty if nothing is there.
    found: what was found there and is wrong, (mask, name) each; may be empty.
    hits: what was found there and is right.
    facts: lines below the pictures, such as an IoU.
    """

    image: np.ndarray
    title: str
    truth: Named = ()
    found: Named = ()
    hits: Named = ()
    facts: str = ""


def mistake_of(
    found: Detections, sample: Sample, d: int, kind: str, class_names: Sequence[str]
) -> Mistake:
    """The Mistake that is told of a wrong detection: it and the object that it is about.

    That is the object of its class with the highest IoU for a duplicate or a bad place, else the
    object with the highest IoU. A detection of kind "background" is about no object.

    Args:
        found: Detections of the sample's image; d: which of them; kind: of `error_types`.
        class_names: K names.
    """
    named = [(found.masks[d], f"{found.class_names[d]} {found.scores[d]:.2f}")]
    if kind == "background":
        return Mistake(sample.image, kind, found=named, facts="no object\nhere")
    overlap = mask_iou(found.masks, sample.masks)  # [D, G]
    same = sample.class_ids == found.class_ids[d]
    g = int((overlap[d] * (same if kind in ("duplicate", "localisation") else 1)).argmax())
    own = (overlap[:, g] >= 0.5) & (found.class_ids == sample.class_ids[g])
    rivals = [i for i in np.flatnonzero(own) if found.scores[i] > found.scores[d] and i != d]
    hits = [(found.masks[i], f"{found.class_names[i]} {found.scores[i]:.2f}") for i in rivals[:1]]
    truth = [(sample.masks[g], class_names[sample.class_ids[g]])]
    facts = f"{_in_words(overlap[d, g])}\n{visible_share(sample, g)}"
    return Mistake(sample.image, title=kind, truth=truth, found=named, hits=hits, facts=facts)


def missed_of(
    found: Detections, sample: Sample, g: int, title: str, class_names: Sequence[str]
) -> Mistake:
    """The Mistake that is told of a missed object: it and what was found in its place.

    That is each detection whose box has an IoU of at least 0.2 with the object's. Those that are
    right, for they lie on other objects of their class, count as hits.

    Args:
        found: Detections of the sample's image; g: which of its objects; class_names: K names.
    """
    overlap = iou(found.boxes, sample.boxes[[g]]).numpy()[:, 0]
    near = np.flatnonzero(overlap >= 0.2)
    fits = mask_iou(found.masks[near], sample.masks)  # [n, G]
    same = found.class_ids[near][:, None] == sample.class_ids[None]
    right = ((fits >= 0.5) & same).any(1)
    named = [(found.masks[i], f"{found.class_names[i]} {found.scores[i]:.2f}") for i in near]
    hits = [one for one, is_right in zip(named, right, strict=True) if is_right]
    wrong = [one for one, is_right in zip(named, right, strict=True) if not is_right]
    truth = [(sample.masks[g], class_names[sample.class_ids[g]])]
    facts = f"{_in_words(fits[:, g].max(initial=0))}\n{visible_share(sample, g)}"
    return Mistake(sample.image, title=title, truth=truth, found=wrong, hits=hits, facts=facts)


def _in_words(overlap: float) -> str:
    """An IoU with three decimals, cut: what is below 0.5 does not read 0.500."""
    return f"IoU {np.floor(overlap * 1000 + 1e-6) / 1000:.3f}"


def visible_share(sample: Sample, g: int) -> str:
    """How much of an object can be seen, in words; of a Sample without the tag, its size."""
    if "occlusion" in sample.tags:
        return f"{1 - sample.tags['occlusion'][g]:.0%} visible"
    return f"{int(sample.masks[g].sum())} pixels"


def show_mistakes(mistakes: Sequence[Mistake], most: int = 5) -> np.ndarray:
    """One column per mistake: above what is there, below what was found.

    Args:
        mistakes: at least one, each with a mask; most: draw at most this many.

    Returns the axes, [2, n].
    """
    mistakes = list(mistakes)[:most]
    lines = max(mistake.facts.count("\n") for mistake in mistakes)
    axes = style.axes_grid(2, len(mistakes), 4.2 + 0.17 * lines, width=1.9 * len(mistakes))
    for column, mistake in zip(axes.T, mistakes, strict=True):
        for ax in column:
            style.show_image(mistake.image, ax)
            _show_around(ax, mistake)
        column[0].set_title(mistake.title, fontsize=WORD_SIZE, weight="bold")
        column[1].set_xlabel(mistake.facts, fontsize=WORD_SIZE)
        _write(column[0], _outline(column[0], mistake.truth, "white"))
        found = _outline(column[1], mistake.found, style.NEGATIVE)
        _write(column[1], [*_outline(column[1], mistake.hits, style.POSITIVE), *found])
    axes[0, 0].set_ylabel("what is there")
    axes[1, 0].set_ylabel("what was found")
    rows = [f"{mistake.title} ({mistake.facts})".replace("\n", " ") for mistake in mistakes]
    alt = "Mistakes; above what is there, dotted, below what was found, orange where wrong: "
    return style.with_alt(axes, f"{alt}{'; '.join(rows)}.")


def _show_around(ax: Axes, mistake: Mistake) -> None:
    """Show the square part of the image around all masks of a mistake."""
    masks = [mask for mask, _ in [*mistake.truth, *mistake.found, *mistake.hits]]
    boxes = boxes_from_masks(np.stack(masks))
    zoom_inside(ax, boxes, mistake.image.shape[:2])


def _outline(ax: Axes, named: Named, colour: str) -> list[str]:
    """Draw masks; white ones are dotted lines alone. Returns their names."""
    for mask, _ in named:
        if colour == "white":
            marks.fill_mask(ax, mask, colour, 0.0, style.BEFORE)
        else:
            marks.fill_mask(ax, mask, colour, 0.5)
    return [name for _, name in named]


def _write(ax: Axes, names: Sequence[str]) -> None:
    """Write the names in the lower left corner."""
    left, _ = ax.get_xlim()
    bottom, top = ax.get_ylim()
    edge = 0.02 * (bottom - top)
    marks.write(ax, left + edge, bottom - edge, "\n".join(names) or "nothing", size=WORD_SIZE)
