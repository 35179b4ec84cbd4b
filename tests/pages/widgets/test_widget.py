"""Widgets: small, closed to the outside, as high as their page, readable, alive in a notebook."""

import html
import re

import nbconvert
import nbformat
import numpy as np
import pytest
from helpers import ROOT, numbers_in, text_in_frame
from skimage import data

from maskrcnn_explained.pages import widgets
from maskrcnn_explained.pages.bundle import EXPORT, IMPORT
from maskrcnn_explained.pages.page import FOLDER, make_page

NOTEBOOKS = ROOT / "notebooks"


@pytest.fixture(scope="module")
def made(trained, traced, scored):
    scene, found, hits = scored
    curve = found.scores, hits, len(scene)
    every = (
        widgets.anchors_widget(traced),
        widgets.nms_widget(traced),
        widgets.deltas_widget(),
        widgets.roi_widget(np.random.default_rng(0).random((20, 24))),
        widgets.scores_widget(scene.image, found, hits, scene.boxes, curve),
        widgets.fpn_widget(trained, data.coins()),
        widgets.matching_widget(scene, trained.config),
    )
    return {widget.name: widget for widget in every}


def test_each_is_small_and_shows_itself(made):
    assert set(made) == {"anchors", "nms", "deltas", "roi", "scores", "fpn", "matching"}
    for widget in made.values():
        shown = widget._repr_mimebundle_()
        assert len(shown["text/html"].encode()) < 100_000
        assert shown["text/plain"] == f"Widget: {widget.alt}"
        assert 'sandbox="allow-scripts"' in shown["text/html"]


def test_nothing_from_outside_becomes_markup():
    hostile = "</title></script><script>alert(1)</script>\udcff"
    page = make_page(hostile, "", {"name": hostile}, [], [])
    assert page.count("<script>") == 1 and page.count("</script>") == 1
    assert "alert(1)</script><script>" not in page
    page.encode("utf-8")  # the byte that is no text was replaced


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_light_and_dark(made, open_page, scheme):
    for widget in made.values():
        page = open_page(widget.page)
        page.emulate_media(color_scheme=scheme)
        colours = page.locator("body").evaluate(
            "body => ['color', 'backgroundColor'].map(name => getComputedStyle(body)[name])"
        )
        bright = [np.mean(numbers_in(colour)[:3]) for colour in colours]
        assert abs(bright[0] - bright[1]) > 150


def test_everything_has_a_name_and_keys_reach_it(made, open_page):
    for widget in made.values():
        page = open_page(widget.page)
        for drawing in page.locator("body > * svg[id], body > svg[id]").all():
            assert drawing.get_attribute("aria-label")
        for given in page.locator("input").all():
            labels = "input => input.labels.length"
            assert given.evaluate(labels) == 1, given.get_attribute("id")
        reached = "document.querySelectorAll('svg[tabindex], input').length"
        assert page.evaluate(reached) >= 1


def heights(page, number=0):
    """The height of a frame, and of the page in it, once they agree; or what they stay at."""
    frame = page.locator("iframe").nth(number)
    inside = page.frame_locator("iframe").nth(number).locator("html")
    for _ in range(200):
        high = frame.evaluate("frame => frame.clientHeight")
        tall = inside.evaluate("html => Math.ceil(html.getBoundingClientRect().height)")
        if high == tall:
            break
        page.wait_for_timeout(50)
    return high, tall


@pytest.mark.parametrize("width", [1200, 700, 400])
def test_the_frame_is_as_high_as_its_page(made, open_page, width):
    """No kernel, no scrolling inside: the table, the pooled values, all sliders are in sight."""
    for widget in made.values():
        page = open_page(f"<!DOCTYPE html><title>notebook</title>{widget.frame}")
        page.set_viewport_size({"width": width, "height": 800})
        text_in_frame(page, widget.title, "p >> nth=0")
        high, tall = heights(page)
        assert high == tall, widget.name
        wide = "html => html.scrollWidth <= innerWidth"
        assert page.frame_locator("iframe").locator("html").evaluate(wide), widget.name


def test_no_page_can_make_a_frame_of_another_or_a_huge_one(made, open_page):
    frames = made["deltas"].frame + made["roi"].frame
    page = open_page(f"<!DOCTYPE html><title>notebook</title>{frames}")
    text_in_frame(page, "Deltas", "#iou")
    before = heights(page, 1)
    assert before[0] == before[1]
    inside = page.frame_locator("iframe >> nth=0").locator("html")
    for wrong in ("{ mrxHeight: 'x' }", "null", "7", "{ mrxHeight: 1e9 }"):
        inside.evaluate(f"() => parent.postMessage({wrong}, '*')")
    page.wait_for_function("document.querySelector('iframe').clientHeight === 3000")
    assert heights(page, 1) == before


def test_works_in_the_frame_that_a_notebook_holds(made, open_page):
    frames = "".join(widget.frame for widget in made.values())
    page = open_page(f"<!DOCTYPE html><title>notebook</title>{frames}")
    assert text_in_frame(page, "Non-maximum suppression", "#count").endswith("boxes stay")
    assert text_in_frame(page, "Deltas", "#iou")
    assert text_in_frame(page, "A cell of P4", "#value")
    assert text_in_frame(page, "Positive, negative or ignored?", "#verdict b") == "positive"


def test_as_high_as_its_page_in_a_notebook_as_web_page(made, browser, tmp_path):
    shown = made["deltas"]._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=shown)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])])
    path = tmp_path / "notebook.html"
    path.write_text(nbconvert.HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.context.set_offline(True)
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    text_in_frame(page, "Deltas", "#iou")
    high, tall = heights(page)
    slider = (
        page.frame_locator("iframe").locator("#dw").evaluate("s => s.getBoundingClientRect().y")
    )
    assert high == tall and slider + 20 < high and high != made["deltas"].height
    page.close()


@pytest.mark.parametrize(
    "notebook, title, selector",
    [
        ("02_fpn", "A cell of P4", "#value"),
        ("03_rpn", "Anchors of a cell", "#rows td >> nth=0"),
        ("03_rpn", "Deltas", "#iou"),
        ("03_rpn", "Non-maximum suppression", "#count"),
        ("04_roi_align", "Pooling a RoI", "#level"),
        ("07_targets_and_losses", "Positive, negative or ignored?", "#counts"),
        ("09_evaluation", "Score threshold", "#numbers"),
    ],
)
def test_works_from_the_committed_notebook_as_a_web_page(
    browser, tmp_path, notebook, title, selector
):
    exporter = nbconvert.HTMLExporter(embed_images=True)
    html, _ = exporter.from_filename(str(NOTEBOOKS / f"{notebook}.ipynb"))
    path = tmp_path / "notebook.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page()
    page.context.set_offline(
        True
    )  # the page itself asks for fonts and formulas, the widget must not
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    assert re.search(r"\d", text_in_frame(page, title, selector))
    page.close()


def stored_widgets():
    """The pages of all widgets in the committed notebooks: (notebook, HTML)."""
    for path in sorted(NOTEBOOKS.glob("[01]*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                text = "".join(output.get("data", {}).get("text/html", ""))
                frames = re.findall(r'class="mrx-widget".*?srcdoc="([^"]*)"', text)
                yield from ((path.stem, html.unescape(frame)) for frame in frames)


def test_stored_widgets_hold_the_scripts_of_today():
    """After a change of a script the notebooks that show it must be run again."""
    sources = {}
    for folder in ("core", "shared", "widgets"):
        for path in (FOLDER / folder).glob("*.js"):
            text = EXPORT.sub("", IMPORT.sub("", path.read_text("utf-8"))).strip()
            sources[text.splitlines()[0]] = (path.name, text)
    pages = list(stored_widgets())
    assert len(pages) >= 7
    for notebook, page in pages:
        held = [name for name in sources if name in page]
        assert len(held) >= 2
        old = [sources[name][0] for name in held if sources[name][1] not in page]
        assert old == [], f"run {notebook} again: it holds other versions of {old}"
