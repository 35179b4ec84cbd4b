"""The sources of the decks, taken apart: what tests of teaching/slides read."""

import dataclasses
import json
import pathlib
import re

from helpers import ROOT

SLIDES = ROOT / "teaching" / "slides"
DECKS = sorted(SLIDES.glob("[01][0-9]_*.md"))
NOTES = re.compile(r"^:::\{revealjs-notes\}\n(.*?)^:::$", re.DOTALL | re.MULTILINE)
FIGURE = re.compile(r"!\[.*?\]\((\S+)\)(?:\{\.[\w-]+\})?", re.DOTALL)
# Not those in a name, such as C2 or 1x1, nor those of notebooks and exercises, 04 and 04.2.
NUMBER = re.compile(r"(?<![\w.])(?!0\d)\d+(?:\.\d+)?(?!\w)")


@dataclasses.dataclass(frozen=True)
class Slide:
    """One slide: its headline, what stands below it, the speaker's notes, paths of its figures."""

    headline: str
    body: str
    notes: str
    figures: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The words before the colon of the headline; empty without."""
        return self.headline.partition(": ")[0] if ": " in self.headline else ""

    @property
    def lines(self) -> int:
        """How many paragraphs and points stand on it."""
        body = re.sub(r"^```.*?^```$", "a block of code", self.body, flags=re.M | re.S)
        blocks = [block for block in re.split(r"\n\s*\n", body) if block.strip()]
        return sum(max(1, len(re.findall(r"^[-\d.]+ ", block, re.M))) for block in blocks)


def slides_of(path: pathlib.Path) -> list[Slide]:
    """The slides of a deck, in order; code is no headline."""
    found = []
    for part in re.split(r"^##? ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        headline, _, rest = part.partition("\n")
        notes = "\n".join(NOTES.findall(rest)).strip()
        body = FIGURE.sub("", NOTES.sub("", rest)).strip()
        found.append(Slide(headline, body, notes=notes, figures=tuple(FIGURE.findall(rest))))
    return found


def numbers_in(text: str) -> set[float]:
    """All numbers of a text, without signs; 1,000 is one number."""
    joined = re.sub(r"(?<=\d)(,|\{,\})(?=\d{3}(?!\d))", "", text)
    return {float(number) for number in NUMBER.findall(joined)}


def text_of(notebook: pathlib.Path) -> str:
    """Sources and printed outputs of a notebook, with the alternatives of its figures."""
    parts = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        parts += cell["source"]
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            parts += output.get("text", [])
            parts += data.get("text/plain", []) + data.get("text/markdown", [])
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts)
