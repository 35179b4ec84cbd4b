"""Reads the pages of teaching/: their links, their headings, their tables."""

import json
import pathlib
import re
import urllib.parse

from helpers import ROOT

TEACHING = ROOT / "teaching"


def teaching_pages() -> list[pathlib.Path]:
    """Every page in Markdown below teaching/."""
    return sorted(TEACHING.rglob("*.md"))


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^[ ]*```.*?^[ ]*```", "", text, flags=re.DOTALL | re.MULTILINE)


def links_of(page: pathlib.Path) -> list[tuple[str, str]]:
    """The relative links and pictures of a page: (path, anchor or "")."""
    text = re.sub(r"`[^`\n]*`", "", prose(page.read_text(encoding="utf-8")))
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    inside = [target for target in targets if "://" not in target]
    return [
        (urllib.parse.unquote(path), urllib.parse.unquote(anchor))
        for path, _, anchor in (target.partition("#") for target in inside)
    ]


def headings_of(path: pathlib.Path) -> list[str]:
    """The headings of a page or of a notebook, in order."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        text = "\n".join(texts)
    return re.findall(r"^#+ (.*?)\s*$", prose(text), re.MULTILINE)


def anchors_of(path: pathlib.Path) -> set[str]:
    """What may stand behind the # of a link to this file.

    JupyterLab takes the heading with hyphens for spaces. A page in Markdown has the anchors that
    code sites make: small letters, no punctuation; and ids that stand in its text.
    """
    headings = headings_of(path)
    if path.suffix == ".ipynb":
        return {heading.replace(" ", "-") for heading in headings}
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return {*plain, *re.findall(r'\bid="([^"]+)"', path.read_text(encoding="utf-8"))}


def tables_of(text: str) -> list[list[list[str]]]:
    """The tables of a text: rows of cells, the header first and its rule left out."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", prose(text) + "\n", re.MULTILINE):
        rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in block.splitlines()]
        found.append([row for row in rows if set("".join(row)) - set("-: ")])
    return found
