"""Docstrings as Markdown: `Args:`, `Returns:` and `Raises:` become lists."""

from __future__ import annotations

import re

HEAD = re.compile(r"^(Args|Returns|Raises|Yields|Attributes|Keys|Fields):\s*(.*)$")
ITEM = re.compile(r"^([\w*`., \"'-]{1,60}?): (.*)$")


def as_markdown(text: str) -> str:
    """A docstring, already without indentation, as Markdown."""
    lines: list[str] = []
    inside = ""
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            inside = head[1]
            lines += ["", f"**{inside}**", "", escaped(head[2])]
        elif inside and line.startswith("    "):
            lines += _entry(line[4:], inside)
        else:
            inside = inside if not line.strip() else ""
            lines.append(_plain(line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(line: str) -> str:
    """A line outside of the lists of arguments; one that begins with a star is an item."""
    star = line.startswith("* ")
    return "- " + escaped(line[2:]) if star else escaped(line)


def _entry(line: str, inside: str) -> list[str]:
    """One line of a list of arguments: a new entry, or more of the one before."""
    item = ITEM.match(line)
    if item and inside != "Returns" and not line.startswith(" "):
        return [f"- `{item[1].strip('`')}`: {escaped(item[2])}"]
    return [("" if inside == "Returns" else "  ") + escaped(line.strip())]


def escaped(line: str) -> str:
    """A line in which nothing but code in backquotes has a meaning for Markdown."""
    parts = re.split(r"(`[^`]*`)", line)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"(?<!\\)([$<\[\]*_#|])", r"\\\1", parts[i])
    return "".join(parts)


def first_sentence(text: str) -> str:
    """The summary of a docstring, as Markdown."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    found = re.match(r"(.*?[.?!])(\s|$)(?![a-z])", paragraph)
    return escaped(found[1] if found else paragraph)
