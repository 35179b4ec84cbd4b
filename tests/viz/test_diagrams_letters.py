"""The letters of the diagrams: dark enough on what lies behind them, large enough, not crossing."""

import itertools
import re
from xml.etree import ElementTree

import pytest

from maskrcnn_explained.viz import diagrams

SVG = "{http://www.w3.org/2000/svg}"
OLDER = ("data_flow", "fpn", "heads")  # with smaller letters
BOXES = """() => {
  const all = [...document.querySelectorAll("svg text")].filter(text => text.textContent);
  return all.map(text => {
    const box = text.getBBox();
    return [text.textContent, box.x, box.y, box.x + box.width, box.y + box.height];
  });
}"""


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB" (WCAG 2.1)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def behind(root, letters) -> str:
    """The fill of the last rectangle that was drawn before these letters and lies behind them."""
    x, y = float(letters.get("x")), float(letters.get("y")) - float(letters.get("font-size")) / 3
    fill = ""
    for element in root.iter():
        if element is letters:
            return fill
        if element.tag == f"{SVG}rect" and element.get("fill") != "none":
            left, top = float(element.get("x")), float(element.get("y"))
            right, low = left + float(element.get("width")), top + float(element.get("height"))
            fill = element.get("fill") if left <= x <= right and top <= y <= low else fill
    raise AssertionError("these letters are not in the drawing")


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_letters_stand_out(name):
    root = ElementTree.fromstring(diagrams.read_diagram(name))
    letters = list(root.iter(f"{SVG}text"))
    weak = [t.text for t in letters if contrast(t.get("fill"), behind(root, t)) < 4.5]
    assert letters and weak == []


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_letters_are_large_enough(name):
    """20 of 1000 units: 14 pixels in a notebook of 700 pixels, 8 pixels when 400 wide."""
    root = ElementTree.fromstring(diagrams.read_diagram(name))
    sizes = [float(t.get("font-size")) for t in root.iter(f"{SVG}text")]
    assert root.get("width") == "1000"
    assert min(sizes) >= (16 if name in OLDER else 20)


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_files_are_small(name):
    assert len(diagrams.read_diagram(name).encode()) < 25_000


def test_ids_differ_so_that_all_can_stand_in_one_page():
    ids = [
        i
        for name in diagrams.DIAGRAMS
        for i in re.findall(r' id="(.*?)"', diagrams.read_diagram(name))
    ]
    assert len(ids) == len(set(ids)) == 2 * len(diagrams.DIAGRAMS)


@pytest.mark.slow
@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_no_words_cross_and_none_leaves_the_panel(open_page, name):
    svg = diagrams.read_diagram(name)
    words = open_page(svg).evaluate(BOXES)
    height = float(ElementTree.fromstring(svg).get("height"))
    assert [w for w in words if w[1] < 8 or w[3] > 992 or w[4] > height] == []
    pairs = itertools.combinations(words, 2)
    assert [(a[0], b[0]) for a, b in pairs if cross(a, b)] == []


def cross(one, other) -> bool:
    """Whether two lines of text share more than the rims of their boxes."""
    wide = min(one[3], other[3]) - max(one[1], other[1])
    tall = min(one[4], other[4]) - max(one[2], other[2])
    return wide > 1 and tall > 5
