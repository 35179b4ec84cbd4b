"""fpn.svg: the feature pyramid network, with the sizes of the notebooks' photo."""

from __future__ import annotations

import math

from diagrams.svg import ACCENT, LEFT, SMALL, arrow, box, code, legend, note, page, rect, text
from maskrcnn_explained.config import STRIDES
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.viz.style import LEVEL_COLOURS

CONFIG = get_config("scenes")
COINS = (320, 384)  # rows, columns of the molded photo
ROWS = {6: 88, 5: 184, 4: 284, 3: 394, 2: 524}  # level: its y
MAP_X, ADD_X, OUT_X = 232, 500, 776  # centres of the three columns
DESCRIPTION = (
    "Left, bottom-up: the backbone's maps C2 to C5, each half the size of the one before. A "
    "1 by 1 convolution brings each to one depth (lateral connection). Middle, top-down: the "
    "coarser sum, upsampled twice, is added to the lateral map. Right: a 3 by 3 convolution "
    "on each sum gives P2 to P5; P6 is every second cell of P5."
)


def map_size(level: int) -> tuple[float, float]:
    """Height and width of a map of the coins, in cells; not yet rounded up."""
    stride = STRIDES[level - 2]
    return COINS[0] / stride, COINS[1] / stride


def map_box(x, level, kind) -> str:
    """A map of the coins, to scale (1 unit per cell), centred at x; `kind` is "C" or "P"."""
    height, width = map_size(level)
    colour = LEVEL_COLOURS[f"{kind}{level}"]
    return rect(x - width / 2, ROWS[level] - height / 2, width, height, colour, line=1.2)


def named_map(x, level, kind, channels) -> list[str]:
    """Name, stride and shape of a map, beside it."""
    y = ROWS[level]
    rows, columns = (math.ceil(side) for side in map_size(level))
    return [
        text(x, y - 4, f"{kind}{level}", anchor="start", weight="bold"),
        note(x + 34, y - 4, f"stride {STRIDES[level - 2]}"),
        code(x, y + 19, f"{rows} × {columns} × {channels}", "start"),
    ]


def level_row(level: int) -> list[str]:
    """One level from left to right: C map, lateral connection, sum, 3 x 3 convolution, P map."""
    y = ROWS[level]
    half = map_size(level)[1] / 2
    added = ("as it is",) if level == 5 else ("add", f"fpn_p{level}add")
    return [
        *named_map(LEFT, level, "C", 4 * CONFIG.backbone_widths[level - 2]),
        map_box(MAP_X, level, "C"),
        arrow((MAP_X + half + 4, y), (ADD_X - 68, y)),
        text(360, y - 10, "1 × 1 conv", SMALL),
        code(360, y + 22, f"fpn_c{level}p{level}"),
        arrow((ADD_X + 66, y), (OUT_X - half - 6, y)),
        text(642, y - 10, "3 × 3 conv", SMALL),
        code(642, y + 22, f"fpn_p{level}"),
        map_box(OUT_X, level, "P"),
        *named_map(850, level, "P", CONFIG.fpn_depth),
        box(ADD_X - 66, y - 25, 132, 50, *added),
    ]


def between(level: int) -> list[str]:
    """Between a level and the finer one below it: top-down goes down, bottom-up goes up."""
    y = ROWS[level]
    below = ROWS[level - 1]
    tall = map_size(level)[0] / 2
    return [
        arrow((ADD_X, y + 25), (ADD_X, below - 27)),
        note(ADD_X + 12, (y + below) / 2 + 6, "upsample × 2"),
        arrow((MAP_X, below - 2 * tall - 3), (MAP_X, y + tall + 3)),
    ]


def image_and_p6() -> list[str]:
    """What enters at the bottom, and the level that is only a subsampled P5."""
    return [
        arrow((MAP_X, 614), (MAP_X, 568)),
        text(MAP_X, 634, f"molded image, {COINS[0]} × {COINS[1]} × 3", SMALL),
        arrow((OUT_X, ROWS[5] - 10), (OUT_X, ROWS[6] + 6)),
        map_box(OUT_X, 6, "P"),
        *named_map(850, 6, "P", CONFIG.fpn_depth),
        text(OUT_X - 14, 120, "every second", SMALL, "end"),
        text(OUT_X - 14, 142, "cell: fpn_p6", SMALL, "end"),
    ]


def draw() -> str:
    """Bottom-up, lateral, top-down, 3 x 3 and P6: one row per level, coarse levels on top."""
    titles = {150: "bottom-up: backbone", 360: "lateral", ADD_X: "top-down", OUT_X + 80: "output"}
    parts = [text(x, 40, title, weight="bold", colour=ACCENT) for x, title in titles.items()]
    for level in (5, 4, 3, 2):
        parts += level_row(level)
        if level > 2:
            parts += between(level)
    parts += image_and_p6()
    parts += legend(
        LEFT,
        672,
        "Maps are drawn to scale, for the photo coins in the scenes model: "
        f"FPN depth {CONFIG.fpn_depth} (the paper: 256).",
        "All five maps go to the RPN. The mrcnn heads read P2..P5, not P6.",
    )
    return page("fpn", 716, "The feature pyramid network", DESCRIPTION, *parts)
