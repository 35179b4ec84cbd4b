"""A RoI to drag on a feature map: where three operators read, and what they pool."""

from __future__ import annotations

import numpy as np

from maskrcnn_explained._arguments import check_arrays, check_number
from maskrcnn_explained.pages.widgets.widget import Widget, radio_buttons, svg

OPERATOR_TITLES = ("RoIAlign", "crop_and_resize", "RoIPool")  # as in shared/sampling_view.js


def roi_widget(
    values: np.ndarray, stride: int = 8, bins: int = 4, canonical: float = 112.0
) -> Widget:
    """A RoI to drag and resize on a feature map, with the sampling points of three operators.

    Args:
        values: [h, w], one channel; shown from its least to its largest value.
        stride: pixels per cell; bins: bins per side; canonical: RoIs of this size go to P4.
    """
    check_arrays(values=(values, "h w"))
    check_number("bins", bins, 1, 14, whole=True)
    values = np.asarray(values, float)
    values = (values - values.min()) / max(float(np.ptp(values)), 1e-12)
    height, width = (side * stride for side in values.shape)
    choices = radio_buttons("operator", OPERATOR_TITLES)
    picture = svg("picture", (height, width), "A feature map with a RoI", True, 380 / width)
    body = (
        f'<div class="row">{picture}'
        f'<div><fieldset><legend>operator</legend>{choices}</fieldset><p id="about"></p>'
        f"{svg('pooled', (30 * bins, 30 * bins), 'The pooled values')}"
        '<p id="level" aria-live="polite"></p><p>Drag the box or its corner; or focus the map and '
        "use the arrow keys, with Shift to resize.</p></div></div>"
    )
    data = dict(
        values=np.round(values, 3).tolist(),
        stride=stride,
        bins=bins,
        canonical=canonical,
        box=[0.21 * height, 0.24 * width, 0.66 * height, 0.71 * width],
    )
    alt = "a feature map with a box to drag; where three pooling operators sample, and their values"
    tall = max(round(380 * height / width) + 30, 430)
    return Widget(
        "roi",
        "Pooling a RoI",
        body,
        data,
        height=tall,
        alt=alt,
        core=("roi_align", "sampling", "older_pooling", "cells"),
        shared=("dom", "sampling_view"),
        scripts=("drag",),
    )
