"""A cell of P4 and the numbers that it is made of: lateral, from above, their sum, the 3x3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maskrcnn_explained._arguments import check_model, check_number
from maskrcnn_explained.pages.page import heat_png, numbers
from maskrcnn_explained.pages.widgets.widget import Widget, picture_of, radio_buttons, svg
from maskrcnn_explained.tracing.trace import trace
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.backbone import busiest_channels

if TYPE_CHECKING:
    from maskrcnn_explained.model import MaskRCNN

INNER_CHANNELS = 4  # how many channels of the sum can be looked at
DIGITS = 4  # of the numbers in the page


def fpn_widget(model: MaskRCNN, image: Any, channel: int | None = None) -> Widget:
    """A cell of P4 under the pointer, and the numbers that it is made of.

    P4' = 1x1(C4) + up(P5'), and P4 = 3x3(P4'). The page shows one channel of P4, and the four
    channels of P4' that give most to its largest cell; the others are told as one number.

    Args:
        model: a MaskRCNN.
        image: one image, as for `detect`.
        channel: of P4; None: the one that varies most.

    Raises `ValueError` for a channel that P4 does not have.
    """
    check_model(model)
    if channel is not None:
        check_number("channel", channel, 0, model.config.fpn_depth - 1, whole=True)
    traced = trace(model, image, keep=("P4",))
    if channel is None:
        channel = int(busiest_channels(traced["P4"], 1)[0])
    facts = _cell_facts(traced, model.find_layer("fpn_p4"), channel)
    names = [f"channel {inner}" for inner in facts["inner"]]
    size = traced.image_size
    captions = "The image", f"Channel {channel} of P4: bright is large, black is zero or less"
    pictures = "".join(
        f"<figure>{svg(name, size, f'{caption}; use the arrow keys', True, 440 / size[1])}"
        f"<figcaption>{caption}</figcaption></figure>"
        for name, caption in zip(("picture", "map"), captions, strict=True)
    )
    body = (
        "<p>Move over one of the pictures, or focus it and use the arrow keys.</p>"
        f'<div class="row">{pictures}</div>'
        f'<p id="where" aria-live="polite"></p><fieldset class="inline"><legend>which channel of '
        f"P4′, the sum</legend>{radio_buttons('inner', names)}</fieldset>"
        '<div class="steps" id="steps"></div><p id="result" aria-live="polite"></p>'
    )
    data = facts | dict(image=picture_of(traced), size=list(size))
    alt = "an image and a map of P4; the numbers of the cell under the pointer, step by step"
    return Widget(
        "fpn",
        "A cell of P4",
        body,
        data,
        height=760,
        alt=alt,
        core=("cells",),
        shared=("dom", "pointing", "nine"),
    )


def _cell_facts(traced, convolution, channel) -> dict:
    """The maps and weights of one channel of P4, fit for JSON."""
    lateral, above = traced["fpn_c4p4"], traced["fpn_c5p5"]  # [h, w, d], [h / 2, w / 2, d]
    kernel = np.asarray(convolution.kernel)[..., channel]  # [3, 3, d]
    result = traced["P4"][..., channel]  # [h, w]
    inner = _strongest(traced["fpn_p4add"], kernel, result)
    return dict(
        channel=channel,
        depth=lateral.shape[2],
        depth_below=traced["C4"].shape[2],
        inner=[int(i) for i in inner],
        lateral=numbers(lateral[..., inner].transpose(2, 0, 1), DIGITS),
        above=numbers(above[..., inner].transpose(2, 0, 1), DIGITS),
        kernel=numbers(kernel[..., inner].transpose(2, 0, 1), DIGITS),
        bias=numbers(convolution.bias[channel], DIGITS),
        result=numbers(result, DIGITS),
        map=heat_png(np.maximum(result, 0)),
        colours=[style.LEVEL_COLOURS["P4"], style.LEVEL_COLOURS["P5"]],
    )


def _strongest(total, kernel, result):
    """The channels of the sum [h, w, d] that give most to P4 in its largest cell, best first."""
    row, column = np.unravel_index(result.argmax(), result.shape)
    padded = np.pad(total, ((1, 1), (1, 1), (0, 0)))
    parts = (padded[row : row + 3, column : column + 3] * kernel).sum((0, 1))  # [d]
    return np.argsort(-parts, kind="stable")[:INNER_CHANNELS]
