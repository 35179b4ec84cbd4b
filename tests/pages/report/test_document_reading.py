"""What a reader of the report meets: the right boxes, names, and answers where nothing is."""

import re

import numpy as np

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.pages.report.document import class_line, entering_line
from maskrcnn_explained.presets import REFERENCE, get_config

EDGES = "all => all.map(r => ['y', 'x', 'height', 'width'].map(name => +r.getAttribute(name)))"


def test_detection_draws_the_boxes_that_nms_saw(coins, page_of_coins, open_page):
    page = open_page(page_of_coins)
    overlaps = []
    for i in range(len(coins.detections)):
        page.locator("#choices button").nth(i).click()
        boxes = boxes_of(page, "#detection rect.dropped")
        if len(boxes):
            winner = boxes_of(page, "#chosen-detection")
            overlaps.extend(np.asarray(iou(boxes, winner))[:, 0])
    assert len(overlaps) > 40
    assert min(overlaps) > coins.config.detection_nms_iou  # unrefined proposals: 0.51 to 0.8
    assert np.median(overlaps) > 0.9


def boxes_of(page, selector):
    y, x, height, width = np.float32(page.locator(selector).evaluate_all(EDGES)).reshape(-1, 4).T
    return np.stack([y, x, y + height, x + width], 1)


def test_it_runs_from_top_to_bottom_and_names_notebooks(page_of_coins, open_page):
    page = open_page(page_of_coins)
    text = page.locator("body").inner_text()
    assert "From top to bottom" in text and "bottom to top" not in text
    titles = page.locator("section h2").all_inner_texts()
    numbered = [int(title.split()[0]) for title in titles if title[0].isdigit()]
    assert numbered == list(range(1, 11))
    books = page.locator("cite").all_inner_texts()
    assert {"02_fpn", "03_rpn", "04_roi_align", "05_mrcnn_heads", "06_detection"} <= set(books)


def test_it_says_what_the_model_knows(page_of_coins):
    assert "The model knows 4 classes: disk, rectangle, triangle, star." in page_of_coins
    assert "knows one class: nucleus." in class_line(get_config("nuclei"))
    many = class_line(get_config("coco-resnet50"))
    assert "80 classes: person, bicycle" in many and "and 68 more." in many


def test_why_dark_maps_have_proposals():
    assert "Every level sends its 300 best" in entering_line(get_config("scenes"))
    joint = entering_line(get_config("scenes", **REFERENCE))
    assert "of all levels together" in joint and "Every level" not in joint


def test_previous_and_next_turn_round(coins, page_of_coins, open_page):
    page = open_page(page_of_coins)
    name, number = page.locator("#chosen-name"), len(coins.detections)
    assert name.inner_text().startswith(f"1 of {number}: disk")
    page.locator("#previous").click()
    assert name.inner_text().startswith(f"{number} of {number}")
    page.locator("#next").click()
    page.locator("#next").click()
    assert name.inner_text().startswith("2 of ")
    assert page.locator("#chosen-picture polygon").count() == 1
    assert f"Anchor {coins.follow(1).anchor.index}:" in page.locator("#anchors-own").inner_text()


def test_buttons_have_titles_that_differ(page_of_coins, open_page):
    page = open_page(page_of_coins)
    titles = [b.get_attribute("title") for b in page.locator("#choices button").all()]
    assert len({title.split(" ", 1)[1] for title in titles}) == len(titles)
    assert all(re.search(r"score .* pixels, .* of the photograph, found on P\d", t) for t in titles)


def test_on_a_phone_fingers_hit_and_nothing_is_cut(page_of_coins, open_page):
    page = open_page(page_of_coins)
    page.set_viewport_size({"width": 390, "height": 800})
    for place in (*page.locator("button:visible").all(), *page.locator(".stages a").all()):
        box = place.bounding_box()
        assert box["height"] >= 44
    for link in page.locator(".stages a").all():
        box = link.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_click_where_nothing_was_found_tells_why(coins, page_of_coins, open_page):
    page = open_page(page_of_coins)
    picture = page.locator("#result-picture").bounding_box()
    page.mouse.click(picture["x"] + 2, picture["y"] + picture["height"] / 2)
    assert "none lies there" in page.locator("#why-own").inner_text()
    page.locator("#why-all summary").click()
    page.locator("#why-list button").first.click()
    said = page.locator("#why-own").inner_text()
    assert "No detection came of it: the score of its class is below the threshold" in said
    assert page.locator("#why-box rect").count() == 2
    assert page.locator("#why-list button").count() == 60
    page.locator("path.instance").nth(2).click()
    assert page.locator("#why-box rect").count() == 0
