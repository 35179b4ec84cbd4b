"""nms.svg: non-maximum suppression in four frames, with three boxes."""

from __future__ import annotations

from diagrams.large import fold, heading, say
from diagrams.svg import ACCENT, EDGE, INK, LEFT, SOFT, page, rect
from maskrcnn_explained.boxes import iou, nms
from maskrcnn_explained.presets import get_config

LIMIT = get_config("scenes").detection_nms_iou
BOXES = {  # name: (y1, x1, y2, x2), pixels
    "X": (30.0, 20.0, 120.0, 120.0),
    "Y": (44.0, 34.0, 130.0, 140.0),
    "Z": (40.0, 106.0, 126.0, 200.0),
}
SCORES = {"X": 0.95, "Y": 0.8, "Z": 0.7}
SCALE = 1.75  # units of the drawing per pixel
FRAMES = ((LEFT, 24), (508, 24), (LEFT, 412), (508, 412))  # upper left corners
WIDE, TALL = 464, 370  # of a frame
KEPT, DROPPED, WAITING = (ACCENT, 5, ""), (SOFT, 3, "2 7"), (INK, 3, "")
DESCRIPTION = (
    "Non-maximum suppression in four frames. 1: three boxes with scores, X the best, Y close to X, "
    "Z to the right. 2: the best box, X, is kept. 3: Y overlaps X with an IoU above the limit and "
    "is dropped; Z overlaps X less and stays. 4: the best box that is left, Z, is kept. Done: X "
    "and Z remain."
)


def overlap(one, other) -> float:
    """IoU of two of the boxes."""
    return float(iou([BOXES[one]], [BOXES[other]])[0, 0])


def kept() -> list[str]:
    """The names that the package's function keeps, best first."""
    chosen = nms(list(BOXES.values()), list(SCORES.values()), LIMIT, len(BOXES))
    return [list(BOXES)[int(i)] for i in chosen]


def draw_box(place, name, look) -> list[str]:
    """A box with its letter and score outside of it: Y's below, the others' above."""
    y1, x1, y2, x2 = BOXES[name]
    colour, line, dash = look
    left, top = place[0] + 40 + SCALE * x1, place[1] + 28 + SCALE * y1
    height, width = SCALE * (y2 - y1), SCALE * (x2 - x1)
    words = f"{name}  {SCORES[name]:.2f}"
    x, y, anchor = left, top - 12, "start"
    if name == "Y":
        y = top + height + 28
    elif name == "Z":
        x, anchor = left + width, "end"
    return [
        rect(left, top, width, height, "none", colour, line=line, dash=dash),
        say(x, y, words, anchor=anchor, weight="bold", colour=colour),
    ]


def frame(number, title, looks, *captions) -> list[str]:
    """One frame: its title, the boxes with a look for each, and what happens."""
    x, y = FRAMES[number - 1]
    parts = [
        rect(x, y, WIDE, TALL, "#FFFFFF", EDGE, radius=10),
        heading(x + 18, y + 38, f"{number}  {title}"),
        say(x + 18, y + 322, *captions, anchor="start"),
    ]
    for name, look in zip(BOXES, looks, strict=True):
        parts += draw_box((x, y), name, look)
    return parts


def draw() -> str:
    """Four frames, read like a page."""
    first, last = kept()
    near, far = overlap("X", "Y"), overlap("X", "Z")
    left, right = (
        f"IoU of X and Y: {near:.2f}, above {LIMIT:g}.",
        f"IoU of X and Z: {far:.2f}. Z waits.",
    )
    parts = fold(
        frame(1, "three boxes", (WAITING,) * 3, "Which of them show", "the same object?"),
        frame(2, f"keep {first}", (KEPT, WAITING, WAITING), f"{first} has the best score."),
        frame(3, "drop Y", (KEPT, DROPPED, WAITING), left, right),
        frame(
            4,
            f"keep {last}",
            (KEPT, DROPPED, KEPT),
            f"{last} is the best of those that wait.",
            f"None is left: {first} and {last} stay.",
        ),
    )
    return page("nms", 806, "Non-maximum suppression (NMS)", DESCRIPTION, *parts)
