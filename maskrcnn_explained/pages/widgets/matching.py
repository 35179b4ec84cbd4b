"""Which anchors and RoIs are positive, negative or ignored: a box to drag over the ground truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maskrcnn_explained._arguments import check_config
from maskrcnn_explained.config import LEVELS, Config
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.pages.page import jpeg
from maskrcnn_explained.pages.widgets.anchors import anchor_settings
from maskrcnn_explained.pages.widgets.widget import Widget, radio_buttons, svg
from maskrcnn_explained.targets import TIE_IOU
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.drawing import visible_image

if TYPE_CHECKING:
    from maskrcnn_explained.data.sample import Sample

BOX_KINDS = ("an anchor", "a RoI")


def matching_widget(sample: Sample, config: Config) -> Widget:
    """A box to drag over the ground truth: its IoU, and what it is in training.

    An anchor moves from cell to cell and is judged by the RPN's rule; a RoI moves freely and is
    judged by the rule of the heads.

    Args:
        sample: a Sample with at least one object, and without crowd regions.
        config: gives anchors, thresholds and class names.

    Raises `ValueError` for a Sample without objects, or with crowd regions.
    """
    check_config(config)
    if not len(sample) or sample.crowd.any():
        raise ValueError(
            f"The sample needs at least one object and no crowd region; it has {len(sample)} "
            f"objects, {int(sample.crowd.sum())} of them crowds."
        )
    # The boxes that training sees: those of the molded masks.
    batch = make_batch([sample], config, packed=True)
    size = batch["images"].shape[1:3]
    objects, class_ids = batch["gt_boxes"][0], batch["gt_class_ids"][0]
    data = dict(
        image=jpeg(visible_image(batch["images"][0], config.mean_pixel)),
        size=list(size),
        settings=anchor_settings(config),
        objects=objects.tolist(),
        names=[config.class_names[i] for i in class_ids],
        tie=TIE_IOU,
        rpn=[config.rpn_negative_iou, config.rpn_positive_iou],
        roi=config.roi_positive_iou,
        colours=[style.POSITIVE, style.IGNORED, style.NEGATIVE],
    )
    alt = "ground truth and a box to drag: its IoU, and whether it is positive, negative or ignored"
    return Widget(
        "matching",
        "Positive, negative or ignored?",
        _body(size, config),
        data,
        height=max(round(460 * size[0] / size[1]), 440) + 30,
        alt=alt,
        core=("anchors_of_cell", "boxes", "cells"),
        shared=("dom",),
        scripts=("drag",),
    )


def _body(size, config) -> str:
    """The HTML: the picture on the left; choices, verdict and numbers on the right."""
    ratios = [f"{ratio:g}" for ratio in config.anchor_ratios]
    label = "Ground truth and a box; drag it, or use the arrow keys, with Shift to resize a RoI"
    bar = svg("bar", (46, 340), "The best IoU between the two thresholds")
    return (
        f'<div class="row">{svg("picture", size, label, True, 460 / size[1])}<div>'
        f'<fieldset class="inline"><legend>the box is</legend>{radio_buttons("kind", BOX_KINDS)}'
        '</fieldset><div id="anchor-choices"><fieldset class="inline"><legend>level</legend>'
        f'{radio_buttons("level", LEVELS)}</fieldset><fieldset class="inline">'
        f"<legend>width / height</legend>{radio_buttons('ratio', ratios)}</fieldset></div>"
        f'{bar}<p id="verdict" aria-live="polite"></p><table><thead><tr><th>nearest objects</th>'
        '<th>IoU</th><th id="best-head">best of all anchors</th></tr></thead>'
        '<tbody id="rows"></tbody></table><p id="counts"></p>'
        "<p>Drag the box; or focus the picture and use the arrow keys (with Shift they resize a "
        "RoI).</p></div></div>"
    )
