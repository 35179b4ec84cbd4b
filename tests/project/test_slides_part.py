"""A slide can show one part of a tall figure."""

import runpy

import pytest
from deck import FIGURE, SLIDES

pytest.importorskip("docutils", reason="the extra `site` is not installed")
PART = runpy.run_path(str(SLIDES / "picture_part.py"))


def picture(*classes):
    from docutils import nodes

    return nodes.image(uri="fpn.svg", classes=list(classes))


def test_the_share_is_what_the_class_says():
    assert PART["share_shown"](picture("top-50")) == 0.5
    assert PART["share_shown"](picture("by-width", "bottom-66")) == 0.66
    assert PART["share_shown"](picture("by-width")) == 1


def test_only_a_part_gets_a_size():
    part, whole = picture("bottom-64"), picture()
    for one in (part, whole):
        PART["give_size"](one, 560.4, 530)
    assert (part["width"], part["height"]) == ("560px", "530px")
    assert "width" not in whole and whole["classes"] == []


def test_the_tests_of_decks_take_the_class_for_a_part_of_the_figure():
    text = "![A map.](../../assets/fpn.svg){.top-50}"
    assert FIGURE.sub("", text) == "" and FIGURE.findall(text) == ["../../assets/fpn.svg"]
