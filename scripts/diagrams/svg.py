"""Drawing with plain SVG: text, boxes, arrows, maps and the whole page, as strings.

No font, script or style is downloaded. There is a light panel behind each drawing, so it looks the
same on a light page and on a dark page.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from maskrcnn_explained.viz.style import LEVEL_COLOURS

# Of every diagram, in units of the drawing; at 700 pixels, text of 18 units has 9 points.
WIDTH = 1000
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
PAPER, EDGE, INK, SOFT, ACCENT = "#FBFAF6", "#B9B4A7", "#1F2328", "#50565E", "#9A3412"
SIZE, SMALL, CODE = 19, 17, 16
LEFT = 28  # the margin


def text(x, y, words, size=SIZE, anchor="middle", weight="normal", colour=INK, font=SANS) -> str:
    """One line of text; y is the baseline."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{font}" font-size="{size}" '
        f'font-weight="{weight}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
    )


def code(x, y, words, anchor="middle") -> str:
    """A name or a shape, in a monospace font."""
    return text(x, y, words, CODE, anchor, colour=SOFT, font=MONO)


def note(x, y, words) -> str:
    """Small text that begins at x."""
    return text(x, y, words, SMALL, "start")


def legend(x, y, *lines) -> list[str]:
    """Small soft lines at the foot of the drawing; y is the first baseline."""
    return [text(x, y + 24 * i, line, SMALL, "start", colour=SOFT) for i, line in enumerate(lines)]


def rect(x, y, width, height, fill="#FFFFFF", stroke=INK, radius=0.0, line=1.5, dash="") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{line}"{dashes}/>'
    )


def box(x, y, width, height, title, *lines, fill="#FFFFFF") -> str:
    """A rounded box: a bold title, then centred lines in a monospace font."""
    top = y + height / 2 - 11 * len(lines) + 7
    parts = [rect(x, y, width, height, fill, radius=8)]
    parts.append(text(x + width / 2, top, title, weight="bold"))
    parts += [code(x + width / 2, top + 22 * (i + 1) + 1, line) for i, line in enumerate(lines)]
    return "".join(parts)


def arrow(*points, colour=INK, line=2.0, dash="") -> str:
    """A line through the points (x, y), with a head at the last one."""
    (x0, y0), (x1, y1) = points[-2:]
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    length = max(abs(x1 - x0), abs(y1 - y0))
    dx, dy = (x1 - x0) / length, (y1 - y0) / length  # lines are horizontal or vertical
    left = f"{x1 - 11 * dx - 6 * dy:g},{y1 - 11 * dy - 6 * dx:g}"
    right = f"{x1 - 11 * dx + 6 * dy:g},{y1 - 11 * dy + 6 * dx:g}"
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{line}"{dashes}/>'
        f'<polygon points="{x1:g},{y1:g} {left} {right}" fill="{colour}"/>'
    )


def grid(x, y, cells, cell, colour, copies=1, kept=None) -> str:
    """A square map of cells x cells, as `copies` channels behind each other; one can be `kept`."""
    side = cells * cell
    parts = []
    for i in reversed(range(copies)):
        left = x + 5 * i
        top = y - 5 * i
        fill = colour if kept in (None, i) else "#FFFFFF"
        parts.append(rect(left, top, side, side, fill, line=1.2))
    lines = "".join(
        f"M{x + k * cell:g},{y:g}v{side:g}M{x:g},{y + k * cell:g}h{side:g}" for k in range(1, cells)
    )
    parts.append(f'<path d="{lines}" stroke="{INK}" stroke-width="0.4" fill="none"/>')
    return "".join(parts)


def page(name, height, title, description, *parts) -> str:
    """The whole file: title and description (for screen readers), panel, parts."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n'
        f'<desc id="{name}-desc">{escape(description)}</desc>\n'
        + rect(1, 1, WIDTH - 2, height - 2, PAPER, EDGE, radius=14)
        + "\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def chips(x, y, names) -> str:
    """Small squares in the colours of the levels, with their names below."""
    return "".join(
        rect(x + 41 * i, y, 28, 20, LEVEL_COLOURS[name], radius=3)
        + code(x + 41 * i + 14, y + 38, name)
        for i, name in enumerate(names)
    )
