"""A blackboard as an SVG: lines that shake a little, four colours of chalk, and numbered steps.

Who teaches copies it by hand, in the order of the numbers. Nothing is downloaded. The shaking comes
from a fixed seed, so the same drawing is the same file.
"""

from __future__ import annotations

import random
from xml.sax.saxutils import escape

WIDTH = 760
GREEN, WOOD = "#26382F", "#8A6642"
WHITE, YELLOW, BLUE, PINK = "#F4F1E8", "#FFDF80", "#9ED2FF", "#FFB0C4"
HAND = "'Comic Neue', 'Chalkboard SE', 'Comic Sans MS', 'Segoe Print', 'Bradley Hand', sans-serif"
SIZE, SMALL = 21, 18


class Board:
    """One board, WIDTH wide; strokes are added one after the other. Units are those of the SVG."""

    def __init__(self, height: int, alt: str) -> None:
        self.height, self.alt = height, alt
        self.parts: list[str] = []
        self.random = random.Random(4)

    def line(self, *points, colour=WHITE, dotted=False, width=2.6) -> None:
        """A stroke through points (x, y)."""
        path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in self._shaken(points))
        dashes = ' stroke-dasharray="3 8"' if dotted else ""
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
            f'stroke-linecap="round" stroke-linejoin="round"{dashes}/>'
        )

    def _shaken(self, points):
        """The points, and between them one every 24 units, each moved by less than a unit."""
        found = [points[0]]
        for (x1, y1), (x2, y2) in zip(points[:-1], points[1:], strict=True):
            steps = max(1, int(max(abs(x2 - x1), abs(y2 - y1)) / 24))
            for i in range(1, steps + 1):
                x, y = x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps
                found.append((x + self._shake(), y + self._shake()))
        return found

    def _shake(self):
        return self.random.uniform(-0.9, 0.9)

    def box(self, x, y, width, height, colour=WHITE, dotted=False) -> None:
        """A rectangle; x, y is its upper left corner."""
        right, bottom = x + width, y + height
        corners = ((x, y), (right, y), (right, bottom), (x, bottom), (x, y))
        self.line(*corners, colour=colour, dotted=dotted)

    def grid(self, x, y, rows, columns, cell, colour=WHITE) -> None:
        """Squares of one size."""
        for i in range(rows + 1):
            self.line(
                (x, y + i * cell), (x + columns * cell, y + i * cell), colour=colour, width=1.6
            )
        for i in range(columns + 1):
            self.line((x + i * cell, y), (x + i * cell, y + rows * cell), colour=colour, width=1.6)

    def arrow(self, start, end, colour=WHITE) -> None:
        """A straight arrow."""
        (x1, y1), (x2, y2) = start, end
        length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1.0)
        dx, dy = 11 * (x2 - x1) / length, 11 * (y2 - y1) / length
        self.line(start, end, colour=colour)
        left, right = (x2 - dx - dy / 2, y2 - dy + dx / 2), (x2 - dx + dy / 2, y2 - dy - dx / 2)
        self.line(left, end, right, colour=colour)

    def dot(self, x, y, colour=WHITE, radius=4.5) -> None:
        """A point."""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')

    def text(self, x, y, words, colour=WHITE, size=SIZE, anchor="middle") -> None:
        """One line of words; y is their foot."""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-family="{HAND}" font-size="{size}" '
            f'text-anchor="{anchor}" fill="{colour}">{escape(str(words))}</text>'
        )

    def note(self, x, y, words, colour=WHITE) -> None:
        """Small words that begin at x."""
        self.text(x, y, words, colour, SMALL, "start")

    def step(self, number, x, y) -> None:
        """The number of a step, in a circle: for the teacher, not to be drawn."""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12" fill="{GREEN}" stroke="{YELLOW}" '
            f'stroke-width="1.5"/>'
        )
        self.text(x, y + 5.5, number, YELLOW, 16)

    def svg(self) -> str:
        """The whole file."""
        frame = (
            f'<rect x="4" y="4" width="{WIDTH - 8}" height="{self.height - 8}" rx="6" '
            f'fill="{GREEN}" stroke="{WOOD}" stroke-width="8"/>'
        )
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" '
            f'role="img" aria-label="{escape(self.alt)}">'
        )
        return "\n".join(
            [head, f"<title>{escape(self.alt)}</title>", frame, *self.parts, "</svg>", ""]
        )
