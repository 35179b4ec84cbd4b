"""Widgets: small, closed to the outside, and what they show is what the package computes."""

import re

import nbconvert
import numpy as np
import pytest
from helpers import ROOT, text_in_frame
from skimage import data

from maskrcnn_explained.boxes import decode_deltas, encode_deltas, iou, nms
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.evaluation.precision_recall import match, precision_recall
from maskrcnn_explained.masks import mask_iou
from maskrcnn_explained.pages.page import make_page
from maskrcnn_explained.pages.widgets import widgets
from maskrcnn_explained.roi_align import OPERATORS
from maskrcnn_explained.tracing import trace as tracing

NOTEBOOKS = ROOT / "notebooks"
MAP = np.random.default_rng(0).random((20, 24))


@pytest.fixture(scope="module")
def traced(trained):
    return tracing.trace(trained, data.coins())


@pytest.fixture(scope="module")
def scored(trained):
    """A scene, what is found in it, and which of that is right."""
    scene = Scenes("test", 60)[49]
    found = trained.detect(scene.image)
    same = found.class_ids[:, None] == scene.class_ids[None]
    return scene, found, match(mask_iou(found.masks, scene.masks) * same, found.scores) >= 0


@pytest.fixture(scope="module")
def made(traced, scored):
    scene, found, hits = scored
    curve = found.scores, hits, len(scene)
    every = (
        widgets.anchors_widget(traced),
        widgets.nms_widget(traced),
        widgets.deltas_widget(),
        widgets.roi_widget(MAP),
        widgets.scores_widget(scene.image, found, hits, scene.boxes, curve),
    )
    return {widget.name: widget for widget in every}


def numbers(text) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def set_slider(page, name, value):
    page.locator(f"#{name}").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }",
        str(value),
    )


def test_each_is_small_and_shows_itself(made):
    assert set(made) == {"anchors", "nms", "deltas", "roi", "scores"}
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


def test_anchors_follow_the_pointer_and_the_keys(made, traced, open_page):
    page = open_page(made["anchors"].page)
    ratios = len(traced.config.anchor_ratios)
    box = page.locator("#picture").bounding_box()
    scale = box["width"] / traced.image_size[1]
    y, x = 100, 130
    page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
    claims = traced.at(*traced_point(traced, y, x)).anchors
    shown = numbers(" ".join(page.locator("#rows td").all_inner_texts()))
    rows = np.array(shown).reshape(5, 2 + ratios)
    expected = traced["rpn_probs"][claims, 1].reshape(5, ratios)
    np.testing.assert_allclose(rows[:, 2:], expected, atol=0.008)  # a byte a score, two digits
    assert rows[0, :2].tolist() == [y // 4, x // 4]

    page.locator("#picture").press("ArrowDown")  # four pixels: a cell of P2
    assert numbers(page.locator("#rows td").first.inner_text()) == [y // 4 + 1, x // 4]


def traced_point(trace, y, x):
    """A point of the molded image as one of the image."""
    window = trace["window"]
    return window.to_image(np.array([[y, x, y, x]], np.float32))[0][:2]


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.7, 1.0])
def test_nms_keeps_what_ours_keeps(made, traced, open_page, threshold):
    page = open_page(made["nms"].page)
    set_slider(page, "threshold", threshold)
    rows = np.flatnonzero(traced.rpn_candidates.group == 1)[:60]
    boxes = np.round(traced.rpn_candidates.boxes[rows], 1)
    kept = nms(boxes, traced.rpn_candidates.scores[rows], threshold, 60).numpy()
    droppers = page.locator("#picture rect").evaluate_all(
        "all => all.map(r => [Number(r.dataset.index), Number(r.dataset.by)])"
    )
    assert sorted(i for i, by in droppers if by < 0) == sorted(kept)
    for i, by in droppers:
        assert by < 0 or (by in kept and float(iou(boxes[[i]], boxes[[by]])[0, 0]) > threshold)


def test_nms_names_who_dropped_a_box(made, open_page):
    page = open_page(made["nms"].page)
    set_slider(page, "threshold", 0.2)
    loser = page.locator("#picture rect:not([data-by='-1'])").first
    by = loser.get_attribute("data-by")
    loser.dispatch_event("pointerenter")
    assert f"dropped for box {by}" in page.locator("#story").inner_text()


def test_sliders_decode_as_ours_do(made, open_page):
    page = open_page(made["deltas"].page)
    deltas = [0.25, -0.1, 0.6, -0.45]
    for name, value in zip(("dy", "dx", "dh", "dw"), deltas, strict=True):
        set_slider(page, name, value)
    anchor, std = np.float32([[64, 64, 128, 128]]), (0.1, 0.1, 0.2, 0.2)
    box = decode_deltas(anchor, np.float32([deltas]), (1, 1, 1, 1), None).numpy()
    assert numbers(page.locator("#box").inner_text()) == pytest.approx(box[0], abs=0.051)
    assert float(page.locator("#iou").inner_text()) == pytest.approx(
        float(iou(anchor, box)[0, 0]), abs=6e-3
    )
    coded = [float(page.locator(f"#{n}-coded").inner_text()) for n in ("dy", "dx", "dh", "dw")]
    assert coded == pytest.approx(encode_deltas(anchor, box, std).numpy()[0], abs=0.006)


@pytest.mark.parametrize(
    "operator, ours",
    [("RoIAlign", "roi_align"), ("crop_and_resize", "crop_and_resize"), ("RoIPool", "roi_pool")],
)
def test_a_dragged_roi_is_pooled_as_ours_are(made, open_page, operator, ours):
    page = open_page(made["roi"].page)
    page.locator(f"input[value={operator}]").check()
    picture = page.locator("#picture").bounding_box()
    scale = picture["width"] / (MAP.shape[1] * 8)
    before = roi(page)
    centre = (
        picture["x"] + before[[1, 3]].mean() * scale,
        picture["y"] + before[[0, 2]].mean() * scale,
    )
    page.mouse.move(*centre)
    page.mouse.down()
    page.mouse.move(centre[0] + 13 * scale, centre[1] - 9 * scale, steps=3)
    page.mouse.up()
    box = roi(page)
    np.testing.assert_allclose(box - before, [-9, 13, -9, 13], atol=0.2)
    page.locator("#picture").press("Shift+ArrowDown")
    assert roi(page)[2] == pytest.approx(box[2] + 1) and roi(page)[0] == pytest.approx(box[0])
    compare_pooled(page, OPERATORS[ours])


def roi(page):
    read = "r => ['y', 'x', 'height', 'width'].map(name => Number(r.getAttribute(name)))"
    y, x, height, width = page.locator("#roi").evaluate(read)
    return np.array([y, x, y + height, x + width])


def compare_pooled(page, operator):
    values = (MAP - MAP.min()) / np.ptp(MAP)
    shown = page.locator("#pooled rect").evaluate_all(
        "all => all.map(r => Number(r.dataset.value))"
    )
    ours = operator(values[None, ..., None], roi(page)[None], [0], 4, 8).numpy().ravel()
    np.testing.assert_allclose(shown, ours, atol=2e-3)  # the page's values have three digits


def test_roi_names_its_level(made, open_page):
    page = open_page(made["roi"].page)
    box = roi(page)
    side = np.sqrt((box[2] - box[0]) * (box[3] - box[1]))
    level = int(np.clip(np.floor(4 + np.log2(side / 112)), 2, 5))
    assert page.locator("#level").inner_text().endswith(f"P{level}")


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.9])
def test_score_threshold_moves_the_point(made, scored, open_page, threshold):
    scene, found, hits = scored
    page = open_page(made["scores"].page)
    set_slider(page, "threshold", threshold)
    number = int((np.round(found.scores, 3) >= threshold).sum())
    precision, recall = precision_recall(found.scores, hits, len(scene))
    shown = numbers(page.locator("#numbers").inner_text())
    assert shown == pytest.approx([number, precision[number - 1], recall[number - 1]], abs=0.006)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_light_and_dark(made, open_page, scheme):
    for widget in made.values():
        page = open_page(widget.page)
        page.emulate_media(color_scheme=scheme)
        colours = page.locator("body").evaluate(
            "body => ['color', 'backgroundColor'].map(name => getComputedStyle(body)[name])"
        )
        bright = [np.mean(numbers(colour)[:3]) for colour in colours]
        assert abs(bright[0] - bright[1]) > 150


def test_works_in_the_frame_that_a_notebook_holds(made, open_page):
    frames = "".join(widget.frame for widget in made.values())
    page = open_page(f"<!DOCTYPE html><title>notebook</title>{frames}")
    assert text_in_frame(page, "Non-maximum suppression", "#count").endswith("boxes stay")
    assert text_in_frame(page, "Deltas", "#iou")


@pytest.mark.parametrize(
    "notebook, title, selector",
    [
        ("03_rpn", "Anchors of a cell", "#rows td >> nth=0"),
        ("03_rpn", "Deltas", "#iou"),
        ("03_rpn", "Non-maximum suppression", "#count"),
        ("04_roi_align", "Pooling a RoI", "#level"),
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
