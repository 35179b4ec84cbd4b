"""The explorers inside the site; what they have in common is stored once, in a file beside them."""

from __future__ import annotations

import json
import pathlib
import re

from site_pages.collected import write_if_changed
from site_pages.links import ROOT

STORED = re.compile(r'<script type="text/plain" id="(\w+)">([^<]*)</script>')
LARGE = 1_000_000  # characters; what is smaller stays in the page
# It puts the text where the page would have had it, before the page's own scripts run.
FILE = """\
{{
  const stored = document.createElement("script");
  stored.type = "text/plain";
  stored.id = {name};
  stored.textContent = {text};
  document.currentScript.replaceWith(stored);
}}
"""


def add(build: pathlib.Path, site: pathlib.Path) -> None:
    """Put the explorers of a folder into the site; if there is none, a page that says how."""
    pages = {p.name: p.read_text(encoding="utf-8") for p in sorted(build.glob("explorer*.html"))}
    if "explorer.html" not in pages:
        pages["explorer.html"] = (ROOT / "site" / "explorer_absent.html").read_text("utf-8")
    # Browsers look for an icon at the server's root, where this site may not be.
    charset = '<meta charset="utf-8">'
    icon = charset + '<link rel="icon" href="data:,">'
    # Here the notebooks are beside the page, so its sections can link them.
    data = "const DATA={"
    known = data + '"notebooks":"notebooks/{}.html",'
    for name, text in pages.items():
        pages[name] = text.replace(charset, icon, 1).replace(data, known, 1)
    files, pages = shared(pages)
    for name, text in (files | pages).items():
        write_if_changed(site / name, text.encode())


def shared(pages: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Take large texts that several pages store out of them.

    Returns the files to write beside the pages, and the pages, which load them.
    """
    found: dict[tuple[str, str], int] = {}
    for page in pages.values():
        for one in STORED.finditer(page):
            if len(one[2]) >= LARGE:
                found[one[1], one[2]] = found.get((one[1], one[2]), 0) + 1
    files = {}
    for (name, text), count in found.items():
        if count > 1:
            file = f"explorer_{name}.js"
            files[file] = FILE.format(name=json.dumps(name), text=json.dumps(text))
            element = f'<script type="text/plain" id="{name}">{text}</script>'
            for page, content in pages.items():
                if element in content:
                    loaded = content.replace(element, f'<script src="{file}"></script>')
                    # From disk a page's own folder is not "'self'" for every browser.
                    policy = "script-src 'self' file: "
                    pages[page] = loaded.replace("script-src ", policy, 1)
    return files, pages
