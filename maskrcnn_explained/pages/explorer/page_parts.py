"""What is seen of the explorer: its styles, its scripts, its body, and the words and colours that
the scripts need, each from its one home in the package."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np

from maskrcnn_explained.config import Config
from maskrcnn_explained.pages.explorer.document import VisiblePage
from maskrcnn_explained.pages.explorer.read_on import places
from maskrcnn_explained.pages.page import FOLDER
from maskrcnn_explained.pages.report.document import class_line
from maskrcnn_explained.pages.report.missed import WORDS
from maskrcnn_explained.tracing.why_not import REASONS
from maskrcnn_explained.viz import style

MISSED_COLOUR = "#EE3377"  # boxes of what was not found; beside `style.STEP_COLOURS`
STYLES = ("base", "layout", "pictures", "controls", "sections", "phone")
# In this order: helpers, what is known, the first screen, one or two files per stage, the start.
SCRIPTS = (
    *("dom", "colours", "state", "heat", "picture", "outlines", "story", "section", "knobs"),
    *("onnx_weights", "theme", "why", "found", "engine", "photos", "pinned"),
    *("sections_image", "sections_maps", "recipe", "recipe_view", "sections_anchors"),
    *("objectness", "rivals", "sections_proposals", "sections_rois", "ruler", "sections_head"),
    *("sections_detections", "sections_masks", "sections_missed", "start"),
)


def visible_page(config: Config) -> VisiblePage:
    """What is seen of the explorer of a model with this Config."""
    page = FOLDER / "explorer" / "page"
    styles = [(page / f"{name}.css").read_text("utf-8") for name in STYLES]
    frame = (FOLDER / "widgets" / "frame.js").read_text("utf-8")
    scripts = [(page / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    return VisiblePage(
        body=(page / "explorer.html").read_text("utf-8"),
        style="".join(styles),
        script="".join([frame, *scripts]),
        facts=page_facts(config),
    )


def page_facts(config: Config) -> dict[str, Any]:
    """What the scripts find as DATA.facts, fit for JSON.

    levels: colour of each map; classes: colours of the K classes; steps: colours of the boxes of
    one instance; missed: that of boxes not found; heat: 256 colours, six digits each, dark to
    bright; reasons, numbers: the words of `why_not`; class_line: what the model knows; read_on:
    per section its places in the notebooks.
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
        class_line=class_line(config),
        read_on=places(),
    )
