"""Interactive pictures: small pages of SVG and JavaScript with their data inside.

Each function returns a `Widget`; as the last line of a cell it shows itself. It needs no kernel and
no network, and runs in a frame of its own, which can reach nothing outside. Where scripts are not
allowed, readers have the figure beside it in the notebook.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.pages.page import jpeg, make_page
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import visible_image

if TYPE_CHECKING:
    from maskrcnn_explained.detection import Detections
    from maskrcnn_explained.tracing.trace import Trace

OPERATOR_TEXTS = {
    "RoIAlign": "2 x 2 samples per bin, at its quarters; nothing is rounded; their mean.",
    "crop_and_resize": "one sample per bin, on a grid from corner to corner.",
    "RoIPool": "the box and its bins are rounded to whole cells; the largest value wins.",
}


class Widget:
    """One page. `page` is its HTML, complete in itself; `alt` says what it shows."""

    def __init__(self, name: str, title: str, body: str, data: dict, height: int, alt: str) -> None:
        self.name = name
        self.title = title
        self.height = height
        self.alt = alt
        scripts = ["widgets/frame.js", f"widgets/{name}.js"]
        self.page = make_page(title, body, data, styles=["widgets/frame.css"], scripts=scripts)

    @property
    def frame(self) -> str:
        """An iframe with the page in it; the page can reach neither the notebook nor a network."""
        return (
            f'<iframe title="{html.escape(self.title)}" sandbox="allow-scripts" '
            f'style="width:100%;border:0" height="{self.height}" loading="lazy" '
            f'srcdoc="{html.escape(self.page)}"></iframe>'
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.frame, "text/plain": f"Widget: {self.alt}"}


def anchors_widget(trace: Trace) -> Widget:
    """The anchors of the cell under the pointer, on every level, with their scores.

    Args:
        trace: a Trace; the scores are those of its RPN.
    """
    config = trace.config
    scores = trace["rpn_probs"][:, 1]
    best = trace["anchors"][scores.argmax()]  # where there is something to see
    heads = [f"<th>{ratio:g}</th>" for ratio in config.anchor_ratios]
    body = (
        f'<div class="row">{_svg("picture", trace.image_size, "The image; move over it", True)}'
        "<div><p>Move over the picture, or focus it and use the arrow keys.</p><table>"
        f"<thead><tr><th>level</th><th>cell</th>{''.join(heads)}</tr></thead>"
        '<tbody id="rows" aria-live="polite"></tbody></table>'
        "<p>Objectness of each anchor, by width / height. Strong lines are good scores.</p>"
        "</div></div>"
    )
    data = dict(
        image=_picture(trace),
        size=list(trace.image_size),
        strides=STRIDES,
        levels=LEVELS,
        scales=config.anchor_scales,
        ratios=config.anchor_ratios,
        colours=[style.LEVEL_COLOURS[level] for level in LEVELS],
        scores=_as_bytes(scores),
        start=[float(best[[0, 2]].mean()), float(best[[1, 3]].mean())],
    )
    alt = "an image; the anchors of the cell under the pointer, with their scores, on every level"
    tall = trace.image_size[0] + 40
    return Widget("anchors", "Anchors of a cell", body=body, data=data, height=tall, alt=alt)


def nms_widget(trace: Trace, level: str = "P3", number: int = 60) -> Widget:
    """NMS with a threshold to drag, on the best moved anchors of one level.

    Args:
        trace: a Trace; level: "P2".."P6"; number: how many boxes, best first.
    """
    candidates = trace.rpn_candidates
    rows = np.flatnonzero(candidates.group == LEVELS.index(level))[:number]
    start = trace.config.proposal_nms_iou
    about = "Boxes on the image: winners green, others dotted"
    body = (
        f"<label>IoU above which a box is dropped: {_slider('threshold', 0, 1, 0.01, start)} "
        '<output id="value" for="threshold"></output></label>'
        '<p><b id="count" aria-live="polite"></b>. <span id="story">Point at a box.</span></p>'
        f"{_svg('picture', trace.image_size, about, scale=1.5)}"
    )
    data = dict(
        image=_picture(trace),
        size=list(trace.image_size),
        boxes=np.round(candidates.boxes[rows], 1).tolist(),
        scores=np.round(candidates.scores[rows], 3).tolist(),
    )
    height = round(1.5 * trace.image_size[0]) + 90
    alt = "boxes on an image and a slider; a lower threshold drops more of them"
    return Widget("nms", "Non-maximum suppression", body=body, data=data, height=height, alt=alt)


def deltas_widget(std: Sequence[float] = (0.1, 0.1, 0.2, 0.2)) -> Widget:
    """Four sliders move an anchor to a box, with the encoded numbers beside it."""
    texts = ("down", "right", "taller", "wider")
    names = ("dy", "dx", "dh", "dw")
    rows = "".join(
        f'<tr><td><label for="{name}">{name}, {text}</label></td>'
        f"<td>{_slider(name, -1, 1, 0.05, start)}</td>"
        f'<td><output id="{name}-value"></output></td><td><output id="{name}-coded"></output></td>'
        "</tr>"
        for name, text, start in zip(names, texts, (0.2, 0.3, 0.4, -0.3), strict=True)
    )
    picture = _svg("picture", (192, 192), "The anchor, dotted, and the moved box", scale=1.4)
    body = (
        f'<div class="row">{picture}'
        "<div><table><thead><tr><th></th><th></th><th>delta</th><th>divided by std</th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
        '<p>moved box: (<output id="box"></output>), IoU with the anchor '
        '<output id="iou"></output></p></div></div>'
    )
    data = dict(anchor=[64, 64, 128, 128], std=list(std), side=192)
    alt = "an anchor that four sliders move"
    return Widget("deltas", "Deltas", body=body, data=data, height=300, alt=alt)


def roi_widget(
    values: np.ndarray, stride: int = 8, bins: int = 4, canonical: float = 112.0
) -> Widget:
    """A RoI to drag and resize on a feature map, with the sampling points of three operators.

    Args:
        values: [h, w], one channel; shown from its least to its largest value.
        stride: pixels per cell; bins: bins per side; canonical: RoIs of this size go to P4.
    """
    values = np.asarray(values, float)
    values = (values - values.min()) / max(float(np.ptp(values)), 1e-12)
    height, width = (side * stride for side in values.shape)
    choices = _radio_buttons("operator", OPERATOR_TEXTS)
    picture = _svg("picture", (height, width), "A feature map with a RoI", True, 380 / width)
    body = (
        f'<div class="row">{picture}'
        f'<div><fieldset><legend>operator</legend>{choices}</fieldset><p id="about"></p>'
        f"{_svg('pooled', (30 * bins, 30 * bins), 'The pooled values')}"
        '<p id="level" aria-live="polite"></p><p>Drag the box or its corner; or focus the map and '
        "use the arrow keys, with Shift to resize.</p></div></div>"
    )
    data = dict(
        values=np.round(values, 3).tolist(),
        stride=stride,
        bins=bins,
        canonical=canonical,
        operators=OPERATOR_TEXTS,
        box=[0.21 * height, 0.24 * width, 0.66 * height, 0.71 * width],
    )
    alt = "a feature map with a box to drag; where three pooling operators sample, and their values"
    tall = max(round(380 * height / width) + 30, 430)
    return Widget("roi", "Pooling a RoI", body=body, data=data, height=tall, alt=alt)


def scores_widget(
    image: np.ndarray, found: Detections, hits: np.ndarray, objects: np.ndarray, curve: tuple
) -> Widget:
    """A score threshold to drag: the detections follow, and a point on a precision-recall curve.

    Args:
        image: [H, W, 3] uint8; found: Detections in it; hits: [D] bool; objects: [G, 4] boxes.
        curve: (scores [n], hits [n] bool, number of objects) of many images.
    """
    height, width = image.shape[:2]
    body = (
        f"<label>score of at least: {_slider('threshold', 0, 1, 0.01, 0.5)} "
        '<output id="value" for="threshold"></output></label>'
        '<p id="numbers" aria-live="polite"></p><div class="row">'
        f"{_svg('picture', (height, width), 'Detections: green right, orange wrong', scale=1.4)}"
        f"{_svg('plot', (180, 240), 'Precision against recall, with the point of the threshold')}"
        "</div>"
    )
    data = dict(
        image=jpeg(image),
        size=[height, width],
        boxes=np.round(found.boxes, 1).tolist(),
        scores=np.round(found.scores, 3).tolist(),
        hits=np.asarray(hits, int).tolist(),
        objects=np.round(objects, 1).tolist(),
        curve=_sorted_curve(*curve),
    )
    alt = "detections on an image, a slider for the score, and a point on a precision-recall curve"
    tall = int(1.4 * height) + 90
    return Widget("scores", "Score threshold", body=body, data=data, height=tall, alt=alt)


def _sorted_curve(scores, hits, number) -> dict:
    """What the script needs of a precision-recall curve, in descending order of score."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    return dict(
        scores=np.round(np.asarray(scores)[order], 3).tolist(),
        hits=np.asarray(hits, int)[order].tolist(),
        objects=int(number),
    )


def _as_bytes(scores) -> str:
    """Scores 0..1 as one byte each, in base64."""
    return base64.b64encode(np.round(scores * 255).astype(np.uint8).tobytes()).decode()


def _picture(trace) -> str:
    return jpeg(visible_image(trace["molded_image"], trace.config.mean_pixel))


def _slider(name, low, high, step, value) -> str:
    return (
        f'<input type="range" id="{name}" min="{low}" max="{high}" step="{step}" value="{value}">'
    )


def _radio_buttons(name, values) -> str:
    """One button per value; the first is checked."""
    buttons = ""
    for i, value in enumerate(values):
        checked = " checked" if i == 0 else ""
        button = f'<input type="radio" name="{name}" value="{value}"{checked}>'
        buttons += f"<label>{button} {value}</label>"
    return buttons


def _svg(name, size, label, focus=False, scale=1.0) -> str:
    height, width = size
    tab = ' tabindex="0"' if focus else ""
    return (
        f'<svg id="{name}" role="img" aria-label="{html.escape(label)}" '
        f'viewBox="0 0 {width} {height}" width="{width * scale:g}" height="{height * scale:g}"'
        f"{tab}></svg>"
    )
