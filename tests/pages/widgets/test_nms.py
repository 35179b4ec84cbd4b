"""NMS: what the slider keeps is what our NMS keeps."""

import numpy as np
import pytest
from helpers import numbers_in, set_slider

from maskrcnn_explained.boxes import iou, nms
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.pages.widgets.nms import nms_widget
from maskrcnn_explained.tracing import trace as tracing


@pytest.fixture(scope="module")
def crowded(trained):
    """A scene of eleven objects, many of them on P3."""
    return tracing.trace(trained, Scenes("test", 60)[24].image)


@pytest.fixture(scope="module")
def widget(crowded):
    return nms_widget(crowded)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.7, 1.0])
def test_nms_keeps_what_ours_keeps(widget, crowded, open_page, threshold):
    page = open_page(widget.page)
    set_slider(page, "threshold", threshold)
    rows = np.flatnonzero(crowded.rpn_candidates.group == 1)[:60]
    boxes = np.round(crowded.rpn_candidates.boxes[rows], 1)
    kept = nms(boxes, crowded.rpn_candidates.scores[rows], threshold, 60).numpy()
    droppers = page.locator("#picture rect.box").evaluate_all(
        "all => all.map(r => [Number(r.dataset.index), Number(r.dataset.by)])"
    )
    assert sorted(i for i, by in droppers if by < 0) == sorted(kept)
    for i, by in droppers:
        assert by < 0 or (by in kept and float(iou(boxes[[i]], boxes[[by]])[0, 0]) > threshold)


def test_nms_names_who_dropped_a_box(widget, open_page):
    page = open_page(widget.page)
    set_slider(page, "threshold", 0.2)
    loser = page.locator("#picture rect.box:not([data-by='-1'])").first
    by = loser.get_attribute("data-by")
    loser.dispatch_event("pointerenter")
    assert f"dropped for box {by}" in page.locator("#story").inner_text()


def test_keys_step_from_box_to_box(widget, open_page):
    page = open_page(widget.page)
    page.locator("#picture").press("ArrowRight")
    assert page.locator("#story").inner_text().startswith("box 0, score")
    page.locator("#picture").press("ArrowRight")
    page.locator("#picture").press("ArrowUp")
    page.locator("#picture").press("ArrowUp")
    assert page.locator("#story").inner_text().startswith("box 59, score")


def test_the_threshold_does_something(widget, open_page):
    """Where objects overlap, every step of the slider changes what stays."""
    page = open_page(widget.page)
    kept = []
    for threshold in (0.0, 0.2, 0.5, 0.7, 0.9):
        set_slider(page, "threshold", threshold)
        kept.append(numbers_in(page.locator("#count").inner_text())[0])
    assert (np.diff(kept) > 0).all()


def test_bad_arguments(traced, tiny_reference):
    with pytest.raises(ValueError, match="level must be one of P2, P3, P4, P5, P6; got 'C3'"):
        nms_widget(traced, level="C3")
    with pytest.raises(ValueError, match="number"):
        nms_widget(traced, number=0)
    joint = tracing.trace(tiny_reference, np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(ValueError, match="all levels compete in one NMS"):
        nms_widget(joint)
