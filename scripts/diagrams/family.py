"""family.svg: from R-CNN to Mask R-CNN: what is computed once, what per region, what comes out."""

from __future__ import annotations

from diagrams.large import BLUE, GREEN, GREY, ORANGE, card, fold, heading, say
from diagrams.svg import ACCENT, LEFT, SOFT, arrow, page, rect

STEP, WIDE = 238, 222  # from one column to the next; of a column
# y and height of the bands: where each kind of work is drawn, and its heading.
OUTSIDE, ONCE, REGION, OUT = (112, 132), (256, 250), (518, 312), (842, 130)
NAMES = {
    "R-CNN": ("Girshick et al.", "2014"),
    "Fast R-CNN": ("Girshick", "2015"),
    "Faster R-CNN": ("Ren et al.", "2015"),
    "Mask R-CNN": ("He et al.", "2017"),
}
DESCRIPTION = (
    "Four networks side by side, each with what it computes outside the network, once per image, "
    "once per region, and what comes out. R-CNN (regions with CNN features, Girshick et al. 2014): "
    "selective search gives about 2000 regions; each is cut out of the image, warped and goes "
    "through the whole CNN, then SVMs and a box regression. Fast R-CNN (Girshick 2015): the CNN "
    "runs once per image; RoI pooling reads its map per region. Faster R-CNN (Ren et al. 2015): a "
    "region proposal network inside replaces selective search. Mask R-CNN (He et al. 2017): "
    "the CNN has a feature pyramid (FPN), RoIAlign replaces RoI pooling, and a mask head is added. "
    "All give classes and boxes; Mask R-CNN also gives masks."
)


def left(column: int) -> int:
    """The left edge of a column."""
    return LEFT + STEP * column


def band(place, words, fill) -> list[str]:
    """A strip through all columns, for one kind of work, with its heading."""
    y, height = place
    return [
        rect(12, y, 976, height, fill, fill),
        say(LEFT, y + 28, words, anchor="start", weight="bold", colour=SOFT),
    ]


def piece(x, y, width, height, title, *lines, new=False) -> str:
    """One thing that is computed; what is new against the column before has a thick red edge."""
    look = {"stroke": ACCENT, "line": 4} if new else {}
    return card(x, y, width, height, title, *lines, plain=True, **look)


def step(column, y, height, title, *lines, new=False) -> str:
    """A piece as wide as its column."""
    return piece(left(column), y, WIDE, height, title, *lines, new=new)


def names() -> list[str]:
    """Name, authors and year of each, at the top."""
    parts = []
    for column, (name, paper) in enumerate(NAMES.items()):
        x = left(column) + WIDE / 2
        parts += [heading(x, 40, name, "middle"), say(x, 70, *paper, colour=SOFT)]
    return parts


def bands() -> list[str]:
    """Behind everything: one strip for each kind of work."""
    return fold(
        band(OUTSIDE, "outside the network", GREY),
        band(ONCE, "once per image", BLUE),
        band(REGION, "once per region", ORANGE),
        band(OUT, "what comes out", GREEN),
    )


def outside() -> list[str]:
    """Where the regions of the first two come from."""
    y = OUTSIDE[0] + 44
    return [
        step(0, y, 76, "selective search", "about 2000 regions"),
        arrow((left(0) + 208, y + 76), (left(0) + 208, REGION[0] + 42)),
        step(1, y, 76, "selective search", "about 2000 regions"),
        arrow((left(1) + 22, y + 76), (left(1) + 22, REGION[0] + 42)),
        say(left(2) + WIDE / 2, y + 44, "nothing", colour=SOFT),
        say(left(3) + WIDE / 2, y + 44, "nothing", colour=SOFT),
    ]


def once() -> list[str]:
    """The CNN, from Fast R-CNN on, and the RPN, from Faster R-CNN on."""
    y = ONCE[0] + 44
    parts = [say(left(0) + WIDE / 2, y + 50, "nothing", colour=SOFT)]
    for column, what in ((1, "feature map"), (2, "feature map"), (3, "with FPN")):
        x = left(column)
        parts.append(piece(x + 52, y, 170, 90, "CNN", what, new=column in (1, 3)))
        parts.append(arrow((x + 186, y + 90), (x + 186, REGION[0] + 42)))
    for column in (2, 3):
        x = left(column)
        parts.append(arrow((x + 100, y + 90), (x + 100, y + 112)))
        parts.append(piece(x, y + 114, 148, 76, "RPN", "proposals", new=column == 2))
        parts.append(arrow((x + 36, y + 190), (x + 36, REGION[0] + 42)))
    return parts


def per_region() -> list[str]:
    """What is done again for each region: three steps, but in the last column two heads."""
    cells = (
        (("cut out, warp",), ("whole CNN",), ("SVM per class", "box regression")),
        (("RoI pooling", "of the map"), ("dense layers",), ("class scores", "and box deltas")),
        (("RoI pooling", "of the map"), ("dense layers",), ("class scores", "and box deltas")),
    )
    y = REGION[0] + 44
    parts = []
    for column, (first, second, third) in enumerate(cells):
        x = left(column) + WIDE / 2
        parts.append(step(column, y, 76, *first, new=column == 1))
        parts.append(step(column, y + 100, 48, *second))
        parts.append(step(column, y + 172, 76, *third, new=column == 1))
        parts += [arrow((x, y + a), (x, y + a + 22)) for a in (76, 148)]
        parts.append(arrow((x + 90, y + 248), (x + 90, OUT[0] + 42)))
    return parts


def two_heads() -> list[str]:
    """The last column: RoIAlign, then box head and mask head beside each other."""
    x, y = left(3), REGION[0] + 44
    parts = [step(3, y, 76, "RoIAlign", "of the maps", new=True)]
    for edge, name, new in ((x, "box", False), (x + 118, "mask", True)):
        parts.append(arrow((edge + 52, y + 76), (edge + 52, y + 98)))
        parts.append(piece(edge, y + 100, 104, 148, name, "head", new=new))
        parts.append(arrow((edge + 52, y + 248), (edge + 52, OUT[0] + 42)))
    return parts


def out() -> list[str]:
    """What each one gives."""
    y = OUT[0] + 44
    parts = [step(column, y, 70, "class, box") for column in range(3)]
    return [*parts, step(3, y, 70, "class, box", "and mask", new=True)]


def draw() -> str:
    """Four columns, and a strip for each kind of work."""
    key = [
        rect(LEFT, 994, 36, 24, "#FFFFFF", ACCENT, radius=6, line=4),
        say(LEFT + 50, 1014, "new: not in the network to its left", anchor="start"),
        say(
            LEFT,
            1048,
            "R-CNN: regions with CNN features. SVM: a linear classifier.",
            anchor="start",
        ),
    ]
    parts = fold(bands(), names(), outside(), once(), per_region(), two_heads(), out(), key)
    return page("family", 1070, "From R-CNN to Mask R-CNN", DESCRIPTION, *parts)
