"""Larger letters, for drawings that can still be read when they are 400 pixels wide.

Text of 20 units is 14 pixels high in a notebook (700 pixels wide) and 8 pixels on a telephone.
"""

from __future__ import annotations

from diagrams.svg import ACCENT, INK, MONO, SOFT, rect, text

TITLE, TEXT, CODE = 24, 21, 20
STEP = 28  # from one line to the next
# Tints that carry dark text, in this order where several things must be told apart.
BLUE, ORANGE, GREEN, GREY = "#D3E2F1", "#FBE0CC", "#D5EBDB", "#E9E6DE"


def heading(x, y, words, anchor="start", colour=ACCENT) -> str:
    """The heading of a part of the drawing; y is the baseline."""
    return text(x, y, words, TITLE, anchor, "bold", colour)


def say(x, y, *lines, anchor="middle", weight="normal", colour=INK) -> str:
    """Lines of plain text below each other; y is the first baseline."""
    return "".join(
        text(x, y + STEP * i, line, TEXT, anchor, weight, colour) for i, line in enumerate(lines)
    )


def mono(x, y, *lines, anchor="middle", colour=SOFT) -> str:
    """Lines of names, shapes or numbers, in a monospace font."""
    return "".join(
        text(x, y + STEP * i, line, CODE, anchor, colour=colour, font=MONO)
        for i, line in enumerate(lines)
    )


def card(x, y, width, height, title, *lines, fill="#FFFFFF", ink=INK, plain=False, **look) -> str:
    """A rounded box with a bold title and centred lines, in a monospace font unless `plain`.

    `look` goes to `svg.rect`: stroke, line, dash.
    """
    middle = x + width / 2
    first = y + height / 2 - STEP * len(lines) / 2 + 7
    write = say if plain else mono
    return "".join(
        [
            rect(x, y, width, height, fill, radius=8, **look),
            say(middle, first, title, weight="bold", colour=ink),
            write(middle, first + STEP, *lines, colour=ink if plain else SOFT),
        ]
    )


def fold(*parts) -> list[str]:
    """The parts of a drawing, of which some are lists, as one flat list."""
    flat: list[str] = []
    for part in parts:
        flat += [part] if isinstance(part, str) else part
    return flat
