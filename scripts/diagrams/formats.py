"""formats.svg: one small mask as a polygon, as run lengths (RLE), and in a label map."""

from __future__ import annotations

import itertools

import numpy as np

from diagrams.large import BLUE, ORANGE, fold, heading, mono, say
from diagrams.svg import ACCENT, INK, LEFT, MONO, SOFT, arrow, page, rect, text
from maskrcnn_explained.data.formats.coco import decode
from maskrcnn_explained.data.formats.rle import encode, runs_of_text

SIZE = (6, 8)  # rows and columns of the image
POLYGON = [1, 1, 5, 1, 5, 3, 3, 5, 1, 5]  # x, y, x, y, ...: object 1
OTHER = [6, 2, 8, 2, 8, 6, 6, 6]  # object 2
CELL, TOP = 36, 112
PANELS = (LEFT, 352, 680)  # left edges
CODES_Y = 376  # of the first line of the codes
DESCRIPTION = (
    "One object on an image of 6 by 8 pixels, stored in three ways. As a polygon: the corners of "
    "its outline, x and y in turn, in pixels from the upper left corner. As run lengths (RLE): the "
    "pixels are read down each column, then down the next; the code counts how many are outside, "
    "then inside, then outside, and so on; COCO also writes these numbers as a short text. In a "
    "label map: a picture in which each pixel holds the number of its object, 0 for background; a "
    "second object has the number 2."
)


def masks() -> tuple[np.ndarray, np.ndarray]:
    """The two objects, [6, 8] bool, as the package draws their polygons."""
    return decode([POLYGON], SIZE), decode([OTHER], SIZE)


def pixels(x, numbers) -> list[str]:
    """The image: squares in the colour of their number, and lines between all pixels."""
    rows, columns = SIZE
    parts = [rect(x, TOP, CELL * columns, CELL * rows, "#FFFFFF", SOFT)]
    for r, number in itertools.product(range(rows), (1, 2)):
        inside = np.flatnonzero(numbers[r] == number)  # one run of columns, for these two objects
        if len(inside):
            left, fill = x + CELL * int(inside[0]), (ORANGE, BLUE)[number - 1]
            parts.append(rect(left, TOP + CELL * r, CELL * len(inside), CELL, fill, fill, line=0))
    down = "".join(f"M{x + CELL * k},{TOP}v{CELL * rows}" for k in range(1, columns))
    across = "".join(f"M{x},{TOP + CELL * k}h{CELL * columns}" for k in range(1, rows))
    return [*parts, f'<path d="{down}{across}" stroke="{SOFT}" stroke-width="1" fill="none"/>']


def titles(x, name, what) -> list[str]:
    """The name of a format, and what it holds."""
    return [heading(x, 46, name), say(x, 78, what, anchor="start", colour=SOFT)]


def polygon_panel(x) -> list[str]:
    """The outline over the pixels that it covers, and its corners."""
    mask, _ = masks()
    corners = [(x + CELL * px, TOP + CELL * py) for px, py in np.reshape(POLYGON, (-1, 2)).tolist()]
    points = " ".join(f"{px},{py}" for px, py in corners)
    first, last = (", ".join(map(str, part)) for part in (POLYGON[:6], POLYGON[6:]))
    return [
        *titles(x, "polygon", "its corners: x, y"),
        *pixels(x, mask),
        f'<polygon points="{points}" fill="none" stroke="{ACCENT}" stroke-width="4"/>',
        *(rect(px - 7, py - 7, 14, 14, ACCENT, ACCENT, radius=7) for px, py in corners),
        mono(x, CODES_Y, f"[{first},", f" {last}]", anchor="start", colour=INK),
    ]


def runs() -> tuple[list[int], str]:
    """The run lengths of object 1, and COCO's text for them."""
    code = encode(masks()[0])["counts"].decode("ascii")
    return runs_of_text(code), code


def rle_panel(x) -> list[str]:
    """The pixels in the order in which they are counted, and the counts."""
    mask, _ = masks()
    counts, code = runs()
    wide = SIZE[1] * CELL / len(counts)
    parts = [
        *titles(x, "RLE", "counts, column by column"),
        *pixels(x, mask),
    ]
    for column in range(SIZE[1]):
        middle = x + CELL * (column + 0.5)
        parts.append(arrow((middle, TOP + 8), (middle, TOP + SIZE[0] * CELL - 8), colour=SOFT))
    for i, count in enumerate(counts):
        fill = ORANGE if i % 2 else "#FFFFFF"
        parts.append(rect(x + wide * i, CODES_Y - 22, wide, 32, fill, line=1.5))
        parts.append(text(x + wide * (i + 0.5), CODES_Y + 1, str(count), 20, font=MONO))
    return [*parts, mono(x, CODES_Y + 38, f'or "{code}"', anchor="start", colour=INK)]


def label_map_panel(x) -> list[str]:
    """The numbers of the objects, pixel by pixel."""
    one, two = masks()
    numbers = one + 2 * two.astype(int)
    parts = [*titles(x, "label map", "a picture of numbers"), *pixels(x, numbers)]
    for (r, c), number in np.ndenumerate(numbers):
        middle = x + CELL * (c + 0.5), TOP + CELL * (r + 0.5) + 7
        parts.append(text(*middle, str(number), 20, colour=INK, font=MONO))
    return [*parts, say(x, CODES_Y, "0: background", "2: the next object", anchor="start")]


def draw() -> str:
    """Three panels, with the same object in each."""
    parts = fold(polygon_panel(PANELS[0]), rle_panel(PANELS[1]), label_map_panel(PANELS[2]))
    differ = (
        "COCO's polygons have no holes. An RLE can be any mask. In a label map",
        "each pixel belongs to one object at most: objects cannot overlap.",
    )
    parts.append(say(LEFT, CODES_Y + 92, *differ, anchor="start", colour=SOFT))
    return page("formats", 524, "One mask in three formats", DESCRIPTION, *parts)
