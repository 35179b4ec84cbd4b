"""Interactive pictures: small pages of SVG and JavaScript with their data inside.

Each widget is a module and a script of the same name; the script uses those stages in JavaScript
(`pages/core/`) and those scripts of the explorer (`pages/shared/`) that it needs. Its function
returns a `Widget`; as the last line of a cell it shows itself. It needs no kernel and no network,
and runs in a frame of its own, which can reach nothing outside; it only says how high it is. Where
scripts are not allowed, readers have the figure beside it in the notebook.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

from maskrcnn_explained.pages.page import FOLDER, jpeg, make_page
from maskrcnn_explained.viz.drawing import visible_image

if TYPE_CHECKING:
    from maskrcnn_explained.tracing.trace import Trace


class Widget:
    """One page. `page` is its HTML, complete in itself; `alt` says what it shows.

    Args:
        name: of its script, and of its module.
        title, body, data: as for `make_page`.
        height: of the frame, in pixels, until the page has said how high it is.
        alt: a text alternative.
        core: names of files of `pages/core/` that it uses: the stages of the model.
        shared: names of scripts of `pages/shared/` that it uses, as the explorer does.
        scripts: names of further scripts of `pages/widgets/`.
    """

    def __init__(
        self,
        name: str,
        title: str,
        body: str,
        data: dict,
        height: int,
        alt: str,
        core: tuple[str, ...] = (),
        shared: tuple[str, ...] = (),
        scripts: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.title = title
        self.height = height
        self.alt = alt
        files = [f"shared/{script}.js" for script in ("frame", *shared)]
        files += [f"widgets/{script}.js" for script in (*scripts, name)]
        self.page = make_page(title, body, data, ["widgets/frame.css"], files, core)

    @property
    def frame(self) -> str:
        """An iframe with the page in it, and a script that makes it as high as the page.

        The page can reach neither the notebook nor a network. All that the script takes from it is
        a number of pixels.
        """
        listener = (FOLDER / "widgets" / "heights.js").read_text("utf-8")
        return (
            f'<iframe class="mrx-widget" title="{html.escape(self.title)}" '
            f'sandbox="allow-scripts" style="width:100%;border:0;height:{self.height}px" '
            f'loading="lazy" srcdoc="{html.escape(self.page)}"></iframe>'
            f"<script>{listener}</script>"
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.frame, "text/plain": f"Widget: {self.alt}"}


def picture_of(trace: Trace) -> str:
    """The molded image of a Trace as people can look at it, as a data URL."""
    return jpeg(visible_image(trace["molded_image"], trace.config.mean_pixel))


def slider(name: str, low: float, high: float, step: float, value: float) -> str:
    """HTML of a slider; the script finds it by its name."""
    return (
        f'<input type="range" id="{name}" min="{low}" max="{high}" step="{step}" value="{value}">'
    )


def radio_buttons(name: str, values: Iterable[str], checked: str | None = None) -> str:
    """HTML of one button per value; `checked` (None: the first) is chosen."""
    values = list(values)
    buttons = ""
    for value in values:
        mark = " checked" if value == (checked or values[0]) else ""
        button = f'<input type="radio" name="{name}" value="{value}"{mark}>'
        buttons += f"<label>{button} {value}</label>"
    return buttons


def svg(
    name: str, size: tuple[int, int], label: str, focus: bool = False, scale: float = 1.0
) -> str:
    """HTML of an empty drawing for the script.

    Args:
        name: its id.
        size: (height, width) in units of the drawing.
        label: what it shows, for screen readers.
        focus: keys can reach it.
        scale: pixels per unit, where the page is wide enough.
    """
    height, width = size
    tab = ' tabindex="0"' if focus else ""
    role = "application" if focus else "img"
    return (
        f'<svg id="{name}" role="{role}" aria-label="{html.escape(label)}" '
        f'viewBox="0 0 {width} {height}" width="{width * scale:g}" height="{height * scale:g}"'
        f"{tab}></svg>"
    )
