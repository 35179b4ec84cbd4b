"""A tall figure of which a slide shows only the rows above or below, so that letters stay large."""

import re

from docutils import nodes

# Written behind a figure: `{.top-50}` shows its upper half, `{.bottom-66}` the lower two thirds.
PART = re.compile(r"(top|bottom)-(\d\d)")


def share_shown(picture: nodes.image) -> float:
    """The share of the picture's height that its slide shows: 1 without a part."""
    parts = [PART.fullmatch(name) for name in picture["classes"]]
    return next((int(part[2]) / 100 for part in parts if part), 1)


def give_size(picture: nodes.image, width: float, height: float) -> None:
    """Fix the size of a picture that is shown in part, in pixels of a slide."""
    if share_shown(picture) < 1:
        picture["width"], picture["height"] = f"{width:.0f}px", f"{height:.0f}px"
        picture["classes"].append("no-scaled-link")  # else it becomes a link to the whole picture
