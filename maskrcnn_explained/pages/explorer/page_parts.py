"""What is seen of the explorer: its styles, its scripts, its body, and the words and colours that
the scripts need, each from its one home in the package."""

from __future__ import annotations

import re
from typing import Any

import matplotlib
import numpy as np

from maskrcnn_explained.config import Config
from maskrcnn_explained.pages.explorer.document import VisiblePage
from maskrcnn_explained.pages.explorer.read_on import places
from maskrcnn_explained.pages.page import FOLDER
from maskrcnn_explained.tracing.why_not import REASONS
from maskrcnn_explained.viz import style

MISSED_COLOUR = "#EE3377"  # boxes of what was not found; beside `style.STEP_COLOURS`
SHOWN_CLASSES = 12
WORDS = {  # of the numbers of `why_not`
    "said": "the box head says",
    "its_score": "with score",
    "score": "best score of an object's class",
    "by_detection": "by instance",
    "limit": "places in the list",
    "iou_before": "IoU with this box before",
    "iou_after": "after",
}
STYLES = ("base", "layout", "pictures", "controls", "sections", "phone")
# In this order: what widgets use as well, helpers, what is known, the first screen, one or two
# files per stage, the start. A page without the network leaves out what needs one, and has its own
# instead.
SHARED_SCRIPTS = (
    *("frame", "dom", "pointing"),
    *("nine", "cell_anchors", "rivals_view", "sampling_view"),
)
HELPER_SCRIPTS = ("colours",)
KNOWN_SCRIPTS = (
    "state",
    "heat",
    "picture",
    "outlines",
    "story",
    "section",
    "knobs",
    "theme",
    "why",
)
FIRST_SCRIPTS = ("found", "received", "pinned")
STAGE_SCRIPTS = (
    *("sections_image", "sections_maps", "recipe", "recipe_view", "sections_anchors"),
    *("objectness", "rivals", "sections_proposals", "sections_rois", "ruler", "sections_head"),
    *("sections_detections", "sections_masks", "sections_missed"),
)
NETWORK_SCRIPTS = ("onnx_weights", "engine", "photos", "start")
SCRIPTS = (
    *HELPER_SCRIPTS,
    "live",
    *KNOWN_SCRIPTS,
    *FIRST_SCRIPTS,
    *STAGE_SCRIPTS,
    *NETWORK_SCRIPTS,
)
KNOBS = "Framed controls are knobs of the model: turn one, and every later stage follows."


def visible_page(config: Config) -> VisiblePage:
    """What is seen of the explorer of a model with this Config."""
    shared = [(FOLDER / "shared" / f"{name}.js").read_text("utf-8") for name in SHARED_SCRIPTS]
    return VisiblePage(
        body=walk_body(_text("intro.html"), KNOBS, _text("foot.html")),
        style="".join(_text(f"{name}.css") for name in STYLES),
        script="".join([*shared, *(_text(f"{name}.js") for name in SCRIPTS)]),
        facts=page_facts(config) | dict(class_line=class_line(config)),
    )


def walk_body(intro: str, knobs: str, foot: str) -> str:
    """The body of the page, HTML: the first screen with its intro, and the walk, still empty.

    Args:
        intro, foot: HTML beside the photograph, and at the end.
        knobs: a sentence on what can be changed.
    """
    parts = {"{intro}": intro, "{knobs}": knobs, "{foot}": foot}
    body = _text("walk.html")
    return re.sub("|".join(map(re.escape, parts)), lambda name: parts[name[0]], body)


def _text(name) -> str:
    return (FOLDER / "explorer" / "page" / name).read_text("utf-8")


def class_line(config: Config) -> str:
    """Which classes the model knows, as a sentence or two."""
    names = config.class_names[1:]
    shown = ", ".join(names[:SHOWN_CLASSES])
    more = f" and {len(names) - SHOWN_CLASSES} more" if len(names) > SHOWN_CLASSES else ""
    kinds = "one class" if len(names) == 1 else f"{len(names)} classes"
    called = "this name" if len(names) == 1 else "one of these names"
    return (
        f"The model knows {kinds}: {shown}{more}. Whatever it finds, it calls by {called}. Other "
        "things it should leave out, but it does not always do so."
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


def page_facts(config: Config) -> dict[str, Any]:
    """What the scripts find as DATA.facts, fit for JSON.

    levels: colour of each map; classes: colours of the K classes; steps: colours of the boxes of
    one instance; missed: that of boxes not found; heat: 256 colours, six digits each, dark to
    bright; reasons, numbers: the words of `why_not`; entering: `entering_line`; read_on: per
    section its places in the notebooks.
    """
    colours = matplotlib.colormaps[style.HEAT](np.arange(256))[:, :3]
    return dict(
        levels=style.LEVEL_COLOURS,
        classes=[style.class_colour(i) for i in range(config.num_classes)],
        steps=style.STEP_COLOURS,
        missed=MISSED_COLOUR,
        heat=np.round(colours * 255).astype(np.uint8).tobytes().hex(),
        reasons=REASONS,
        numbers=WORDS,
        entering=entering_line(config),
        read_on=places(),
    )
