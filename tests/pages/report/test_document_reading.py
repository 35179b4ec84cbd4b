"""What a reader of the report meets: the right boxes, names, and answers where nothing is."""

import numpy as np
from explorer_pages import read

from maskrcnn_explained.boxes import iou


def test_detections_draw_the_boxes_that_nms_saw(coins, page_of_coins, open_report):
    page = open_report(page_of_coins)
    overlaps = []
    boxes = read(page, "explorer.result.detection_candidates.boxes").reshape(-1, 4)
    for story in read(page, "explorer.result.instances"):
        if story["candidates"]:
            winner = np.float32(story["box"])[None]
            overlaps.extend(np.asarray(iou(boxes[story["candidates"]], winner))[:, 0])
    assert len(overlaps) > 40
    assert min(overlaps) > coins.config.detection_nms_iou  # unrefined proposals: 0.51 to 0.8
    assert np.median(overlaps) > 0.9


def test_it_runs_from_top_to_bottom_and_names_notebooks(page_of_coins, open_report):
    page = open_report(page_of_coins)
    text = page.inner_text("body")
    assert "From top to bottom" in text and "bottom to top" not in text
    titles = page.locator("section.stage h2").all_inner_texts()
    assert [int(title.split()[0]) for title in titles] == list(range(1, 11))
    books = " ".join(page.locator(".book").all_inner_texts())
    for name in ("02_fpn", "03_rpn", "04_roi_align", "05_mrcnn_heads", "06_detection"):
        assert name in books


def test_it_says_what_the_model_knows_and_what_it_was_asked(page_of_coins, open_report):
    text = open_report(page_of_coins).inner_text("body")
    assert "The model knows 4 classes: disk, rectangle, triangle, star." in text
    assert "303 x 384 pixels, molded to 320 x 384; 30,690 anchors, 640 proposals" in text
    assert "with a score of at least 0.7" in text
    assert "Every level sends its 300 best" in text
    assert "The settings are those of the run" in text


def test_previous_and_next_turn_round(coins, page_of_coins, open_report):
    page = open_report(page_of_coins)
    number = len(coins.detections)
    assert f"1 of {number}" in page.inner_text("#chosen-name")
    page.locator("#previous").click()
    assert f"{number} of {number}" in page.inner_text("#chosen-name")
    page.locator("#next").click()
    page.locator("#next").click()
    assert f"2 of {number}" in page.inner_text("#chosen-name")
    assert page.locator("#chosen-picture path").count() == 2


def test_instances_have_labels_that_differ(page_of_coins, open_report):
    page = open_report(page_of_coins)
    labels = [one.get_attribute("aria-label") for one in page.locator("path.instance").all()]
    assert len({label.split(" ", 1)[1] for label in labels}) == len(labels)


def test_on_a_phone_fingers_hit_and_nothing_is_cut(page_of_coins, open_report):
    page = open_report(page_of_coins)
    page.set_viewport_size({"width": 390, "height": 800})
    small = [
        place.inner_text()
        for place in page.locator("button:visible, .pill:visible").all()
        if place.bounding_box()["height"] < 40
    ]
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_drag_where_nothing_was_found_tells_why(coins, page_of_coins, open_report):
    page = open_report(page_of_coins)
    svg = page.locator("#photo-picture svg").bounding_box()
    scale = svg["width"] / 384
    corners = [(svg["x"] + x * scale, svg["y"] + y * scale) for x, y in ((112, 73), (146, 113))]
    page.mouse.move(*corners[0])
    page.mouse.down()
    page.mouse.move(*corners[1], steps=4)
    page.mouse.up()
    missed = read(page, "explorer.missed")
    wanted = coins.why_not(np.float32(missed["box"]))
    assert missed["answer"]["reason"] == wanted.reason != "found"
    assert missed["answer"]["words"] in page.inner_text("#told")
    assert page.locator("#chain .lost").count() == 1
    page.locator("path.instance").nth(2).click()
    assert "Nothing found there" not in page.inner_text("#told")


def test_its_colours_follow_the_system_and_the_button(page_of_coins, open_report):
    page = open_report(page_of_coins)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("#theme").click()
    assert page.evaluate(ground) != light


IN_SIGHT = """() => {
    const held = document.activeElement, {x, y, width, height} = held.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return held === document.body || (top !== null && (held.contains(top) || top.contains(held)));
}"""


def test_on_a_narrow_page_what_has_the_focus_is_in_sight(page_of_coins, open_report):
    page = open_report(page_of_coins)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(dict(width=390, height=844))
    page.locator("#theme").focus()
    for number in range(50):
        page.keyboard.press("Tab")
        assert page.evaluate(IN_SIGHT), number
