"""Give every figure on a slide its text alternative, and follow figures whose number has moved.

    python scripts/slide_figures.py        after a deck got a figure, or a notebook was executed

On a slide stands `![](../../notebooks/gallery/03_rpn_05.webp)`, or a drawing of assets/. This
script writes between the brackets what the figure's own notebook or drawing says of it. If a
notebook gets or loses a figure, later ones have other numbers: a text on a slide then belongs to
another file, and the script writes the name of that file. What it cannot settle it tells: look at
those slides.
"""

from __future__ import annotations

import html
import pathlib
import re
import sys

from maskrcnn_explained.course import gallery

ROOT = pathlib.Path(__file__).parent.parent
SLIDES = ROOT / "teaching" / "slides"
FIGURE = re.compile(r"!\[(?P<alt>.*?)\]\((?P<folder>\S*/)(?P<file>[\w.]+)\)", re.DOTALL)


def decks() -> list[pathlib.Path]:
    """The sources of the decks, in the course's order."""
    return sorted(SLIDES.glob("[01][0-9]_*.md"))


def alternatives() -> dict[str, str]:
    """File name -> text alternative, of every figure of the notebooks and every drawing."""
    found = {}
    for notebook in sorted((ROOT / "notebooks").glob("[01][0-9]_*.ipynb")):
        for figure in gallery.figures_of(notebook):
            if figure.png:
                found[f"{figure.name}.webp"] = figure.alt
    for drawing in sorted((ROOT / "assets").glob("*.svg")):
        text = re.search(r"<desc[^>]*>(.*?)</desc>", drawing.read_text(encoding="utf-8"))
        found[drawing.name] = html.unescape(text[1])
    return found


def settled(alt: str, file: str, known: dict[str, str]) -> tuple[str, str] | None:
    """(text, file) as they should stand on a slide, or None if somebody has to look.

    Args:
        alt: the text on the slide, may be empty; file: the name of its picture.
        known: what `alternatives` gives.
    """
    if file in known and alt in ("", known[file]):
        return known[file], file
    moved = [name for name, text in known.items() if text == alt and name[:2] == file[:2]]
    return (alt, moved[0]) if len(moved) == 1 else None


def settle(text: str, known: dict[str, str]) -> tuple[str, list[str]]:
    """The source of a deck with its figures settled, and the files of those that are not."""
    unsettled = []

    def one(match: re.Match) -> str:
        right = settled(match["alt"], match["file"], known)
        if right is None:
            unsettled.append(match["file"])
            return match[0]
        return f"![{right[0]}]({match['folder']}{right[1]})"

    return FIGURE.sub(one, text), unsettled


def main() -> None:
    known = alternatives()
    trouble = []
    for deck in decks():
        text = deck.read_text(encoding="utf-8")
        new, unsettled = settle(text, known)
        trouble += [f"{deck.name}: {file}" for file in unsettled]
        if new != text:
            deck.write_text(new, encoding="utf-8", newline="\n")
            print(f"{deck.name}: figures settled")
    if trouble:
        sys.exit(
            "These figures have changed, or are not there. Look at the slides; then empty the "
            "brackets of each figure that still says what its slide says:\n" + "\n".join(trouble)
        )


if __name__ == "__main__":
    main()
