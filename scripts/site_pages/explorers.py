"""The explorer of the site: one page, which loads the model that its address names.

It is made from the pages of `make explorer`, each of which holds one model and all that runs it.
What they have in common is stored once, what is a model's own in a file of its name.
"""

from __future__ import annotations

import json
import pathlib
import re
from dataclasses import dataclass
from typing import Any

from site_pages.collected import write_if_changed
from site_pages.links import ROOT, slug

NETWORKS = ("trunk", "box_head", "mask_head")
SHARED, SCRIPTS = "explorer_runtime.js", "explorer_page.js"
STORED = re.compile(r'<script type="text/plain" id="(\w+)">([^<]*)</script>')
SCRIPT = re.compile(r'<script>"use strict";const DATA=(\{.*?\});\n(.*?)</script>', re.DOTALL)
# From disk a page's own folder is not "'self'" for every browser.
POLICY = ("script-src ", "script-src 'self' file: ")
# Browsers look for an icon at the server's root, where this site may not be.
CHARSET = '<meta charset="utf-8">'
ICON = CHARSET + '<link rel="icon" href="data:,">'
TITLE = re.compile(r"<title>[^<]*</title>")
# Puts texts where a page that holds everything has them.
STORE = """\
for (const [id, text] of Object.entries({texts})) {{
  const stored = Object.assign(document.createElement("script"), {{ id, type: "text/plain" }});
  stored.textContent = text;
  document.body.append(stored);
}}
"""


@dataclass(frozen=True)
class Explorer:
    """A page of `make explorer` in parts: HTML, its scripts, what it stores by name, its DATA."""

    frame: str
    scripts: str
    stored: dict[str, str]
    data: dict[str, Any]

    @property
    def common(self) -> tuple[str, str, dict[str, str]]:
        """All that must not depend on the model."""
        shared = {name: text for name, text in self.stored.items() if name not in NETWORKS}
        return self.frame, self.scripts, shared


def add(build: pathlib.Path, site: pathlib.Path) -> None:
    """Put the explorer into the site; if none was made, a page that says how.

    Raises `ValueError` as `combined`.
    """
    pages = {p.name: p.read_text(encoding="utf-8") for p in sorted(build.glob("explorer*.html"))}
    files = {"explorer.html": (ROOT / "site" / "explorer_absent.html").read_text("utf-8")}
    if pages:
        files = combined(pages)
    for old in site.glob("explorer*"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        write_if_changed(site / name, text.encode())


def combined(pages: dict[str, str]) -> dict[str, str]:
    """One page for all explorers, and the files that it loads: name -> text.

    Args:
        pages: the explorers by file name; the model of the first is the page's default.

    Raises `ValueError` if the pages differ in more than their model.
    """
    explorers = {name: in_parts(page) for name, page in pages.items()}
    first = next(iter(explorers.values()))
    for name, one in explorers.items():
        if one.common != first.common:
            raise ValueError(f"build/{name} is older or newer than the others: `make explorer`.")
    frame, scripts, shared = first.common
    files = {SHARED: STORE.format(texts=json.dumps(shared)), SCRIPTS: f'"use strict";\n{scripts}'}
    files |= {model_file(one): of_model(one) for one in explorers.values()}
    models = [
        dict(name=one.data["model"], title=title_of(one), file=model_file(one))
        for one in explorers.values()
    ]
    sizes = {name: len(text.encode()) for name, text in files.items()}
    known = dict(SHARED=SHARED, SCRIPTS=SCRIPTS, MODELS=models, BYTES=sizes)
    return files | {"explorer.html": frame.replace("<script></script>", loader(known), 1)}


def in_parts(page: str) -> Explorer:
    """Take a page apart. Its frame keeps an empty script where its own was."""
    script = SCRIPT.search(page)
    if script is None:
        raise ValueError("This is no page of `make explorer`: it has no script with DATA.")
    frame = page[: script.start()] + "<script></script>" + page[script.end() :]
    stored = dict(STORED.findall(frame))
    frame = TITLE.sub("<title>Mask R-CNN explorer</title>", STORED.sub("", frame))
    frame = frame.replace(*POLICY, 1).replace(CHARSET, ICON, 1)
    return Explorer(frame, script[2], stored, json.loads(script[1]))


def model_file(explorer: Explorer) -> str:
    """The name of the file with all that is a model's own."""
    return f"explorer_{explorer.data['model']}.js"


def title_of(explorer: Explorer) -> str:
    """What the model is, as its page says in the list of all models."""
    own = [one["title"] for one in explorer.data.get("others", []) if one["here"]]
    return own[0] if own else explorer.data["model"]


def of_model(explorer: Explorer) -> str:
    """The script with a model's DATA and networks; its notebooks are those of the site."""
    data = {name: value for name, value in explorer.data.items() if name != "others"}
    for places in data["facts"].get("read_on", {}).values():
        for place in places:
            place["href"] = f"notebooks/{place['notebook']}.html#{slug(place['heading'])}"
    networks = {name: explorer.stored[name] for name in NETWORKS}
    constant = json.dumps(data, separators=(",", ":"))
    return f'"use strict";\nconst DATA={constant};\n{STORE.format(texts=json.dumps(networks))}'


def loader(known: dict[str, Any]) -> str:
    """The page's own script: site/explorer_loader.js and what it knows, in one block."""
    constants = "".join(f"const {name}={json.dumps(value)};\n" for name, value in known.items())
    script = (ROOT / "site" / "explorer_loader.js").read_text(encoding="utf-8")
    return f'<script>"use strict";{{\n{html_safe(constants)}{script}}}</script>'


def html_safe(constants: str) -> str:
    """JSON in which nothing ends the script that it stands in."""
    return constants.replace("<", "\\u003c")
