"""NMS: what the slider keeps is what our NMS keeps."""

import numpy as np
import pytest
from helpers import box_of, boxes_of, numbers_in, set_slider

from maskrcnn_explained.boxes import iou, nms
from maskrcnn_explained.data.scenes.dataset import Scenes
from maskrcnn_explained.pages.widgets.nms import nms_widget
from maskrcnn_explained.tracing import trace as tracing
from maskrcnn_explained.tracing.candidates import suppressors


@pytest.fixture(scope="module")
def crowded(trained):
    """A scene of eleven objects, many of them on P3."""
    return tracing.trace(trained, Scenes("test", 60)[24].image)


@pytest.fixture(scope="module")
def widget(crowded):
    return nms_widget(crowded)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.7, 1.0])
def test_nms_keeps_and_drops_as_ours_does(widget, crowded, open_page, threshold):
    page = open_page(widget.page)
    set_slider(page, "threshold", threshold)
    rows = np.flatnonzero(crowded.rpn_candidates.group == 1)[:60]
    boxes = np.round(crowded.rpn_candidates.boxes[rows], 1)
    kept = nms(boxes, crowded.rpn_candidates.scores[rows], threshold, 60).numpy()
    droppers = page.locator("#picture rect.box").evaluate_all(
        "all => all.map(r => [Number(r.dataset.index), Number(r.dataset.by)])"
    )
    assert sorted(i for i, by in droppers if by < 0) == sorted(kept)
    ours = suppressors(boxes, kept, threshold)
    assert [by for _, by in sorted(droppers)] == ours.tolist()


def test_nms_names_who_dropped_a_box(widget, crowded, open_page):
    page = open_page(widget.page)
    set_slider(page, "threshold", 0.2)
    picture = page.locator("#picture").bounding_box()
    scale = picture["width"] / crowded.image_size[1]
    losers, told = boxes_of(page, "#picture rect.box:not([data-by='-1'])"), set()
    for y1, x1, y2, _ in losers[::4]:  # to the middle of an edge; another may be as near
        page.mouse.move(picture["x"] + x1 * scale, picture["y"] + (y1 + y2) / 2 * scale)
        story = page.locator("#story").inner_text()
        if "dropped for" not in story:
            continue
        box, by = (int(numbers_in(part)[0]) for part in story.split("dropped for"))
        rect = page.locator(f"#picture rect.box[data-index='{box}']")
        assert rect.get_attribute("data-by") == str(by)
        own, rival = box_of(page, "#picture rect.told"), box_of(page, "#picture rect.rival")
        assert np.abs(own[[1, 3]] - x1).min() < 7 or np.abs(own[[0, 2]] - (y1 + y2) / 2).min() < 7
        overlap = float(iou(own[None], rival[None])[0, 0])
        assert numbers_in(story)[-1] == pytest.approx(overlap, abs=0.006) and overlap > 0.2
        told.add(box)
    assert len(told) > 3


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
