"""Links of the sources, turned into links of the site.

Pages stay beside each other as they are in the repository, so a link from page to page only needs
its anchor changed: JupyterLab writes `#2-·-Two-tools,-by-hand`, the site `#2--two-tools-by-hand`.
Links to code become links to the repository's address, links to decks links into `slides/`.
"""

from __future__ import annotations

import pathlib
import posixpath
import re
import tomllib
import urllib.parse
from collections.abc import Collection
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).parent.parent.parent
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)")
BADGE = re.compile(r"\[!\[([^\]\n]*)\]\(https?://[^)\s]+\)\]\((https?://[^)\s]+)\)")
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
DECK = re.compile(r"teaching/slides/(\d\d_\w+|index)\.md")


def repository() -> str:
    """The repository's address: the one setting, in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["urls"]["Repository"].rstrip("/")


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and MyST make it; Jupyter's form gives the same."""
    heading = urllib.parse.unquote(heading)
    text = heading.replace("-", " ") if " " not in heading else heading
    return re.sub(r"[^\w\u4e00-\u9fff\- ]", "", text.strip().lower()).replace(" ", "-")


@dataclass(frozen=True)
class Turner:
    """Turns the links of one page.

    place: the page's path in the repository, such as "notebooks/03_rpn.ipynb".
    collected: the paths of all files that are part of the site.
    """

    place: str
    collected: Collection[str]
    address: str

    def turn(self, text: str) -> str:
        """Markdown with all links turned; code stays as it is.

        Raises `ValueError` for a link to a file that does not exist.
        """
        text = BADGE.sub(r"[\1](\2)", text)  # pictures of other sites would be fetched from there
        parts, end = [], 0
        for code in CODE.finditer(text):
            # Code inside the words of a link belongs to the link.
            inside = any(m.start() < code.start() < m.end() for m in LINK.finditer(text))
            if not inside:
                parts += [LINK.sub(self._turned, text[end : code.start()]), code[0]]
                end = code.end()
        return "".join([*parts, LINK.sub(self._turned, text[end:])])

    def _turned(self, found: re.Match) -> str:
        picture, words, target = found.groups()
        return f"{picture}[{words}]({self.target(target)})"

    def target(self, target: str) -> str:
        """Where one link leads on the site. Errors as for `turn`."""
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            return target
        if not path:
            return f"#{slug(anchor)}"
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(self.place), path))
        if whole in self.collected:
            return f"{path}#{slug(anchor)}" if anchor else path
        if DECK.fullmatch(whole):
            return self.inside(f"slides/{posixpath.basename(whole)[:-3]}.html")
        if not (ROOT / whole).exists():
            raise ValueError(f"{self.place}: the link {target} leads to nothing in the repository.")
        kind = "tree" if (ROOT / whole).is_dir() else "blob"
        return f"{self.address}/{kind}/main/{whole}" + (f"#{anchor}" if anchor else "")

    def inside(self, page: str) -> str:
        """The address, from this page, of a page that Sphinx does not make."""
        return "site:" + posixpath.relpath(page, posixpath.dirname(self.place) or ".")
