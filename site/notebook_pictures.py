"""The pictures of notebooks: with their text alternatives, which myst-nb drops, and as WebP."""

import json
import os
import pathlib

from docutils import nodes

# Where `scripts/make_site.py` put what it made; the tests have a folder of their own.
HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ.get("SITE_BUILD", HERE.parent / "build")).resolve()


def describe_pictures(app, doctree):
    """Give every picture of a notebook the text that stands in the notebook, and its small file."""
    known = json.loads((BUILD / "site_pictures.json").read_text(encoding="utf-8"))
    for picture in doctree.findall(nodes.image):
        found = known.get(pathlib.PurePosixPath(picture["uri"]).stem)
        if found:
            picture["alt"] = found["alt"]
            picture["uri"] = found["smaller"] or picture["uri"]
