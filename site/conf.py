"""How Sphinx builds the site, from what `scripts/make_site.py` collected: `make site`."""

import pathlib
import sys
import tomllib

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

from notebook_pictures import BUILD, describe_pictures  # noqa: E402

PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Mask R-CNN explained"
author = "the maskrcnn_explained authors"
copyright = "the maskrcnn_explained authors, MIT licence"
version = release = PROJECT["version"]
extensions = ["myst_nb"]
exclude_patterns = ["**/.ipynb_checkpoints"]
suppress_warnings = [
    "myst.header",  # the glossary's words are of the third level, so that they look small
    "mystnb.unknown_mime_type",
]

# Notebooks are shown as they were committed; nothing runs.
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"  # outputs have tables, too
myst_enable_extensions = ["colon_fence", "dollarmath", "fieldlist"]
myst_heading_anchors = 4
# `site:` is an address inside the site that Sphinx does not make: slides, the explorer.
myst_url_schemes = {"http": None, "https": None, "mailto": None, "site": "{{path}}"}
smartquotes = False  # numbers and names stay as they are written
pygments_style = "a11y-high-contrast-light"
toc_object_entries = False  # each name has a heading of its own
python_maximum_signature_line_length = 80

html_theme = "sphinx_book_theme"
html_title = project
html_baseurl = ""
html_favicon = "static/favicon.svg"
html_static_path = ["static", str(BUILD / "site_static")]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_use_index = False  # the reference and the search find every name
html_domain_indices = False
html_show_sourcelink = False
html_show_search_summary = False  # it would fetch every page, and a page from disk cannot
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": project},
    "repository_url": PROJECT["urls"]["Repository"],
    "repository_branch": "main",
    "path_to_docs": "",
    "navbar_persistent": [],
    "use_repository_button": True,
    "use_download_button": False,
    "launch_buttons": {
        "notebook_interface": "jupyterlab",
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com",
    },
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}


def title_once(app, pagename, templatename, context, doctree):
    """The start page has the site's own title, so that needs not follow it."""
    if pagename == "index":
        context["docstitle"] = ""


def setup(app):
    app.connect("html-page-context", title_once)
    # Before Sphinx collects the files of all pictures.
    app.connect("doctree-read", describe_pictures, priority=100)
