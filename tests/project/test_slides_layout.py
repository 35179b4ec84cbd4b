"""What kind a slide is, and where its figure stands."""

import sys

import pytest
from deck import SLIDES

pytest.importorskip("sphinx_revealjs", reason="the extra `site` is not installed")
nodes = pytest.importorskip("docutils.nodes")


@pytest.fixture(scope="module")
def layout():
    """The module beside the decks, as conf.py imports it."""
    sys.path.insert(0, str(SLIDES))
    import deck_layout

    yield deck_layout
    sys.path.remove(str(SLIDES))


def paragraph(text):
    return nodes.paragraph("", text)


def figure(name="fpn"):
    return nodes.paragraph("", "", nodes.image(uri=f"../../assets/{name}.svg"))


def test_the_words_before_the_colon_name_the_kind(layout):
    title = nodes.title("", "Predict first: Is it in the mask?")
    assert layout.split_headline(title) == "predict"
    assert title[0]["classes"] == ["kind"] and title[1] == "Is it in the mask?"
    other = nodes.title("", "RoIAlign: nothing is rounded")
    assert layout.split_headline(other) == "claim" and other[0] == "RoIAlign: nothing is rounded"


def test_sizes_and_boxes_stay_on_one_line(layout):
    assert layout.keep_together("a 7 x 7 grid") == "a 7\u00a0x\u00a07 grid"
    assert layout.keep_together("box (0, 1, 2, −3)") == "box (0,\u00a01,\u00a02,\u00a0−3)"
    assert layout.keep_together("(as it is)") == "(as it is)"


def test_text_stands_where_the_figure_gets_larger(layout):
    """A drawing of 1000 x 716 beside three lines, one of 1000 x 540 with one line below it."""
    lines = [paragraph("one"), paragraph("two"), paragraph("three"), paragraph("four")]
    side = layout.body_of([figure("fpn"), *lines], SLIDES, 560)
    assert side["classes"] == ["body", "side"] and len(side) == 2
    below = layout.body_of([figure("transposed"), paragraph("one")], SLIDES, 560)
    assert below["classes"] == ["body", "below"] and len(below) == 2
    assert layout.body_of(lines, SLIDES, 560)["classes"] == ["body", "text"]


def test_a_long_headline_and_its_kind_leave_less_room(layout):
    short, long = nodes.title("", "Short"), nodes.title("", "Long " * 14)
    asked = nodes.title("", "Predict first: Short")
    layout.split_headline(asked)
    rooms = [layout.high_below(title) for title in (short, long, asked)]
    assert rooms == [layout.HIGH, layout.HIGH - layout.HEADLINE, layout.HIGH - layout.KIND]
