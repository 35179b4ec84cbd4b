"""Boards about boxes: IoU, the anchors of one cell, a delta, non-maximum suppression."""

from __future__ import annotations

import math

import numpy as np

from boards.chalk import BLUE, PINK, WHITE, YELLOW, Board
from boards.maps import MOLDED
from maskrcnn_explained.anchors import anchor_shapes, level_sizes
from maskrcnn_explained.boxes import decode_deltas, iou, nms
from maskrcnn_explained.presets import get_config

SQUARES = ((0.0, 0.0, 2.0, 2.0), (0.0, 1.0, 2.0, 3.0))  # y1, x1, y2, x2
IN_A_ROW = ((0.0, 0.0, 8.0, 8.0), (0.0, 1.0, 8.0, 9.0), (0.0, 2.0, 8.0, 10.0))
ANCHOR = (100.0, 100.0, 200.0, 200.0)
DELTA = (0.3, 0.0, math.log(2), 0.0)  # dy, dx, dh, dw


def box_overlap(one, other) -> float:
    """The IoU of two boxes (y1, x1, y2, x2), by the module."""
    return float(iou(np.float32([one]), np.float32([other]))[0, 0])


def moved_anchor() -> np.ndarray:
    """ANCHOR moved by DELTA, by the module: [4]."""
    moved = decode_deltas(np.float32([ANCHOR]), np.float32([DELTA]), (1.0, 1.0, 1.0, 1.0))
    return np.asarray(moved)[0]


def intersection_over_union() -> str:
    """Two squares of squared paper; count squares."""
    board = Board(270, "Two squares of four cells, one shifted by a cell: they share 2, cover 6.")
    cell, x, y = 64, 70, 60
    board.grid(x, y, 2, 3, cell, BLUE)
    board.step(1, x - 22, y - 8)
    board.box(x - 3, y - 3, 2 * cell, 2 * cell + 6, WHITE)
    board.text(x + 20, y - 14, "A")
    board.step(2, x + 50, y - 20)
    board.box(x + cell + 3, y - 7, 2 * cell, 2 * cell + 14, YELLOW)
    board.text(x + 3 * cell - 20, y - 14, "B", YELLOW)
    board.step(3, x + 3 * cell - 50, y - 20)
    for row in range(2):
        board.text(x + 1.5 * cell, y + (row + 0.5) * cell + 8, "x", PINK, 26)
    board.note(340, 92, "shared:  2", PINK)
    board.step(4, 318, 86)
    board.note(340, 132, "covered together:  4 + 4 - 2 = 6")
    board.step(5, 318, 126)
    board.note(340, 172, f"IoU = 2 / 6 = {box_overlap(*SQUARES):.2f}", YELLOW)
    board.step(6, 318, 166)
    board.note(70, 240, "It looks like half. It is a third.", BLUE)
    return board.svg()


def anchors_of_a_cell() -> str:
    """One cell of P2 with its three anchors, and how many there are in all."""
    config = get_config("scenes")
    board = Board(330, "One cell of P2 with three anchors of one area, and the sum over all cells.")
    board.grid(50, 50, 5, 5, 42, BLUE)
    board.step(1, 44, 44)
    centre = 50 + 2.5 * 42
    board.dot(centre, centre, YELLOW, 6)
    board.step(2, centre + 20, centre - 2)
    side = config.anchor_scales[0]
    shapes = anchor_shapes(side, config.anchor_ratios)
    for i, (height, width) in enumerate(shapes):
        tall, wide = height * 10.5, width * 10.5  # a cell of 4 pixels is 42 units
        board.box(centre - wide / 2, centre - tall / 2, wide, tall, (PINK, WHITE, YELLOW)[i])
        words = f"ratio {config.anchor_ratios[i]:g}:  {height:.1f} high, {width:.1f} wide"
        board.note(350, 84 + 32 * i, words, (PINK, WHITE, YELLOW)[i])
        board.step(i + 3, 326, 78 + 32 * i)
    board.note(350, 186, f"each {side} · {side} = {side * side} pixels large", BLUE)
    rows, columns = (molded // 4 for molded in MOLDED)
    sizes = level_sizes(MOLDED, config)
    board.note(350, 228, f"P2: {rows} · {columns} · 3 = {sizes[0]:,}")
    board.step(6, 326, 222)
    board.note(350, 260, f"P2 to P6: {sum(sizes):,}", YELLOW)
    board.step(7, 326, 254)
    board.note(
        50, 308, "Same grid for every photograph of this size: nothing was looked at yet.", BLUE
    )
    return board.svg()


def one_delta() -> str:
    """An anchor, moved down by 0.3 of its height and made twice as high."""
    board = Board(330, "An anchor, first moved down by 0.3 of its height, then made twice as high.")
    y1, _, y2, _ = ANCHOR
    top, _, bottom, _ = moved_anchor()
    board.box(90, y1 - 20, 150, y2 - y1, dotted=True)
    board.step(1, 84, y1 - 26)
    board.dot(165, (y1 + y2) / 2 - 20)
    middle = (top + bottom) / 2 - 20
    board.arrow((165, (y1 + y2) / 2 - 20), (165, middle + 4), PINK)
    board.step(2, 190, middle)
    board.box(90, top - 20, 150, bottom - top, YELLOW)
    board.step(3, 84, bottom - 14)
    board.note(320, 80, f"anchor: rows {y1:g} to {y2:g}, 100 high")
    board.step(1, 298, 74)
    board.note(320, 122, "dy = 0.3: down by 0.3 · 100 = 30", PINK)
    board.step(2, 298, 116)
    board.note(320, 164, f"dh = log 2 = {DELTA[2]:.2f}: twice as high", YELLOW)
    board.step(3, 298, 158)
    board.note(320, 206, f"now: rows {top:g} to {bottom:g}", YELLOW)
    board.step(4, 298, 200)
    board.note(320, 262, "Half as high is minus 0.69.", BLUE)
    board.note(320, 290, "All in units of the box itself.", BLUE)
    return board.svg()


def suppression() -> str:
    """Three boxes in a row: B goes because of A, and then C has nobody to fear."""
    limit = get_config("scenes").proposal_nms_iou
    board = Board(330, "Three boxes in a row, each shifted by an eighth: A stays, B goes, C stays.")
    for i, (name, colour) in enumerate((("A", WHITE), ("B", PINK), ("C", YELLOW))):
        board.box(60 + 26 * i, 70 + 4 * i, 208, 150, colour, dotted=name == "B")
        board.text((72, 282, 308)[i], 60, name, colour)
    board.line((80, 246), (306, 76), colour=PINK, width=3.4)
    scores = (0.9, 0.8, 0.7)
    pairs = (("A", "B", 0, 1), ("B", "C", 1, 2), ("A", "C", 0, 2))
    board.note(370, 70, "scores: A 0.9, B 0.8, C 0.7", BLUE)
    board.step(1, 348, 64)
    for i, (one, other, first, second) in enumerate(pairs):
        value = box_overlap(IN_A_ROW[first], IN_A_ROW[second])
        board.note(370, 104 + 28 * i, f"IoU of {one} and {other}: {value:.2f}")
    board.step(2, 348, 98)
    board.note(370, 200, f"limit {limit}: A stays", WHITE)
    board.step(3, 348, 194)
    board.note(370, 228, "B overlaps A: B goes", PINK)
    board.step(4, 348, 222)
    board.note(370, 256, "C: compare with A alone. C stays", YELLOW)
    board.step(5, 348, 250)
    board.note(60, 306, "A box that is gone drops nobody: wipe B out before you come to C.", BLUE)
    kept = nms(np.float32(IN_A_ROW), np.float32(scores), limit, 3)
    assert list(np.asarray(kept)) == [0, 2]
    return board.svg()
