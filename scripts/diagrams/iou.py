"""iou.svg: intersection over union, by counting squares, and how much overlap a number means."""

from __future__ import annotations

from diagrams.large import BLUE, ORANGE, fold, heading, say
from diagrams.svg import ACCENT, EDGE, INK, LEFT, page, rect
from maskrcnn_explained.boxes import area, iou
from maskrcnn_explained.presets import get_config

CONFIG = get_config("scenes")
A, B = (0.0, 0.0, 6.0, 8.0), (2.0, 2.0, 8.0, 10.0)  # y1, x1, y2, x2, in squares
COMMON = (2.0, 2.0, 6.0, 8.0)  # later edges above and left, earlier edges below and right
CELL = 26  # units of the drawing per square
PANELS = (LEFT + 6, 360, 700)  # left edges of the three copies of the boxes
TOP = 96
SHARED = "#F2B48A"  # a darker orange: only of the shared squares
SIDE = 84  # of the boxes in the row of examples
DESCRIPTION = (
    "Two boxes on squared paper, three times. First the boxes A and B. Then the squares that both "
    "of them cover: the shared area, or intersection. Then the squares that at least one of them "
    "covers, each counted once: the area of both together, or union. IoU is the first number "
    "divided by the second. Below, pairs of equal boxes side by side, pushed apart until their IoU "
    "is 1, 0.7, 0.5, 0.3 and 0, with how far that is, as a share of the side."
)


def put(box, x, fill, stroke=INK, line=2.5) -> str:
    """A box of the squared paper whose corner is at (x, TOP)."""
    y1, x1, y2, x2 = (CELL * v for v in box)
    return rect(x + x1, TOP + y1, x2 - x1, y2 - y1, fill, stroke, line=line)


def squares(box, x) -> str:
    """The lines between the squares inside a box, so that they can be counted."""
    y1, x1, y2, x2 = (int(v) for v in box)
    down = [f"M{x + k * CELL},{TOP + y1 * CELL}V{TOP + y2 * CELL}" for k in range(x1 + 1, x2)]
    across = [f"M{x + x1 * CELL},{TOP + k * CELL}H{x + x2 * CELL}" for k in range(y1 + 1, y2)]
    return f'<path d="{"".join(down + across)}" stroke="{INK}" stroke-width="0.8" fill="none"/>'


def counts() -> tuple[int, int, int, int]:
    """Squares of A, of B, of both shared, of both together."""
    of_a, of_b, shared = (int(area([box])[0]) for box in (A, B, COMMON))
    return of_a, of_b, shared, of_a + of_b - shared


def boxes_panel() -> list[str]:
    """The two boxes as they are."""
    x = PANELS[0]
    of_a, of_b, _, _ = counts()
    return [
        heading(x, 48, "two boxes"),
        put(A, x, BLUE),
        put(B, x, ORANGE),
        put(A, x, "none"),
        say(x, TOP - 14, f"A: {of_a} squares", anchor="start"),
        say(x + 10 * CELL, TOP + 8 * CELL + 28, f"B: {of_b} squares", anchor="end"),
    ]


def shared_panel() -> list[str]:
    """What both cover."""
    x = PANELS[1]
    shared = counts()[2]
    return [
        heading(x, 48, "shared area"),
        say(x, TOP - 14, "intersection", anchor="start"),
        put(A, x, "none", EDGE),
        put(B, x, "none", EDGE),
        put(COMMON, x, SHARED),
        squares(COMMON, x),
        say(x + 10 * CELL, TOP + 8 * CELL + 28, f"{shared} squares", anchor="end", weight="bold"),
    ]


def union_panel() -> list[str]:
    """What at least one covers."""
    x = PANELS[2]
    of_a, of_b, shared, union = counts()
    parts = [
        heading(x, 48, "both together"),
        say(x, TOP - 14, "union", anchor="start"),
    ]
    for look in ((INK, 5), ("none", 0)):
        parts += [put(box, x, SHARED, *look) for box in (A, B)]
    sum_of = f"{of_a} + {of_b} - {shared} = {union} squares"
    return [
        *parts,
        squares(A, x),
        squares(B, x),
        say(x + 10 * CELL, TOP + 8 * CELL + 28, sum_of, anchor="end", weight="bold"),
    ]


def bar(x, y, width) -> str:
    """The line of a fraction."""
    return f'<path d="M{x},{y}h{width}" stroke="{INK}" stroke-width="2"/>'


def fraction(y) -> list[str]:
    """The definition, with the numbers of the drawing."""
    _, _, shared, union = counts()
    value = float(iou([A], [B])[0, 0])
    return [
        say(LEFT + 6, y + 7, "IoU  =", anchor="start", weight="bold"),
        say(240, y - 10, "shared area"),
        bar(116, y, 248),
        say(240, y + 26, "area of both together"),
        say(386, y + 7, "="),
        say(430, y - 10, f"{shared}"),
        bar(408, y, 44),
        say(430, y + 26, f"{union}"),
        say(470, y + 7, f"=  {value:.2f}", anchor="start", weight="bold", colour=ACCENT),
        say(
            590,
            y - 8,
            "Half of each box is shared,",
            "and the IoU is only a third.",
            anchor="start",
        ),
    ]


def shift(wanted) -> float:
    """How far two equal squares are pushed apart for an IoU, as a share of their side."""
    return (1 - wanted) / (1 + wanted)


def examples() -> list[tuple[float, tuple[str, ...]]]:
    """IoUs, and how far the boxes are apart; those between are the thresholds of the Config."""
    limits = (CONFIG.rpn_positive_iou, CONFIG.roi_positive_iou, CONFIG.rpn_negative_iou)
    moved = [(limit, ("moved by", f"{shift(limit):.0%} of a side")) for limit in limits]
    return [(1.0, ("the same box",)), *moved, (0.0, ("apart",))]


def pair(middle, y, wanted, words) -> list[str]:
    """Two equal squares, the second moved to the right until the IoU is the one that is wanted."""
    move = SIDE * shift(wanted)
    value = float(iou([(0, 0, SIDE, SIDE)], [(0, move, SIDE, SIDE + move)])[0, 0])
    x = middle - (SIDE + move) / 2
    return [
        rect(x, y, SIDE, SIDE, BLUE, INK, line=2),
        rect(x + move, y, SIDE, SIDE, ORANGE, INK, line=2),
        rect(x + move, y, SIDE - move, SIDE, SHARED, INK, line=2) if move < SIDE else "",
        say(middle, y + SIDE + 34, f"{value:.2f}", weight="bold", colour=ACCENT),
        say(middle, y + SIDE + 64, *words),
    ]


def draw() -> str:
    """Two boxes, what they share, what they cover together; the fraction; the row of examples."""
    parts = fold(boxes_panel(), shared_panel(), union_panel(), fraction(390))
    parts += [
        f'<path d="M{LEFT},438H972" stroke="{EDGE}" stroke-width="1.5"/>',
        heading(LEFT + 6, 478, "How much overlap is that?"),
    ]
    for i, (wanted, words) in enumerate(examples()):
        parts += pair(122 + 189 * i, 500, wanted, words)
    return page("iou", 700, "Intersection over union (IoU)", DESCRIPTION, *parts)
