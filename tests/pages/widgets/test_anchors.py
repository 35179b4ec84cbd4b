"""Anchors of the cell under the pointer: those of the model, always drawn."""

import numpy as np
import pytest
from helpers import boxes_of, numbers_in

from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.pages.widgets.anchors import anchor_settings, anchors_widget
from maskrcnn_explained.presets import REFERENCE, TORCHVISION, get_config


@pytest.fixture(scope="module")
def widget(traced):
    return anchors_widget(traced)


def test_anchors_follow_the_pointer_and_the_keys(widget, traced, open_page):
    page = open_page(widget.page)
    ratios = len(traced.config.anchor_ratios)
    box = page.locator("#picture").bounding_box()
    scale = box["width"] / traced.image_size[1]
    y, x = 100, 130
    page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
    claims = traced.at(*traced_point(traced, y, x)).anchors
    shown = numbers_in(" ".join(page.locator("#rows td").all_inner_texts()))
    rows = np.array(shown).reshape(5, 2 + ratios)
    expected = traced["rpn_probs"][claims, 1].reshape(5, ratios)
    np.testing.assert_allclose(rows[:, 2:], expected, atol=0.008)  # a byte a score, two digits
    assert rows[0, :2].tolist() == [y // 4, x // 4]
    drawn = boxes_of(page, "#picture rect.anchor")
    np.testing.assert_allclose(drawn, traced["anchors"][claims], atol=1e-3)

    page.locator("#picture").press("ArrowDown")  # four pixels: a cell of P2
    assert numbers_in(page.locator("#rows td").first.inner_text()) == [y // 4 + 1, x // 4]


def traced_point(trace, y, x):
    """A point of the molded image as one of the image."""
    window = trace["window"]
    return window.to_image(np.array([[y, x, y, x]], np.float32))[0][:2]


def test_every_anchor_is_drawn_in_full_whatever_its_score(widget, open_page):
    page = open_page(widget.page)
    for y, x in ((2, 2), (150, 200)):  # in a corner all scores are low
        page.locator("#picture").hover(position={"x": x, "y": y})
        drawn = page.locator("#picture rect.anchor")
        assert drawn.count() == 15
        look = "all => all.map(r => [getComputedStyle(r).opacity, +r.getAttribute('stroke-width')])"
        opacities, widths = np.array(drawn.evaluate_all(look), float).T
        assert (opacities == 1).all() and (widths >= 1.2).all()


@pytest.mark.parametrize("dialect", [{}, REFERENCE, TORCHVISION])
@pytest.mark.parametrize("size", [(128, 192), (96, 160)])
def test_the_page_has_every_anchor_of_every_dialect(core, dialect, size):
    config = get_config("scenes", **dialect)
    if size[0] % 64 and config.resize_mode != "pad32":
        size = (64, 64)
    boxes = core("generateAnchors", list(size), anchor_settings(config)).reshape(-1, 4)
    np.testing.assert_allclose(boxes, generate_anchors(size, config), atol=1e-3)
