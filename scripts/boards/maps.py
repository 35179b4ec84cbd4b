"""Boards about images and maps: the whole way, a residual block, a top-down step, RoIAlign."""

from __future__ import annotations

import numpy as np

from boards.chalk import BLUE, PINK, WHITE, YELLOW, Board
from maskrcnn_explained.anchors import level_sizes
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.roi_align import roi_align

MOLDED = (320, 384)  # the coins
SMALL_MAP = np.array([[0, 2, 4], [6, 8, 20], [12, 14, 16]], np.float32)
STRIDE = 8
ROI = (2.0, 3.0, 22.0, 21.0)  # y1, x1, y2, x2, pixels


def read_map(y: float, x: float) -> float:
    """The value of SMALL_MAP at a place in the image, by the module: a box without size there."""
    place = np.float32([[y, x, y, x]])
    values = roi_align(SMALL_MAP[None, :, :, None], place, np.int32([0]), 1, STRIDE)
    return float(values[0, 0, 0, 0])


def whole_way() -> str:
    """All stages, with the numbers of the coins."""
    config = get_config("scenes")
    board = Board(330, "The stages of Mask R-CNN from left to right, in two rows, with numbers.")
    anchors = sum(level_sizes(MOLDED, config))
    upper = (("photograph", "303 x 384"), ("molded", "320 x 384"), ("C2 to C5", "backbone"))
    upper += (("P2 to P6", "FPN"), ("RPN", f"{anchors:,} anchors"))
    for i, (name, below) in enumerate(upper):
        _stage(board, 24 + 145 * i, 50, name, below, i + 1, last=i == 4)
    board.line((664, 116), (664, 160), (84, 160), colour=YELLOW)
    board.arrow((84, 160), (84, 196), YELLOW)
    board.text(374, 151, f"at most {config.proposals} proposals", YELLOW)
    pooled, small = config.box_pool_size, config.mask_pool_size
    lower = (("RoIAlign", f"{pooled} x {pooled}"), ("box head", "class, box"))
    lower += (("detection", f"at most {config.detections}"), ("RoIAlign", f"{small} x {small}"))
    lower += (("mask head", f"{2 * small} x {2 * small}"),)
    for i, (name, below) in enumerate(lower):
        _stage(board, 24 + 145 * i, 200, name, below, i + 6, last=i == 4)
    board.note(24, 305, "Upper row: where? Lower row: what, where exactly, which pixels?", BLUE)
    return board.svg()


def _stage(board, x, y, name, below, number, last):
    board.box(x, y, 124, 62)
    board.text(x + 62, y + 28, name, size=18)
    board.text(x + 62, y + 51, below, BLUE, 15)
    board.step(number, x + 6, y - 4)
    if not last:
        board.arrow((x + 126, y + 31), (x + 143, y + 31))


def residual_block() -> str:
    """x, three convolutions, and the shortcut that adds x again."""
    board = Board(250, "A residual block: x through three convolutions, plus x by a shortcut.")
    board.text(50, 142, "x", YELLOW, 28)
    for i, name in enumerate(("1x1", "3x3", "1x1")):
        board.arrow((66 + 140 * i, 133), (110 + 140 * i, 133))
        board.box(112 + 140 * i, 105, 92, 56)
        board.text(158 + 140 * i, 140, name)
        board.step(i + 1, 116 + 140 * i, 100)
    for i, words in enumerate(("few channels", "looks around", "many again")):
        board.text(158 + 140 * i, 188, words, BLUE, 17)
    board.arrow((486, 133), (536, 133))
    board.text(554, 143, "+", YELLOW, 34)
    board.step(5, 554, 172)
    board.line((50, 112), (50, 60), (554, 60), colour=YELLOW)
    board.arrow((554, 60), (554, 114), YELLOW)
    board.text(300, 50, "the shortcut: x as it is", YELLOW)
    board.step(4, 560, 52)
    board.arrow((574, 133), (616, 133))
    board.text(650, 141, "ReLU")
    board.note(112, 226, "What is learned is the correction: out = ReLU(x + correction(x))", PINK)
    return board.svg()


def top_down_step() -> str:
    """P4 from C4 and the level above, with the sizes of the coins."""
    board = Board(
        330, "One top-down step of the FPN: C4 by 1x1, plus the level above twice as large."
    )
    rows, columns = (side // 16 for side in MOLDED)
    _cells(board, 60, 200, 4, 6, 22, f"C4  {rows} x {columns}", 1)
    _cells(board, 334, 46, 2, 3, 44, f"C5 by 1x1  {rows // 2} x {columns // 2}", 3)
    board.arrow((200, 244), (300, 244))
    board.text(250, 234, "1x1")
    board.step(2, 214, 212)
    board.arrow((400, 140), (400, 194), YELLOW)
    board.note(414, 168, "each becomes 2 x 2", YELLOW)
    board.step(4, 380, 166)
    board.text(316, 254, "+", YELLOW, 34)
    board.step(5, 316, 284)
    board.grid(334, 200, 4, 6, 22, BLUE)
    board.arrow((474, 244), (570, 244))
    board.text(522, 234, "3x3")
    board.step(6, 486, 212)
    _cells(board, 580, 200, 4, 6, 22, f"P4  {rows} x {columns}", 7)
    return board.svg()


def _cells(board, x, y, rows, columns, cell, name, number):
    board.grid(x, y, rows, columns, cell)
    board.text(x + columns * cell / 2, y - 14, name, size=18)
    board.step(number, x - 18, y + 12)


def between_cells() -> str:
    """A point between four numbers: twice along the row, once down."""
    board = Board(
        330, "A map of nine numbers and a point between four of them, read in three steps."
    )
    _small_map(board, 70, 46, 78)
    x, y = 70 + 78 * (1.25 + 0.5), 46 + 78 * (0.75 + 0.5)
    board.step(1, 62, 40)
    board.dot(x, y, YELLOW, 7)
    board.step(2, x + 24, y + 6)
    board.line((x, 46 + 39), (x, 46 + 117), colour=YELLOW, dotted=True)
    above, below = 0.75 * 2 + 0.25 * 4, 0.75 * 8 + 0.25 * 20
    value = read_map((0.75 + 0.5) * STRIDE, (1.25 + 0.5) * STRIDE)
    assert np.isclose(value, 0.25 * above + 0.75 * below)
    lines = ("row 0.75, column 1.25", "in row 0:  0.75 · 2 + 0.25 · 4 = " + f"{above:g}")
    lines += ("in row 1:  0.75 · 8 + 0.25 · 20 = " + f"{below:g}",)
    lines += (f"between:  0.25 · {above:g} + 0.75 · {below:g} = {value:g}",)
    for i, (words, colour) in enumerate(zip(lines, (YELLOW, WHITE, WHITE, PINK), strict=True)):
        board.note(352, 92 + 46 * i, words, colour)
        board.step(i + 2, 330, 86 + 46 * i)
    board.note(70, 306, "The nearest number has the largest weight, 0.75 · 0.75.", BLUE)
    return board.svg()


def _small_map(board, x, y, cell):
    board.grid(x, y, 3, 3, cell)
    for row in range(3):
        for column in range(3):
            place = x + cell * (column + 0.5), y + cell * (row + 0.5) + 7
            board.text(*place, f"{SMALL_MAP[row, column]:g}", BLUE)


def one_bin() -> str:
    """The upper right bin of a box of 2 x 2 bins: four points, each read between cells."""
    board = Board(
        340, "A box on a map of nine numbers, cut into four bins, four points in one of them."
    )
    cell, x, y = 84, 60, 40
    board.grid(x, y, 3, 3, cell)
    for row, column in np.ndindex(3, 3):
        number = f"{SMALL_MAP[row, column]:g}"
        board.text(x + cell * (column + 0.2), y + cell * (row + 0.47), number, BLUE, 18)
        board.dot(x + cell * (column + 0.5), y + cell * (row + 0.5), BLUE, 3)
    scale = cell / STRIDE
    y1, x1, y2, x2 = ROI
    left, top = x + x1 * scale, y + y1 * scale
    width, height = (x2 - x1) * scale, (y2 - y1) * scale
    board.box(left, top, width, height, YELLOW)
    board.line((left + width / 2, top), (left + width / 2, top + height), colour=YELLOW)
    board.line((left, top + height / 2), (left + width, top + height / 2), colour=YELLOW)
    points = [
        (y1 + (y2 - y1) / 2 * v, (x1 + x2) / 2 + (x2 - x1) / 2 * u)
        for v in (0.25, 0.75)
        for u in (0.25, 0.75)
    ]
    for py, px in points:
        board.dot(x + px * scale, y + py * scale, PINK, 6)
    for number, place in enumerate(
        ((52, 34), (left - 4, top + 60), (left + 96, top + 90)), start=1
    ):
        board.step(number, *place)
    reads = [read_map(*point) for point in points]
    board.note(376, 76, f"box ({y1:g}, {x1:g}, {y2:g}, {x2:g}), stride {STRIDE}", YELLOW)
    board.note(376, 112, f"rows {points[0][0]:g} and {points[2][0]:g}", PINK)
    board.note(376, 142, f"columns {points[0][1]:g} and {points[1][1]:g}", PINK)
    for i, value in enumerate(reads):
        board.note(376 + 90 * (i % 2), 186 + 30 * (i // 2), f"{value:.3f}")
    board.step(4, 356, 180)
    board.note(376, 262, f"mean: {np.mean(reads):.3f}", WHITE)
    board.step(5, 356, 256)
    board.note(
        60, 322, "Nothing is rounded: move the box a little, and the mean moves a little.", BLUE
    )
    whole = roi_align(SMALL_MAP[None, :, :, None], np.float32([ROI]), np.int32([0]), 2, STRIDE)
    assert np.isclose(float(whole[0, 0, 1, 0]), np.mean(reads))
    return board.svg()
