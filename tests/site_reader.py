"""Reads a page of the site: its anchors, its links, its pictures, and what it loads."""

from __future__ import annotations

import html.parser
import pathlib
import re

LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src"}
LOADED |= {"link": "href", "object": "data", "embed": "src"}
NO_TEXT = re.compile(r"<(script|style|pre|code)\b.*?</\1>", re.DOTALL)
FORMULA = re.compile(r'<(span|div) class="math [^>]*>.*?</\1>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


class Page(html.parser.HTMLParser):
    """What one page holds.

    anchors: all ids; links: targets of <a>; loaded: what the browser fetches; silent: pictures
    without text; formulas: how many; words: the text outside of code and formulas.
    """

    def __init__(self, path: pathlib.Path) -> None:
        super().__init__()
        self.path = path
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.silent: list[str] = []
        text = path.read_text(encoding="utf-8")
        self.feed(text)
        visible = NO_TEXT.sub("", text)
        self.formulas = len(FORMULA.findall(visible))
        self.words = html.unescape(TAG.sub("", FORMULA.sub("", visible)))

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[k] for k in ("id", "name") if values.get(k)}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        loads = values.get(LOADED.get(tag, ""))
        if loads and values.get("rel") not in ("next", "prev", "canonical", "search", "index"):
            self.loaded.append(loads)
        # What stands beside its own words in a link needs no text; it says that it is one.
        if tag == "img" and not values.get("alt") and values.get("class") != "decorative":
            self.silent.append(values.get("src", "?"))
