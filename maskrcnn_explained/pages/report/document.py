"""The way of a photograph through the model as one page of HTML: all stages, all instances.

The page opens from disk and requests nothing. After a click on an instance, every stage shows what
belongs to it: its anchor, its proposal, its RoI, its mask.
"""

from __future__ import annotations

import html
import math
import re
from typing import TYPE_CHECKING

import numpy as np

from maskrcnn_explained.config import LEVELS, STRIDES, Config
from maskrcnn_explained.pages.page import FOLDER, heat_png, jpeg, make_page, plain
from maskrcnn_explained.pages.report.instances import instance_facts
from maskrcnn_explained.pages.report.missed import missed_proposals
from maskrcnn_explained.viz import style
from maskrcnn_explained.viz.backbone import busiest_channels
from maskrcnn_explained.viz.drawing import visible_image
from maskrcnn_explained.viz.fpn import activity
from maskrcnn_explained.viz.rpn import objectness_maps

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace

CHANNELS = 8  # how many channels of each map are shown
LONGEST = 1400  # the longest side of the embedded photograph, in pixels
SHOWN_PROPOSALS = 60
SHOWN_CLASSES = 12


def report(trace: Trace, title: str) -> str:
    """The page, as HTML.

    Args:
        trace: a Trace; if made with `keep=RECOMPUTED`, no tensor is computed twice.
        title: plain text, such as the photograph's name.
    """
    texts = dict(
        title=plain(title),
        summary=_summary_line(trace),
        classes=class_line(trace.config),
        molded=_molded_size(trace),
        entering=entering_line(trace.config),
        table=trace.table(),
    )
    body = (FOLDER / "report" / "report.html").read_text("utf-8")
    names = "|".join(texts)
    body = re.sub(f"{{({names})}}", lambda name: html.escape(texts[name[1]]), body)
    styles = ["widgets/frame.css", "report/report.css"]
    scripts = ["widgets/frame.js", "report/report.js", "report/stages.js", "report/missed.js"]
    return make_page(f"{title}: Mask R-CNN, stage by stage", body, _data(trace), styles, scripts)


def _summary_line(trace) -> str:
    height, width = trace.image.shape[:2]
    proposals = int((trace["proposal_anchors"] >= 0).sum())
    return (
        f"{height} x {width} pixels, molded to {_molded_size(trace)}; "
        f"{len(trace['anchors'])} anchors, {proposals} proposals, "
        f"{len(trace.detections)} detections with a score of at least "
        f"{trace.min_score:g}"
    )


def _molded_size(trace) -> str:
    return " x ".join(str(side) for side in trace.image_size)


def class_line(config: Config) -> str:
    """Which classes the model knows, as a sentence or two."""
    names = config.class_names[1:]
    shown = ", ".join(names[:SHOWN_CLASSES])
    more = f" and {len(names) - SHOWN_CLASSES} more" if len(names) > SHOWN_CLASSES else ""
    kinds = "one class" if len(names) == 1 else f"{len(names)} classes"
    return (
        f"The model knows {kinds}: {shown}{more}. Whatever it finds, it calls by one of these "
        "names; of other things it should find nothing, and sometimes it does."
    )


def entering_line(config: Config) -> str:
    """Why levels without any object have proposals as well, as a sentence or two."""
    number = config.proposals_pre_nms
    if config.proposal_rule == "per_level":
        return (
            f"Every level sends its {number} best anchors on (all, if it has fewer), however low "
            "their scores are. So proposals begin on dark maps, too; the box head then calls them "
            "background."
        )
    return (
        f"The {number} best anchors of all levels together go on, however low their scores are. So "
        "proposals may begin on dark maps, too; the box head then calls them background."
    )


def _data(trace) -> dict:
    """What the scripts of the page draw. Boxes are in pixels of the molded image."""
    real = trace["proposal_anchors"] >= 0
    shown = np.flatnonzero(real)[:SHOWN_PROPOSALS]
    return dict(
        photo=jpeg(visible_image(trace["molded_image"], trace.config.mean_pixel), 80),
        size=list(trace.image_size),
        original=_original(trace.image),
        stages=[_map_facts(trace, f"C{i}") for i in (2, 3, 4, 5)],
        levels=[_map_facts(trace, level) | facts for level, facts in _level_facts(trace)],
        proposals=np.round(trace["proposals"][shown], 1).tolist(),
        instances=[instance_facts(trace, i) for i in range(len(trace.detections))],
        nms=trace.config.detection_nms_iou,
        missed=missed_proposals(trace),
        pooling=trace.config.roi_pooling,
        pool=trace.config.box_pool_size,
        mask=trace["masks"].shape[1],
    )


def _original(image) -> dict:
    """The photograph and its size in pixels; of a large one only every second, third, .. pixel."""
    step = math.ceil(max(image.shape[:2]) / LONGEST)
    smaller = np.ascontiguousarray(image[::step, ::step])
    return dict(image=jpeg(smaller, 85), size=list(image.shape[:2]))


def _map_facts(trace, name) -> dict:
    """The channels of a map that vary most, side by side in one picture."""
    values = trace[name]
    channels = busiest_channels(values, CHANNELS)
    tiles = np.maximum(values[..., channels], 0).transpose(2, 0, 1)  # [n, h, w]
    highs = tiles.max((1, 2), keepdims=True)
    row = np.concatenate(tiles / np.where(highs > 0, highs, 1), 1)
    return dict(
        name=name,
        tiles=len(channels),
        channels=[int(c) for c in channels],
        image=heat_png(row, 1),
        cells=list(values.shape[:2]),
        depth=values.shape[2],
        colour=style.LEVEL_COLOURS[name],
        stride=STRIDES[LEVELS.index(f"P{name[1]}")],
    )


def _level_facts(trace):
    """For each pyramid level: its activity, the scores of its anchors, its number of proposals."""
    ratios = len(trace.config.anchor_ratios)
    heat = objectness_maps(trace["rpn_probs"][:, 1], trace.image_size, ratios)
    numbers = [values.size * ratios for values in heat]
    bounds = np.cumsum([0, *numbers])
    anchors = trace["proposal_anchors"]
    for i, level in enumerate(LEVELS):
        born = int(((anchors >= bounds[i]) & (anchors < bounds[i + 1])).sum())
        facts = dict(
            activity=heat_png(activity(trace[level])),
            objectness=heat_png(heat[i], 1),
            anchors=numbers[i],
            proposals=born,
            best=round(float(heat[i].max()), 3),
            scale=trace.config.anchor_scales[i],
        )
        yield level, facts
