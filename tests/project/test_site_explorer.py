"""The explorer of the site: one page, which loads the model that its address names."""

import functools
import http.server
import importlib
import runpy
import sys
import threading

import pytest
from explorer_pages import runtime, until
from firefox import firefox
from helpers import ROOT

pytestmark = pytest.mark.minutes
MODELS = ("scenes", "nuclei")
QUIET = "Boolean(window.explorer?.result && document.getElementById('progress').hidden)"
FOUND = "explorer.result.instances.length"
MODEL = "DATA.model"
TITLE = "document.querySelector('h1').textContent"
# The text of the progress, each time that it changes.
WATCH = """window.told = [];
new MutationObserver(() => {
  const text = document.getElementById("progress-text")?.textContent;
  if (text && text !== told.at(-1)) told.push(text);
}).observe(document, {childList: true, subtree: true});"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with the explorer alone, of two models."""
    parts = runtime()
    build = tmp_path_factory.mktemp("build")
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        script = runpy.run_path(str(ROOT / "scripts" / "make_explorer.py"))
        for name in MODELS:
            page = script["make_explorer"](name, parts)
            (build / script["FILES"][name][0]).write_text(page, encoding="utf-8")
        importlib.import_module("site_pages.explorers").add(build, build / "under" / "site")
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return build / "under" / "site"


@pytest.fixture
def window(browser):
    """A page, and the list of what it asked of other places or complained of."""
    context = browser.new_context(viewport=dict(width=1280, height=900))
    context.add_init_script(WATCH)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    inside = ("file:", "data:", "blob:", "http://127.0.0.1:")
    page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(r.url))
    yield page, wrong
    context.close()


@pytest.fixture
def server(site):
    """Serves the folder above the site; its address, and a list of (file, status)."""
    sent = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_request(self, code="-", size="-"):
            sent.append((self.path.rpartition("/")[2], int(code)))

    handler = functools.partial(Handler, directory=site.parent)
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/site/", sent
    running.shutdown()


def test_from_disk_the_address_chooses_the_model(site, window):
    page, wrong = window
    address = (site / "explorer.html").as_uri()
    page.goto(address)
    until(page, QUIET, 300)
    assert (page.evaluate(MODEL), page.evaluate(FOUND)) == ("scenes", 24)
    loading = "Loading the model scenes: disks, rectangles, triangles, stars ("
    assert any(text.startswith(loading) and text.endswith(" MB)") for text in page.evaluate("told"))
    page.get_by_role("link", name="nuclei", exact=True).click()
    page.wait_for_url(f"{address}?model=nuclei")
    until(page, QUIET, 300)
    assert page.evaluate(MODEL) == "nuclei"
    assert page.title() == "Mask R-CNN explorer: the model nuclei"
    shown = page.locator("#models [aria-current]").all_inner_texts()
    assert shown == ["nuclei"] and page.evaluate(FOUND) > 20
    page.reload()
    until(page, QUIET, 300)
    assert page.evaluate(MODEL) == "nuclei"
    links = page.locator(".book a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert "notebooks/03_rpn.html#4--non-maximum-suppression-nms" in links
    assert wrong == []


def test_served_from_a_path_what_is_shared_is_sent_once(server, window):
    (address, sent), (page, wrong) = server, window
    for name in MODELS:
        page.goto(f"{address}explorer.html?model={name}#masks")
        until(page, QUIET, 300)
        assert page.evaluate(MODEL) == name
    whole = [file for file, status in sent if status == 200]
    for file in ("explorer_runtime.js", "explorer_page.js", *(f"explorer_{m}.js" for m in MODELS)):
        assert whole.count(file) == 1, sent
    assert wrong == [] and all(status in (200, 304) for _, status in sent)


def test_a_wrong_name_and_a_file_that_is_not_there_are_told(site, window, tmp_path):
    page, wrong = window
    page.goto((site / "explorer.html").as_uri() + "?model=<b>cats")
    assert page.evaluate(TITLE) == "There is no model “<b>cats” here"
    assert page.locator("main a").all_inner_texts() == [*MODELS]
    assert wrong == []
    (tmp_path / "explorer.html").write_bytes((site / "explorer.html").read_bytes())
    page.goto((tmp_path / "explorer.html").as_uri())
    until(page, "document.querySelector('.progress.failed')")
    assert "did not load. It belongs beside this page." in page.inner_text("#progress-text")


def test_firefox_from_disk_and_served(site, server, tmp_path):
    (tmp_path / "profile").mkdir()
    with firefox(tmp_path / "profile") as tab:
        tab.open((site / "explorer.html").as_uri())
        until(tab, QUIET, 300)
        assert (tab.evaluate(MODEL), tab.evaluate(FOUND)) == ("scenes", 24)
        tab.open((site / "explorer.html").as_uri() + "?model=nuclei")
        until(tab, QUIET, 300)
        assert tab.evaluate(MODEL) == "nuclei" and tab.evaluate(FOUND) > 20
        tab.open((site / "explorer.html").as_uri() + "?model=cats")
        assert tab.evaluate(TITLE) == "There is no model “cats” here"
        assert tab.trouble == []
        tab.open(f"{server[0]}explorer.html?model=nuclei")
        until(tab, QUIET, 300)
        assert tab.evaluate(MODEL) == "nuclei"
        assert [one for one in tab.trouble if not one.startswith(server[0])] == []
