"""The anchors of the cell under the pointer, on every level, with their scores."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained.config import LEVELS, Config
from maskrcnn_explained.pages.widgets.widget import Widget, picture_of, svg
from maskrcnn_explained.viz import style

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace

# What `generateAnchors` of core/anchors.js reads of a Config.
ANCHOR_SETTINGS = (
    "anchor_scales",
    "anchor_ratios",
    "anchor_centres",
    "anchor_stride_rule",
    "rounded_anchors",
)


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
        settings=anchor_settings(config),
        colours=[style.LEVEL_COLOURS[level] for level in LEVELS],
        scores=_as_bytes(scores),
        start=start,
    )
    alt = "an image; the anchors of the cell under the pointer, with their scores, on every level"
    tall = max(round(500 * height / width), 300) + 20
    return Widget(
        "anchors",
        "Anchors of a cell",
        body,
        data,
        height=tall,
        alt=alt,
        core=("anchors_of_cell", "cells"),
        shared=("dom", "pointing", "cell_anchors"),
    )


def anchor_settings(config: Config) -> dict[str, Any]:
    """What the scripts need of a Config to compute all anchors of an image, fit for JSON."""
    return {name: getattr(config, name) for name in ANCHOR_SETTINGS}


def _busy_middle(anchors, scores, image_size) -> list[float]:
    """The centre of the best anchor in the middle half of the image: there is something to see."""
    centres = (anchors[:, :2] + anchors[:, 2:]) / 2
    central = (np.abs(centres / image_size - 0.5) < 0.25).all(1)
    return centres[np.where(central, scores, -1).argmax()].tolist()


def _as_bytes(scores) -> str:
    """Scores 0..1 as one byte each, in base64."""
    return base64.b64encode(np.round(scores * 255).astype(np.uint8).tobytes()).decode()
