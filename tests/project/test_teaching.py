"""The instructor's pages: every relative link leads to a file and to a heading of it."""

import re

import pytest
from helpers import ROOT
from teaching_pages import TEACHING, anchors_of, headings_of, links_of, tables_of, teaching_pages

from maskrcnn_explained.cli.commands import COMMANDS
from maskrcnn_explained.cli.options import make_parser

PAGES = ("README", "outcomes", "plans", "boards", "capstone", "rooms")


@pytest.mark.parametrize("page", teaching_pages(), ids=lambda p: str(p.relative_to(TEACHING)))
def test_links_lead_to_a_file_and_a_heading(page):
    absent = []
    for path, anchor in links_of(page):
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            absent.append(path)
        elif anchor and anchor not in anchors_of(target):
            absent.append(f"{path}#{anchor}")
    assert absent == []


def test_the_general_pages_are_there_and_the_front_door_names_them():
    named = {path for path, _ in links_of(TEACHING / "README.md")}
    assert {f"{name}.md" for name in PAGES[1:]} <= named
    for name in PAGES:
        assert len(headings_of(TEACHING / f"{name}.md")) > 2


def test_every_notebook_has_its_notes_and_its_deck_and_both_can_be_reached():
    notebooks = {path.stem for path in (TEACHING.parent / "notebooks").glob("[01]*.ipynb")}
    named = {path for path, _ in links_of(TEACHING / "README.md")}
    assert {f"notes/{stem}.md" for stem in notebooks} <= named
    assert {f"slides/{stem}.md" for stem in notebooks} <= named


def test_how_pages_are_read(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Title: one & two\n\n[a](b.md#c-%28d%29) ![e](f.png) [g](https://h.org) `[i](j)`\n"
        "```\n[k](l)\n# no heading\n```\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n"
    )
    assert links_of(page) == [("b.md", "c-(d)"), ("f.png", "")]
    assert anchors_of(page) == {"title-one--two"} and headings_of(page) == ["Title: one & two"]
    assert tables_of(page.read_text()) == [[["a", "b"], ["1", "2"]]]


def test_commands_that_are_named_can_be_called():
    """Every `maskrcnn-explained ...` of the pages, as far as the parser looks."""
    called = []
    for page in teaching_pages():
        text = page.read_text(encoding="utf-8")
        for words in re.findall(r"maskrcnn-explained ((?!@)[^`\n#|]*[^`\n#|. ])", text):
            make_parser(COMMANDS).parse_args(words.split())
            called.append(words.split()[0])
    assert {"doctor", "progress", "quiz", "trace"} <= set(called)


def test_targets_of_make_that_are_named_exist():
    there = set(
        re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for page in teaching_pages():
        text = page.read_text(encoding="utf-8")
        named = re.findall(r"`make ([\w-]+)", text) + re.findall(
            r"^make ([\w-]+)", text, re.MULTILINE
        )
        assert set(named) - there == set(), page
