"""The anchors of the cell under the pointer, on every level, with their scores."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained.anchors import generate_anchors, level_sizes, map_size
from maskrcnn_explained.config import LEVELS, STRIDES, Config
from maskrcnn_explained.pages.widgets.widget import Widget, picture_of, svg
from maskrcnn_explained.viz import style

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace


def anchors_widget(trace: Trace) -> Widget:
    """The anchors of the cell under the pointer, on every level, with their scores.

    Args:
        trace: a Trace; the scores are those of its RPN.
    """
    config = trace.config
    scores = trace["rpn_probs"][:, 1]
    height, width = trace.image_size
    start = _busy_middle(trace["anchors"], scores, trace.image_size)
    label = "The image; move over it, or use the arrow keys"
    heads = [f"<th>{ratio:g}</th>" for ratio in config.anchor_ratios]
    body = (
        f'<div class="row">{svg("picture", (height, width), label, True, 500 / width)}'
        "<div><p>Move over the picture, or focus it and use the arrow keys. Its anchors are the "
        "same for every image; only their scores change.</p><table>"
        "<thead><tr><th></th><th></th>"
        f'<th colspan="{len(heads)}">objectness by width / height</th></tr>'
        f"<tr><th>level</th><th>cell</th>{''.join(heads)}</tr></thead>"
        '<tbody id="rows" aria-live="polite"></tbody></table>'
        "<p>The thicker the line of an anchor, the higher its objectness. The filled square is the "
        "cell of each level under the pointer.</p></div></div>"
    )
    data = dict(
        image=picture_of(trace),
        size=list(trace.image_size),
        grid=anchor_grid(trace.image_size, config),
        scores=_as_bytes(scores),
        start=start,
    )
    alt = "an image; the anchors of the cell under the pointer, with their scores, on every level"
    tall = max(round(500 * height / width), 300) + 20
    return Widget(
        "anchors", "Anchors of a cell", body, data, height=tall, alt=alt, scripts=("grid",)
    )


def anchor_grid(image_size: Sequence[int], config: Config) -> list[dict]:
    """All anchors of a molded image, told shortly: per level the anchors of its first cell.

    Args:
        image_size: (height, width) of the molded image.
        config: gives scales, ratios and where centres lie.

    Returns:
        A dict per level, fit for JSON: name, colour, rows and columns of its map, step (down,
        right) in pixels from one cell to the next, first: [R, 4].
    """
    anchors = generate_anchors(image_size, config).numpy()
    ratios = len(config.anchor_ratios)
    levels, start = [], 0
    sizes = level_sizes(image_size, config)
    for level, stride, number in zip(LEVELS, STRIDES, sizes, strict=True):
        rows, columns = map_size(image_size, stride)
        own = anchors[start : start + number].reshape(rows, columns, ratios, 4)
        down = own[1, 0, 0, 0] - own[0, 0, 0, 0] if rows > 1 else stride
        right = own[0, 1, 0, 1] - own[0, 0, 0, 1] if columns > 1 else stride
        facts = dict(name=level, colour=style.LEVEL_COLOURS[level], rows=rows, columns=columns)
        levels.append(facts | dict(step=[float(down), float(right)], first=own[0, 0].tolist()))
        start += number
    return levels


def _busy_middle(anchors, scores, image_size) -> list[float]:
    """The centre of the best anchor in the middle half of the image: there is something to see."""
    centres = (anchors[:, :2] + anchors[:, 2:]) / 2
    central = (np.abs(centres / image_size - 0.5) < 0.25).all(1)
    return centres[np.where(central, scores, -1).argmax()].tolist()


def _as_bytes(scores) -> str:
    """Scores 0..1 as one byte each, in base64."""
    return base64.b64encode(np.round(scores * 255).astype(np.uint8).tobytes()).decode()
