"""delta.svg: what the four numbers of a delta do to a box, in two steps."""

from __future__ import annotations

import math

from diagrams.large import fold, heading, mono, say
from diagrams.svg import ACCENT, INK, LEFT, SOFT, arrow, page, rect
from maskrcnn_explained.boxes import decode_deltas, encode_deltas
from maskrcnn_explained.presets import get_config

CONFIG = get_config("scenes")
BOX = (20.0, 16.0, 60.0, 96.0)  # y1, x1, y2, x2, pixels
DELTA = (0.75, 0.4, 0.4, -0.4)  # dy, dx, dh, dw
SCALE = 3.6  # units of the drawing per pixel
DOTS = "2 7"
# Where pixel (0, 0) of each of the two panels lies.
MOVE, STRETCH = (LEFT - 26, 10), (412, 10)
DESCRIPTION = (
    "How a delta (dy, dx, dh, dw) changes a box, in two steps. First the centre moves: down by dy "
    "times the height, right by dx times the width; the box before is dotted, the moved box solid. "
    "Then the sides are stretched around that centre: the height times e to the dh, the width "
    "times e to the dw; the moved box is dotted, the box after is solid. The numbers are those of "
    "decode_deltas."
)


def centre_size(box) -> tuple[float, float, float, float]:
    """(y1, x1, y2, x2) -> y and x of the centre, height, width."""
    y1, x1, y2, x2 = box
    return (y1 + y2) / 2, (x1 + x2) / 2, y2 - y1, x2 - x1


def decoded(*delta) -> tuple[float, ...]:
    """The box after this delta: what the package's function says."""
    return tuple(float(v) for v in decode_deltas(BOX, delta))


BEFORE, MOVED, AFTER = BOX, decoded(*DELTA[:2], 0, 0), decoded(*DELTA)


def at(place, y, x) -> tuple[float, float]:
    """A point in pixels -> its place in the drawing, (x, y)."""
    return place[0] + SCALE * x, place[1] + SCALE * y


def outline(place, box, colour, dash="") -> str:
    """A box, dotted or solid."""
    y1, x1, y2, x2 = box
    x, y = at(place, y1, x1)
    look = dict(line=4, dash=dash)
    return rect(x, y, SCALE * (x2 - x1), SCALE * (y2 - y1), "none", colour, **look)


def dot(place, y, x, colour) -> str:
    """A centre."""
    x, y = at(place, y, x)
    return rect(x - 6, y - 6, 12, 12, colour, colour, radius=6)


def go(place, start, end) -> str:
    """An arrow between two points in pixels, (y, x)."""
    return arrow(at(place, *start), at(place, *end), colour=INK, line=3)


def move() -> list[str]:
    """The first step: the centre goes down by dy * h and right by dx * w."""
    y, x, height, width = centre_size(BEFORE)
    new_y, new_x, _, _ = centre_size(MOVED)
    left, top = at(MOVE, BEFORE[0], BEFORE[1])
    label_x, label_y = at(MOVE, y, x)
    return [
        heading(LEFT, 46, "1  move the centre"),
        outline(MOVE, BEFORE, SOFT, DOTS),
        outline(MOVE, MOVED, INK),
        go(MOVE, (y, x), (new_y, x)),
        go(MOVE, (new_y, x), (new_y, new_x)),
        dot(MOVE, y, x, SOFT),
        dot(MOVE, new_y, new_x, INK),
        say(label_x + 12, label_y + 26, "dy · h", anchor="start", weight="bold"),
        say(label_x + 58, label_y + SCALE * (new_y - y) + 32, "dx · w", weight="bold"),
        say(left + 6, top + SCALE * height - 14, "before", anchor="start", colour=SOFT),
        say(at(MOVE, 0, MOVED[3])[0] - 10, at(MOVE, MOVED[2], 0)[1] - 14, "moved", anchor="end"),
        say(left + 6, top + 34, f"h = {height:g}", anchor="start", colour=SOFT),
        say(left + SCALE * width - 6, top + 34, f"w = {width:g}", anchor="end", colour=SOFT),
    ]


def stretch() -> list[str]:
    """The second step: the sides change around the new centre."""
    y, x, _, _ = centre_size(MOVED)
    (top, left, low, right), (y1, x1, y2, x2) = MOVED, AFTER
    label_x, label_y = at(STRETCH, y1, x)
    return [
        heading(510, 46, "2  stretch the sides"),
        outline(STRETCH, MOVED, INK, DOTS),
        outline(STRETCH, AFTER, ACCENT),
        go(STRETCH, (top, x), (y1, x)),
        go(STRETCH, (low, x), (y2, x)),
        go(STRETCH, (y, left), (y, x1)),
        go(STRETCH, (y, right), (y, x2)),
        dot(STRETCH, y, x, INK),
        say(label_x, label_y - 14, "h · exp(dh)", weight="bold"),
        say(*at(STRETCH, y2 - 4, x1 + 2.5), "after", anchor="start", colour=ACCENT),
        say(*at(STRETCH, low + 8, x2 + 2.5), "w · exp(dw)", anchor="start", weight="bold"),
    ]


def sums(y) -> list[str]:
    """Both steps in numbers."""
    dy, dx, dh, dw = DELTA
    _, _, height, width = centre_size(BEFORE)
    _, _, tall, wide = centre_size(AFTER)
    first = (
        f"dy · h = {dy:g} · {height:g} = {dy * height:g} down",
        f"dx · w = {dx:g} · {width:g} = {dx * width:g} right",
    )
    second = (
        f"h · exp(dh) = {height:g} · {math.exp(dh):.2f} = {tall:.1f}",
        f"w · exp(dw) = {width:g} · {math.exp(dw):.2f} = {wide:.1f}",
    )
    return [mono(LEFT, y, *first, anchor="start"), mono(510, y, *second, anchor="start")]


def numbers(y) -> list[str]:
    """Box, delta and box again, as the functions of the package write them."""
    before, after = (", ".join(f"{v:.1f}" for v in box) for box in (BEFORE, AFTER))
    delta = ", ".join(f"{v:g}" for v in DELTA)
    answer = ", ".join(
        f"{v:g}" for v in encode_deltas(BEFORE, AFTER, CONFIG.delta_std).numpy().round(3)
    )
    rows = {
        "before (y1, x1, y2, x2)": before,
        "delta (dy, dx, dh, dw)": delta,
        "the network says delta / std": answer,
        "after (y1, x1, y2, x2)": after,
    }
    parts = []
    for i, (name, value) in enumerate(rows.items()):
        colour = ACCENT if value == after else INK
        parts.append(say(LEFT, y + 32 * i, name, anchor="start", colour=colour))
        parts.append(mono(510, y + 32 * i, value, anchor="start", colour=colour))
    return parts


def draw() -> str:
    """Two panels, their sums, and the whole in numbers."""
    parts = fold(move(), stretch(), sums(414), numbers(492))
    return page("delta", 618, "A delta moves and stretches a box", DESCRIPTION, *parts)
