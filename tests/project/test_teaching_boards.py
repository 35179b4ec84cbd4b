"""The boards: drawn by their script; what the text says is on them; nothing is beyond the edge."""

import re
import runpy
import sys

import pytest
from helpers import ROOT
from teaching_pages import TEACHING

FOLDER = TEACHING / "boards"
TEXT = (TEACHING / "boards.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
# Numbers that are said and not drawn: limits and answers that follow from what is drawn.
SAID = {
    "The whole way": {"64", "24"},
    "IoU": {"0.5"},
    "Anchors": {"16"},
    "One bin of RoIAlign": {"0.0625", "1.28125", "2.5625", "11.375"},
    "A learning rate": {"250"},
}


@pytest.fixture(scope="module")
def drawn():
    """The boards as the script draws them now."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        boards = runpy.run_path(str(ROOT / "scripts" / "make_boards.py"))["BOARDS"]
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return {name: draw() for name, draw in boards.items()}


def test_the_stored_boards_are_what_the_script_draws(drawn):
    stored = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    assert stored == drawn, "run python scripts/make_boards.py"


def test_every_board_is_shown_once():
    shown = re.findall(r"\]\(boards/(\w+)\.svg\)", TEXT)
    assert len(shown) == len(SECTIONS) == 15
    assert sorted(shown) == sorted(path.stem for path in FOLDER.glob("*.svg"))


@pytest.mark.parametrize(("title", "text"), SECTIONS, ids=[title for title, _ in SECTIONS])
def test_numbers_that_are_said_are_on_the_board(title, text):
    name = re.search(r"boards/(\w+)\.svg", text)[1]
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    words = " ".join(re.findall(r"<text[^>]*>(.*?)</text>", svg))
    there = set(re.findall(r"\d[\d,]*(?:\.\d+)?", words))
    said = re.sub(r"\*\*.*?\*\*|!\[.*?\)|^For .*?$", "", text, flags=re.MULTILINE)
    numbers = {number.rstrip(",") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", said)}
    large = {number for number in numbers if len(number) > 1}
    assert large - {number.rstrip(",") for number in there} - SAID.get(title, set()) == set()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_a_board_has_a_text_alternative_and_fetches_nothing(path):
    svg = path.read_text(encoding="utf-8")
    assert len(re.search(r'aria-label="(.*?)"', svg)[1]) > 20
    assert set(re.findall(r"https?://[^\"]*", svg)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize(("title", "text"), SECTIONS, ids=[title for title, _ in SECTIONS])
def test_steps_that_are_said_are_the_circles(title, text):
    name = re.search(r"boards/(\w+)\.svg", text)[1]
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    circles = {int(n) for n in re.findall(r'font-size="16"[^>]*fill="#FFDF80">(\d+)<', svg)}
    said = set()
    for words in re.findall(r"^- \*\*([\d, to]+)\*\*", text, re.MULTILINE):
        first, last = re.search(r"(\d+) to (\d+)", words + " 1 to 0").groups()
        said |= {int(n) for n in re.findall(r"\d+", words)} | set(range(int(first), int(last) + 1))
    assert said == circles


@pytest.mark.slow
def test_no_word_goes_beyond_the_edge(open_page):
    for path in sorted(FOLDER.glob("*.svg")):
        page = open_page(path.read_text(encoding="utf-8"), f"{path.stem}.html")
        beyond = page.evaluate(
            "() => { const svg = document.querySelector('svg'), frame = svg.viewBox.baseVal;"
            "return [...svg.querySelectorAll('text')].filter(t => { const b = t.getBBox();"
            "return b.x < 12 || b.x + b.width > frame.width - 12 || b.y < 8 ||"
            "b.y + b.height > frame.height - 6; }).map(t => t.textContent); }"
        )
        assert beyond == [], path.stem
