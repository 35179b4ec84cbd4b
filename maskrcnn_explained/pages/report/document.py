"""The way of a photograph through the model as one page of HTML: all stages, all instances.

It is the page of the explorer without the network: what the network computed is inside, and the
scripts find the rest again. It opens from disk and requests nothing.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from maskrcnn_explained.backbone import receptive_fields
from maskrcnn_explained.config import BACKBONES
from maskrcnn_explained.pages.explorer.page_parts import (
    FIRST_SCRIPTS,
    HELPER_SCRIPTS,
    KNOWN_SCRIPTS,
    SHARED_SCRIPTS,
    STAGE_SCRIPTS,
    STYLES,
    class_line,
    page_facts,
    walk_body,
)
from maskrcnn_explained.pages.page import FOLDER, make_page, plain
from maskrcnn_explained.pages.report.embedded import embedded

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace

CORE = ("biography", "embedded", "roi_align", "sampling", "unpacking", "why_not")
SETTLED = (
    "The settings are those of the run. In the explorer (<code>make explorer</code>) they can be "
    "changed."
)


def report(trace: Trace, title: str) -> str:
    """The page, as HTML.

    Args:
        trace: a Trace; if made with `keep=RECOMPUTED`, no tensor is computed twice.
        title: plain text, such as the photograph's name.
    """
    title = plain(title)
    texts = dict(title=title, summary=_summary_line(trace), classes=class_line(trace.config))
    intro, foot = (_filled(name, texts) for name in ("intro.html", "foot.html"))
    pages = [("explorer/page", name) for name in (*KNOWN_SCRIPTS, *FIRST_SCRIPTS, *STAGE_SCRIPTS)]
    scripts = [
        *(f"shared/{name}.js" for name in SHARED_SCRIPTS),
        *(f"explorer/page/{name}.js" for name in HELPER_SCRIPTS),
        "report/still.js",
        *(f"{folder}/{name}.js" for folder, name in pages),
        "report/sums.js",
        "report/tensors.js",
        "report/open.js",
    ]
    return make_page(
        f"{title}: Mask R-CNN, stage by stage",
        walk_body(intro, SETTLED, foot),
        _data(trace, title),
        [f"explorer/page/{name}.css" for name in STYLES],
        scripts,
        CORE,
    )


def _filled(name, texts) -> str:
    """A file of this folder with texts in it, escaped."""
    found = (FOLDER / "report" / name).read_text("utf-8")
    return re.sub(f"{{({'|'.join(texts)})}}", lambda name: html.escape(texts[name[1]]), found)


def _summary_line(trace) -> str:
    height, width = trace.image.shape[:2]
    molded = " x ".join(str(side) for side in trace.image_size)
    proposals = int((trace["proposal_anchors"] >= 0).sum())
    return (
        f"{height} x {width} pixels, molded to {molded}; "
        f"{len(trace['anchors']):,} anchors, {_several(proposals, 'proposal')}, "
        f"{_several(len(trace.detections), 'detection')} with a score of at least "
        f"{trace.min_score:g}"
    )


def _several(number, one):
    return f"{number:,} {one}{'s' if number != 1 else ''}"


def _data(trace, title) -> dict[str, Any]:
    """What the scripts find as DATA."""
    return dict(
        title=title,
        model=trace.config.name,
        settings=report_settings(trace),
        facts=page_facts(trace.config),
        embedded=embedded(trace),
        table=trace.table(),
    )


def report_settings(trace: Trace) -> dict[str, Any]:
    """The settings that the stages in JavaScript read: the Config, fit for JSON, with the minimum
    score of the run, and its receptive fields (None for a backbone of one's own)."""
    config = trace.config
    known = config.backbone in BACKBONES
    return config.to_dict() | dict(
        backbone=config.backbone if known else "own",
        detection_min_score=float(trace.min_score),
        receptive_fields=receptive_fields(config) if known else None,
    )
