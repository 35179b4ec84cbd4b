"""The whole site, built: links, pictures, formulas; in a browser, from disk and served."""

import functools
import http.server
import importlib
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse

import pytest
from helpers import ROOT
from page_looks import FINE, LOOK
from site_reader import Page

from maskrcnn_explained.pages.explorer import read_on

pytestmark = pytest.mark.minutes
for needed in ("myst_nb", "sphinx_book_theme", "sphinx_revealjs"):
    pytest.importorskip(needed, reason="the extra `site` is not installed")

SAMPLE = (
    "index",
    "notebooks/03_rpn",
    "notebooks/04_roi_align",
    "notebooks/gallery",
    "notebooks/exercises/09_evaluation",
    "teaching/notes/01_backbone",
    "theirs_and_ours",
    "api/mrx",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site without explorers, in a folder of its own; Sphinx warns of nothing."""
    build = tmp_path_factory.mktemp("build")
    decks = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "revealjs"]
    subprocess.run([*decks, str(ROOT / "teaching" / "slides"), str(build / "slides")], check=True)
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        make_site = importlib.import_module("make_site")
        try:
            make_site.mathjax()
        except RuntimeError as error:
            pytest.skip(f"MathJax is not there, and npm does not fetch it: {error}")
        make_site.main(build)
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return build / "site"


@pytest.fixture(scope="module")
def pages(site):
    """Every page of Sphinx, read, by its path."""
    paths = [path for path in site.rglob("*.html") if "slides" not in path.parts]
    return {path.resolve(): Page(path) for path in paths}


@pytest.fixture
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.skip("no Chromium")
    with playwright.sync_playwright() as running:
        yield running.chromium.launch(executable_path=program, args=["--no-sandbox"])


def watched(browser, **options):
    """A page, and the list of what it asked of other places or complained of."""
    page, wrong = browser.new_page(**options), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("response", lambda r: wrong.append(r.url) if r.status >= 400 else None)
    inside = ("file:", "data:", "blob:", "about:", "http://127.0.0.1:")
    page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(r.url))
    return page, wrong


def test_every_kind_of_page_is_there(site):
    names = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    stems = [path.stem for path in (ROOT / "notebooks").glob("[01]*.ipynb")]
    wanted = {*SAMPLE, "search", "explorer", "exercises", "quizzes", "notebooks/glossary"}
    wanted |= {f"{folder}/{stem}" for folder in ("notebooks", "teaching/notes") for stem in stems}
    wanted |= {f"slides/{stem}" for stem in stems} | {"teaching/README", "assets/weights/photos"}
    assert wanted <= names
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 30e6


def test_no_link_inside_the_site_is_broken(site, pages):
    broken = []
    for path, page in pages.items():
        for link in {*page.links, *page.loaded}:
            target, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            target = urllib.parse.unquote(target.partition("?")[0])
            whole = (path.parent / target).resolve() if target else path
            there = whole.is_file() and whole.is_relative_to(site.resolve())
            known = whole not in pages or not anchor
            if not there or not (known or urllib.parse.unquote(anchor) in pages[whole].anchors):
                broken.append(f"{path.relative_to(site.resolve())}: {link}")
    assert broken == []


def test_the_explorer_finds_its_headings(site, pages):
    """It links them by scripts, so that no other test sees these links."""
    places = [place for section in read_on.places().values() for place in section]
    assert len(places) > 10
    links = importlib.import_module("site_pages.links")
    for place in places:
        page = pages[(site / "notebooks" / f"{place['notebook']}.html").resolve()]
        assert links.slug(place["heading"]) in page.anchors


def test_no_page_loads_anything_from_elsewhere(pages):
    outside = {page.path.name: [u for u in page.loaded if "//" in u] for page in pages.values()}
    assert {name: found for name, found in outside.items() if found} == {}


def test_every_picture_has_its_text(pages):
    assert {page.path.name: page.silent for page in pages.values() if page.silent} == {}


def test_every_page_has_a_title_of_its_own(pages):
    titles = [re.search(r"<title>(.*?)</title>", path.read_text("utf-8"))[1] for path in pages]
    assert {title for title in titles if titles.count(title) > 1} == set()
    assert "Mask R-CNN explained" in titles  # that of the start page, once


def test_no_table_stayed_text(pages):
    assert [page.path.name for page in pages.values() if "|---|" in page.words] == []


def test_every_formula_is_one(pages):
    """In the files a formula is marked for MathJax; nothing else looks like one."""
    raw = re.compile(r"\\\(|\\\[|\\frac|\$\$|\$[^$\s][^$\n]*\$")
    found = {page.path.name: raw.findall(page.words) for page in pages.values()}
    assert {name: pieces for name, pieces in found.items() if pieces} == {}
    assert sum(page.formulas for page in pages.values()) > 60


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_every_page_from_disk_can_be_read(site, pages, browser, width, scheme):
    options = dict(color_scheme=scheme, reduced_motion="reduce")  # colours do not fade in
    page, wrong = watched(browser, viewport=dict(width=width, height=844), **options)
    seen = {}
    for path in pages:
        page.goto(path.as_uri())
        page.wait_for_function("!document.querySelector('.math:not(:has(mjx-container))')")
        seen[path.relative_to(site.resolve()).as_posix()] = page.evaluate(LOOK)
    assert {name: look for name, look in seen.items() if look != FINE} == {}
    assert len(seen) > 80 and wrong == []


@pytest.mark.parametrize("name", SAMPLE)
def test_a_page_on_a_phone_in_the_dark(site, browser, name):
    page, wrong = watched(browser, viewport=dict(width=390, height=844), color_scheme="dark")
    page.goto((site / f"{name}.html").as_uri())
    page.wait_for_function("!document.querySelector('.math:not(:has(mjx-container))')")
    assert page.evaluate(LOOK) == FINE
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert wrong == []


def test_served_from_a_path_below_the_root(site, browser):
    handler = functools.partial(QuietHandler, directory=site.parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page, wrong = watched(browser)
        for name in ("index", "notebooks/02_fpn", "slides/03_rpn", "explorer"):
            page.goto(f"http://127.0.0.1:{server.server_port}/site/{name}.html")
            page.wait_for_load_state("networkidle")
        assert wrong == []
    finally:
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_quiz_search_and_moving_picture_work_from_disk(site, browser):
    page, wrong = watched(browser)
    page.goto((site / "notebooks" / "03_rpn.html").as_uri())
    assert page.locator(".Quiz .Feedback").first.inner_text() == ""
    page.locator(".Quiz .MCButton").first.click()
    assert len(page.locator(".Quiz .Feedback").first.inner_text()) > 20
    page.goto((site / "search.html").as_uri() + "?q=anchor")
    page.wait_for_selector("#search-results li a")
    page.goto((site / "index.html").as_uri())
    first = page.locator(".walk li.shown").inner_text()
    page.get_by_role("button", name="Next step").click()
    assert page.locator(".walk li.shown").inner_text() != first
    assert page.locator(".walk img.shown").count() == 1
    assert wrong == []
