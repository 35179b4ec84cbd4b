"""rpn_head.svg: one cell of a level, its 18 numbers, and the rows that they become."""

from __future__ import annotations

from diagrams.large import BLUE, GREEN, ORANGE, fold, heading, mono, say
from diagrams.svg import ACCENT, INK, LEFT, SOFT, arrow, page, rect
from maskrcnn_explained.anchors import level_sizes
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.viz.style import LEVEL_COLOURS

CONFIG = get_config("scenes")
RATIOS = CONFIG.anchor_ratios
TINTS = (BLUE, ORANGE, GREEN)  # one per anchor of the cell
COINS = (320, 384)  # the molded photo of the notebooks
CELL, MAP_Y, MAP_ROWS, MAP_COLUMNS = 30, 96, 6, 7
CLASS_Y, DELTA_Y = 108, 318  # of the first row of each table
STRIP, ROWS = 440, 776  # left edges of the numbers of one cell, and of the tables
BIN, WIDE = 26, 49  # units per number in a strip, and in a table
SCORES, MOVES = ("bg", "obj"), ("dy", "dx", "dh", "dw")
DESCRIPTION = (
    "The RPN head at one cell of one level. A 3 by 3 convolution reads the cell and its eight "
    "neighbours and leaves one vector. Two 1 by 1 convolutions read the vector. The first gives 2 "
    "numbers for each of the 3 anchors of the cell: a logit for background and one for object. The "
    "second gives 4 numbers for each anchor: dy, dx, dh, dw. Together 18 numbers per cell. A "
    "reshape makes them rows, one per anchor: A rows of 2 and A rows of 4, where A counts the "
    "anchors of all cells of all five levels."
)


def strip(y, names) -> list[str]:
    """The numbers of one cell side by side: all of anchor 0, then of anchor 1, then of anchor 2."""
    return [
        rect(STRIP + BIN * i, y, BIN, 40, TINTS[i // len(names)], line=1.5)
        for i in range(len(RATIOS) * len(names))
    ]


def table(y, names) -> list[str]:
    """The same numbers, one row per anchor, with what each column means."""
    parts = [mono(ROWS + WIDE * (i + 0.5), y - 12, name) for i, name in enumerate(names)]
    for i, tint in enumerate(TINTS):
        parts += [rect(ROWS + WIDE * k, y + 40 * i, WIDE, 40, tint) for k in range(len(names))]
    width = WIDE * len(names)
    parts += [rect(ROWS, y + 40 * i, width, 40, "none", line=3) for i in range(len(RATIOS))]
    return [*parts, mono(ROWS, y + 150, f"... [A, {len(names)}]", anchor="start", colour=INK)]


def branch(y, names, layer) -> list[str]:
    """One of the two outputs: 1 x 1 convolution, numbers of the cell, reshape, rows."""
    per_cell = len(RATIOS) * len(names)
    end = STRIP + BIN * per_cell
    middle = y + 60
    return [
        arrow((364, 200), (400, 200), (400, middle), (STRIP - 2, middle), line=2.5),
        say(STRIP, y - 8, "1 × 1 conv", anchor="start"),
        say(STRIP, y + 22, f"{len(names)} · {len(RATIOS)} = {per_cell} numbers", anchor="start"),
        *strip(middle - 20, names),
        mono(STRIP, middle + 48, layer, anchor="start"),
        arrow((end + 4, middle), (ROWS - 2, middle), line=2.5),
        say(ROWS - 12, middle + 48, "reshape", anchor="end", colour=SOFT),
        *table(y, names),
    ]


def feature_map() -> list[str]:
    """The level, the neighbourhood of one cell, and the vector that is made of it."""
    height, width = MAP_ROWS * CELL, MAP_COLUMNS * CELL
    down = "".join(f"M{LEFT + k * CELL},{MAP_Y}v{height}" for k in range(1, MAP_COLUMNS))
    across = "".join(f"M{LEFT},{MAP_Y + k * CELL}h{width}" for k in range(1, MAP_ROWS))
    x, y = LEFT + 3 * CELL, MAP_Y + 2 * CELL
    return [
        heading(LEFT, 48, "one level"),
        say(LEFT, MAP_Y - 14, f"{CONFIG.fpn_depth} channels", anchor="start"),
        rect(LEFT, MAP_Y, width, height, LEVEL_COLOURS["P3"]),
        rect(x, y, 3 * CELL, 3 * CELL, "#FFFFFF"),
        rect(x + CELL, y + CELL, CELL, CELL, ACCENT),
        f'<path d="{down}{across}" stroke="{INK}" stroke-width="0.8" fill="none"/>',
        rect(x, y, 3 * CELL, 3 * CELL, "none", ACCENT, line=4),
        arrow((x + 3 * CELL + 3, 200), (342, 200), line=2.5),
        say(293, 150, "3 × 3", "conv"),
        rect(344, 122, 20, 156, "#FFFFFF", line=2.5),
        mono(354, 306, str(CONFIG.rpn_depth)),
    ]


def anchors() -> list[str]:
    """The anchors of the cell: one per ratio, of one area."""
    parts = [say(LEFT, 356, f"{len(RATIOS)} anchors per cell", anchor="start", weight="bold")]
    for i, ratio in enumerate(RATIOS):
        width, height = 74 * ratio**0.5, 74 / ratio**0.5
        x, y = 72 + 106 * i, 430
        parts.append(rect(x - width / 2, y - height / 2, width, height, TINTS[i], line=3))
        parts.append(mono(x, 514, f"{ratio:g}", colour=INK))
    return [*parts, say(LEFT, 544, "width / height", anchor="start", colour=SOFT)]


def totals(y) -> list[str]:
    """The sums: per cell, and for a whole image."""
    count = len(RATIOS)
    all_anchors = sum(int(size) for size in level_sizes(COINS, CONFIG))
    numbers = (len(SCORES) + len(MOVES)) * count
    rows, columns = COINS
    return [
        say(
            LEFT,
            y,
            f"2 · {count} + 4 · {count} = {numbers} numbers per cell. The same head reads P2..P6.",
            f"Coins, {rows} × {columns} pixels: {all_anchors // count} cells, "
            f"so A = {all_anchors} anchors.",
            anchor="start",
        )
    ]


def draw() -> str:
    """One cell on the left, its numbers in the middle, rows of anchors on the right."""
    titles = [heading(STRIP, 48, "numbers of one cell"), heading(ROWS, 48, "row per anchor")]
    parts = fold(
        titles,
        feature_map(),
        anchors(),
        branch(CLASS_Y, SCORES, "rpn_class_raw"),
        branch(DELTA_Y, MOVES, "rpn_bbox_pred"),
        totals(592),
    )
    return page("rpn_head", 644, "The RPN head at one cell", DESCRIPTION, *parts)
