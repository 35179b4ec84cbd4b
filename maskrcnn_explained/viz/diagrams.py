"""Diagrams that show no tensors: the map of the stages, and the drawings in assets/."""

from __future__ import annotations

import re

from matplotlib.patches import FancyBboxPatch

from maskrcnn_explained._files import assets_folder
from maskrcnn_explained.viz import style

# Stage -> its output. Modules and notebooks have the same names.
DATA_FLOW = {
    "image": "molded image",
    "backbone": "C2..C5",
    "fpn": "P2..P6",
    "rpn": "proposals",
    "roi_align": "RoI features",
    "mrcnn_heads": "class, box, mask",
    "detection": "instances",
}
DIAGRAMS = (
    "data_flow",
    "fpn",
    "heads",
    "training",
    "family",
    "iou",
    "delta",
    "rpn_head",
    "bottleneck",
    "transposed",
    "nms",
    "formats",
)
LIT = "#9A3412"
INK = "#1F2328"
SOFT = "#50565E"


def show_data_flow(lit: str) -> None:
    """Show the map of the stages, 9 x 1.1 inches, with one of them lit.

    Every notebook shows it, so that readers see where its stage is in the data flow.

    Args:
        lit: "image", "backbone", "fpn", "rpn", "roi_align", "mrcnn_heads", "detection" or "all".

    Raises:
        ValueError: no stage has this name.
    """
    if lit not in (*DATA_FLOW, "all"):
        raise ValueError(f"No stage is called {lit!r}; there are: {', '.join(DATA_FLOW)}.")
    ax = style.new_axes(None, style.PAGE_WIDTH, 1.1)
    ax.set(xlim=(0, len(DATA_FLOW)), ylim=(0, 1))
    ax.axis("off")
    for i, (stage, result) in enumerate(DATA_FLOW.items()):
        _draw_stage(ax, i, stage, result, lit in (stage, "all"))
    order = ", ".join(DATA_FLOW)
    words = "All stages are lit." if lit == "all" else f"The stage {lit} is lit."
    style.show(ax, f"Map of the data flow, from left to right: {order}. {words}")


def _draw_stage(ax, index, stage, result, lit):
    """One rounded box with its name, its output below, and the arrow to the next stage."""
    box = FancyBboxPatch(
        (index + 0.09, 0.5),
        0.8,
        0.36,
        boxstyle="round,pad=0.01,rounding_size=0.05",
        facecolor=LIT if lit else "#EEF0F2",
        edgecolor=LIT if lit else SOFT,
    )
    ax.add_patch(box)
    ink = "white" if lit else INK
    ax.text(index + 0.49, 0.68, stage, ha="center", va="center", color=ink)
    ax.text(index + 0.49, 0.2, result, ha="center", color=SOFT, fontsize=style.TEXT_SIZE - 1)
    if index + 1 < len(DATA_FLOW):
        arrow = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (index + 1.08, 0.68), (index + 0.9, 0.68), arrowprops=arrow)


def show_diagram(name: str, alt: str = "") -> None:
    """Show assets/<name>.svg in a notebook, with a text alternative.

    It is as wide as its place on the page, so that narrow pages show all of it.

    Args:
        name: one of `DIAGRAMS`, such as "data_flow" or "training".
        alt: what the diagram shows; if empty, the description in the file is used.

    Raises:
        ValueError: no diagram has this name.
        FileNotFoundError: the file is missing from the checkout or the installed package.
    """
    from IPython.display import display

    svg = read_diagram(name)
    alt = alt or svg.partition("<desc")[2].partition(">")[2].partition("</desc>")[0]
    data = {"image/svg+xml": shrinkable(svg), "text/plain": f"Figure: {alt}"}
    display(data, metadata={"image/svg+xml": {"alt": alt}}, raw=True)


def shrinkable(svg: str) -> str:
    """An SVG text whose root has no fixed width and height, so that narrow pages show all of it.

    `viewBox` keeps the proportions. Where the page takes the SVG itself, and not a picture of it,
    the width that it was drawn for becomes the largest one.

    Raises:
        ValueError: its root lacks a width, a height or a viewBox.
    """
    root = svg[: svg.find(">") + 1]
    width = re.search(r' width="(\d+)"', root)
    height = re.search(r' height="(\d+)"', root)
    if not width or not height or "viewBox=" not in root:
        raise ValueError(f"An SVG needs width, height and viewBox; its root is {root!r}.")
    look = f' style="width:100%;max-width:{width[1]}px;height:auto"'
    return svg.replace(root, root.replace(height[0], "").replace(width[0], look), 1)


def read_diagram(name: str) -> str:
    """The SVG text of a diagram; errors as in `show_diagram`."""
    if name not in DIAGRAMS:
        raise ValueError(f"No diagram is called {name!r}; there are: {', '.join(DIAGRAMS)}.")
    path = assets_folder() / f"{name}.svg"
    if not path.is_file():
        raise FileNotFoundError(f"There is no diagram at {path}; is the checkout complete?")
    return path.read_text(encoding="utf-8")
