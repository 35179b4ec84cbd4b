"""How Sphinx builds the decks: `make slides`. What a deck looks like is in README.md."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from deck_layout import lay_out

project = "Mask R-CNN explained"
extensions = ["myst_parser", "sphinx_revealjs"]
exclude_patterns = ["README.md"]
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence"]
smartquotes = False  # numbers and names stay as they are written
html_copy_source = False
suppress_warnings = ["toc.not_included"]  # index.md links the decks; there is no table of contents

revealjs_static_path = ["theme"]
revealjs_style_theme = "course.css"
revealjs_script_conf = {
    "width": 1280,  # a slide, in the pixels of course.css; the browser scales it to the screen
    "height": 720,
    "margin": 0,
    "center": False,
    "controls": False,
    "display": "flex",
    "hash": True,
    "slideNumber": "c/t",
    "transition": "none",
    "backgroundTransition": "none",
    "pdfMaxPagesPerSlide": 1,
}
revealjs_script_plugins = [{"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"}]


def setup(app):
    app.connect("doctree-resolved", lay_out)
