"""Copies of the course's pages for Sphinx, in the folders that they have in the repository."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pathlib
import re

from maskrcnn_explained.course.gallery import figures_of
from site_pages.links import ROOT, Turner, repository, slug
from site_pages.start import teaching_tree

PAGES = (
    "notebooks/[01]*.ipynb",
    "notebooks/gallery.ipynb",
    "notebooks/glossary.md",
    "notebooks/exercises/*.ipynb",
    "teaching/*.md",
    "teaching/notes/*.md",
    "assets/weights/*.md",
)
PICTURES = ("teaching/boards/*.svg", "assets/*.svg", "assets/*.png", "notebooks/gallery/*")
ANCHOR = re.compile(r'^(#+ )<a id="([^"]+)"></a>(.*)$', re.MULTILINE)
# A heading that is a link would be a broken one in the list of the page's headings.
LINKED = re.compile(r"^(#+ )\[([^\]]*)\]\(([^)]*)\)$", re.MULTILINE)


def paths_of(patterns: tuple[str, ...]) -> list[str]:
    """Paths in the repository, with slashes, in order."""
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def collect(target: pathlib.Path) -> dict[str, dict[str, str]]:
    """Copy all pages and pictures to the folder.

    Returns what `pictures_of` says of each notebook, all in one.
    """
    collected = {*paths_of(PAGES), *paths_of(PICTURES)}
    pictures: dict[str, dict[str, str]] = {}
    for place in paths_of(PAGES):
        turner = Turner(place, collected, repository())
        content = (ROOT / place).read_text(encoding="utf-8")
        if place.endswith(".ipynb"):
            notebook = json.loads(content)
            pictures |= pictures_of(place, notebook)
            content = json.dumps(turned_notebook(notebook, turner), ensure_ascii=False)
        else:
            content = turned_page(content, turner)
            if place.startswith("teaching/notes/"):  # its title is the notebook's
                content = content.replace("# ", "# Notes ", 1)
            if place == "teaching/README.md":
                content += f"\n\n{teaching_tree()}"
        write_if_changed(target / place, content.encode())
    for place in paths_of(PICTURES):
        write_if_changed(target / place, (ROOT / place).read_bytes())
    return pictures


def write_if_changed(path: pathlib.Path, content: bytes) -> None:
    """Write a file, unless it holds this already: Sphinx builds only pages that changed."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def turned_page(text: str, turner: Turner) -> str:
    """A Markdown page with its links turned, and without anchors that its headings have anyway."""

    def plain(found: re.Match) -> str:
        marks, anchor, heading = found.groups()
        if slug(heading) != anchor:
            raise ValueError(f"{turner.place}: the anchor {anchor} is not that of {heading!r}.")
        return marks + heading

    return turner.turn(ANCHOR.sub(plain, text))


def turned_notebook(notebook: dict, turner: Turner) -> dict:
    """A notebook with its links turned, whose cells are folded as in JupyterLab."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = turner.turn(
                LINKED.sub(r"\1\2\n\n[Notebook \2](\3)", "".join(cell["source"]))
            )
        elif cell["metadata"].get("jupyter", {}).get("source_hidden"):
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), "hide-input"]
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/markdown" in data:
                # Code as Markdown gets the colours of the site; its HTML form is for Jupyter.
                data.pop("text/html", None)
                text = turner.turn("".join(data["text/markdown"]))
                data["text/markdown"] = re.sub('"gallery/', '"../_images/', text)
    return notebook


def pictures_of(place: str, notebook: dict) -> dict[str, dict[str, str]]:
    """What the site shows for each picture of a notebook: its text alternative, and a smaller file.

    The key is the SHA-256 of the file that myst-nb makes. The file, if there is one, is the WebP of
    the gallery, which is the same picture.
    """
    smaller = {}
    if re.fullmatch(r"notebooks/\d\d_\w+\.ipynb", place):
        for figure in figures_of(ROOT / place):
            smaller[hashlib.sha256(figure.png).hexdigest()] = f"/notebooks/{figure.path}"
        smaller.pop(hashlib.sha256(b"").hexdigest(), None)  # drawings are SVG
    found = {}
    for output in (o for cell in notebook["cells"] for o in cell.get("outputs", [])):
        for form, content in output.get("data", {}).items():
            if form.startswith("image/"):
                key = hashlib.sha256(_file("".join(content), form)).hexdigest()
                alt = output["metadata"].get(form, {}).get("alt", "")
                found[key] = dict(alt=alt, smaller=smaller.get(key, ""))
    return found


def _file(content: str, form: str) -> bytes:
    """The file that myst-nb makes of a picture."""
    if form == "image/svg+xml":
        return os.linesep.join(content.splitlines()).encode()
    return base64.b64decode(content)
