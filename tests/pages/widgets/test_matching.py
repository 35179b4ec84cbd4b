"""Matching: the page's verdicts are those of `anchor_targets` and of the rule for RoIs."""

import dataclasses

import numpy as np
import pytest
from helpers import box_of, numbers_in

from maskrcnn_explained.anchors import anchor_levels, generate_anchors
from maskrcnn_explained.boxes import iou
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.pages.widgets.matching import matching_widget
from maskrcnn_explained.targets import IGNORED, NEGATIVE, POSITIVE, anchor_targets

WORDS = {POSITIVE: "positive", NEGATIVE: "negative", IGNORED: "ignored"}


@pytest.fixture(scope="module")
def widget(scene, trained):
    return matching_widget(scene, trained.config)


@pytest.fixture(scope="module")
def truth(scene, trained):
    """Anchors, objects of the molded image, and the match of each anchor without sampling."""
    config = dataclasses.replace(trained.config, rpn_anchors_per_image=10**6)
    batch = make_batch([scene], config)
    size = batch["images"].shape[1:3]
    anchors = generate_anchors(size, config)
    boxes, class_ids = batch["gt_boxes"], batch["gt_class_ids"]
    match, _ = anchor_targets(anchors, boxes, class_ids, (0, 0), config)
    return anchors.numpy(), boxes[0], match.numpy()[0], size


def verdict(page):
    return page.locator("#verdict b").inner_text()


def test_it_counts_all_anchors_as_we_do(widget, truth, open_page):
    match = truth[2]
    counts = [int((match == kind).sum()) for kind in (POSITIVE, IGNORED, NEGATIVE)]
    assert numbers_in(open_page(widget.page).locator("#counts").inner_text()) == counts


def test_anchors_jump_from_cell_to_cell_and_are_judged_as_by_the_rpn(
    widget, truth, trained, open_page
):
    anchors, objects, match, size = truth
    page = open_page(widget.page)
    picture = page.locator("#picture").bounding_box()
    levels, seen = anchor_levels(size, trained.config), set()
    rng = np.random.default_rng(0)
    some = [rng.choice(np.flatnonzero(match == kind), 6) for kind in WORDS]
    for index in np.concatenate(some):
        level, stride = levels[index], 4 * 2 ** levels[index]
        place = index - np.searchsorted(levels, level)
        page.locator(f"input[name=level][value={LEVELS[level]}]").check()
        page.locator("input[name=ratio]").nth(place % 3).check()
        row, column = divmod(place // 3, size[1] // stride)
        scale = picture["width"] / size[1]
        y, x = (row + 0.4) * stride * scale, (column + 0.6) * stride * scale
        page.locator("#picture").click(position={"x": x, "y": y})
        np.testing.assert_allclose(box_of(page, "#box"), anchors[index], atol=1e-3)
        assert verdict(page) == WORDS[match[index]]
        best = float(np.asarray(iou(anchors[[index]], objects)).max())
        assert numbers_in(page.locator("#rows td").nth(1).inner_text())[0] == pytest.approx(
            best, abs=0.006
        )
        seen.add(verdict(page))
    assert len(seen) == 3
    told = {tuple(numbers_in(row)) for row in page.locator("#rows tr").all_inner_texts()}
    of_all = np.asarray(iou(anchors, objects)).max(0)
    for number, _, shown in told:
        assert shown == pytest.approx(of_all[int(number) - 1], abs=0.006)


def test_a_roi_is_dragged_and_judged_by_one_threshold(widget, truth, scene, trained, open_page):
    objects, size = truth[1], truth[3]
    page = open_page(widget.page)
    page.locator("input[value='a RoI']").check()
    assert not page.locator("#anchor-choices").is_visible()
    seen = set()
    for step in range(24):
        page.locator("#picture").press("ArrowRight" if step % 2 else "ArrowDown")
        overlap = np.asarray(iou(np.float32(box_of(page, "#box")[None]), objects))[0]
        positive = overlap.max() >= trained.config.roi_positive_iou
        assert verdict(page) == ("positive" if positive else "negative")
        if positive:
            name = trained.config.class_names[scene.class_ids[overlap.argmax()]]
            assert f"should be {name}" in page.locator("#verdict").inner_text()
        seen.add(verdict(page))
    before = box_of(page, "#box")
    page.locator("#picture").press("Shift+ArrowLeft")
    assert box_of(page, "#box")[3] == before[3] - 1 and box_of(page, "#box")[1] == before[1]
    scale = page.locator("#picture").bounding_box()["width"] / size[1]
    corner = page.locator("#picture").bounding_box()
    y, x = (before[:2] + before[2:]) / 2 * scale
    page.mouse.move(corner["x"] + x, corner["y"] + y)
    page.mouse.down()
    page.mouse.move(corner["x"] + x - 40 * scale, corner["y"] + y + 30 * scale, steps=4)
    page.mouse.up()
    moved = box_of(page, "#box") - before  # by 30 down, where there is room, and 40 to the left
    down = min(30, size[0] - before[2])
    np.testing.assert_allclose(moved[:2], [down, -40], atol=0.5)
    assert verdict(page) in WORDS.values() and "negative" in seen | {verdict(page)}


def test_bad_samples(scene, trained):
    with pytest.raises(ValueError, match="at least one object .* it has 0 objects"):
        matching_widget(Sample(scene.image, scene.masks[:0], scene.class_ids[:0]), trained.config)
    crowd = dataclasses.replace(scene, crowd=np.ones(len(scene), bool))
    with pytest.raises(ValueError, match="no crowd region"):
        matching_widget(crowd, trained.config)
