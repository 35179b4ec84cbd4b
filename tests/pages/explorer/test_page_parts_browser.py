"""The explorer's page in Chromium, with the model in it: from the first screen to a turned knob."""

import re

import numpy as np
import pytest
from explorer_pages import until
from explorer_windows import open_windows, whole_explorer
from PIL import Image
from skimage import data

from maskrcnn_explained.pages.explorer.read_on import places
from maskrcnn_explained.tracing import trace as tracing

pytestmark = pytest.mark.slow
STAGES = ["molding", "maps", "anchors", "proposals", "rois", "head", "detections", "masks"]
QUIET = "explorer.result && document.getElementById('progress').hidden"
FOUND = "explorer.result.instances.length"


@pytest.fixture(scope="module")
def windows(browser, trained, tmp_path_factory):
    """Open the page in a window; what scripts complain of, and all requests, are in a list."""
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    path.write_text(whole_explorer(trained), encoding="utf-8")
    with open_windows(browser, path.as_uri()) as (open_one, trouble):
        yield lambda *size, **more: until(open_one(*size, **more), QUIET), trouble


@pytest.fixture(scope="module")
def desk(windows):
    return windows[0](1280, 900)


@pytest.fixture
def page(desk, windows):
    """The page on a desk, as it is after its start; tests share it."""
    desk.evaluate("choose(0); scrollTo(0, 0)")
    yield desk
    assert windows[1] == []


@pytest.fixture
def open_window(windows):
    yield windows[0]
    assert windows[1] == []


def set_knob(page, field, value):
    """Move a slider, and wait until every later stage has followed."""
    turn = "([id, to]) => { const e = document.getElementById(id); e.value = to; "
    page.evaluate(turn + "e.dispatchEvent(new Event('input')); }", [f"knob-{field}", str(value)])
    settle(page)


def settle(page):
    page.wait_for_timeout(150)  # a knob waits a moment for further turns
    until(page, QUIET)
    return page.evaluate(FOUND)


def test_the_first_screen_says_what_was_found(page):
    assert page.locator("#photo-picture .instance").count() == 24
    assert "found 24 objects in the photograph of coins" in page.inner_text("#found")
    assert page.inner_text("#legend") == "disk: 24"
    assert page.inner_text("#told").startswith("Instance 1: disk, score 1.000")
    assert page.locator("h1").bounding_box()["y"] < 200


def test_every_stage_has_content_and_names_its_notebook(page):
    assert page.eval_on_selector_all("section.stage", "all => all.map((one) => one.id)") == [
        *STAGES,
        "missed",
    ]
    drawn = "(all) => all.map((svg) => svg.querySelectorAll('image, path, rect').length)"
    for stage in [*STAGES, "missed"]:
        numbers = page.eval_on_selector_all(f"#{stage} svg", drawn)
        assert numbers and min(numbers) > 0, stage
        told = [f"{one['notebook']}, {one['heading']}" for one in places()[stage]]
        assert page.locator(f"#{stage} .book cite").all_inner_texts() == told
        assert page.locator(f"#{stage} .book a").count() == 0  # no site is known here
        assert page.locator(f"#stages a[href='#{stage}']").count() == 1


def test_a_click_on_an_instance_lights_up_in_every_stage(page):
    page.locator(".instance[data-index='20']").click()
    assert page.evaluate("explorer.chosen") == 20
    for stage in STAGES:
        assert "Instance 21" in page.inner_text(f"#{stage}-own"), stage
        assert page.locator(f"#{stage} .own-mark").count() >= 1, stage
    assert "21 of 24" in page.inner_text("#chosen-name")
    assert page.locator("#chosen-steps li").count() == 7
    page.keyboard.press("ArrowRight")
    assert page.evaluate("explorer.chosen") == 21
    page.locator("#previous").click()
    page.keyboard.press("ArrowLeft")
    assert "20 of 24" in page.inner_text("#chosen-name")
    assert page.locator(".instance[aria-pressed=true]").get_attribute("data-index") == "19"


def test_knobs_change_what_is_found_and_can_be_reset(page):
    set_knob(page, "detection_nms_iou", 0.95)
    assert page.evaluate(FOUND) > 24
    assert "before, 24" in page.inner_text("#turned-text")
    set_knob(page, "detection_nms_iou", 0.5)
    assert page.locator("#turned").is_hidden()
    set_knob(page, "detection_min_score", 0.95)
    assert page.evaluate(FOUND) < 24
    set_knob(page, "proposal_nms_iou", 0.2)
    proposals = page.evaluate("explorer.result.number")
    page.locator("#reset-all").click()
    assert settle(page) == 24 and page.evaluate("explorer.result.number") > proposals
    page.locator("#rois .pill", has_text="RoIPool").click()
    assert settle(page) > 0 and page.evaluate("explorer.settings.roi_pooling") == "roi_pool"
    page.locator("#rois .reset").click()
    settle(page)
    page.locator("#anchors .pill", has_text="twice").click()
    assert settle(page) < 20
    # The instance that was chosen is lost, and the page says at which step.
    assert "is not found any more" in page.inner_text("#told")
    assert page.locator("#chain .lost").count() == 1
    page.locator("#reset-all").click()
    assert settle(page) == 24


def test_a_drag_where_nothing_was_found_asks_why_not(page, trained):
    svg = page.locator("#photo-picture svg").bounding_box()
    scale = 384 / svg["width"]
    corners = [(svg["x"] + x / scale, svg["y"] + y / scale) for x, y in ((112, 73), (146, 113))]
    page.mouse.move(*corners[0])
    page.mouse.down()
    page.mouse.move(*corners[1], steps=4)
    page.mouse.up()
    box = page.evaluate("explorer.missed.box")
    assert box == pytest.approx([73, 112, 113, 146], abs=1)
    answer = tracing.trace(trained, data.coins(), 0.5).why_not(np.array(box))
    assert page.evaluate("explorer.missed.answer.reason") == answer.reason
    assert str(answer).partition(" (")[0] in page.inner_text("#told")
    assert str(answer).partition(" (")[0] in page.inner_text("#missed-own")
    page.mouse.click(svg["x"] + 8, svg["y"] + 8)
    assert page.evaluate("explorer.missed.box") != box


def test_p4_is_what_the_page_says_it_is_made_of(page):
    until(page, "FPN_WEIGHTS.fpn_p2")
    total = "(({own, rest, bias}) => own + rest + bias)(recipeOf(%d, %s, 5))"
    for level, cell in ((2, [0, 3]), (3, [12, 47]), (4, [7, 9]), (5, [9, 11])):
        value = page.evaluate(f"cellNumbers(explorer.result.P{level}, {cell})[5]")
        assert page.evaluate(total % (level, cell)) == pytest.approx(value, abs=2e-3)
    page.locator(".map[data-map=P3]").click()
    assert "P4′, enlarged" in page.inner_text("#recipe")
    for name in ("C3", "P6"):
        page.locator(f".map[data-map={name}]").click()
        assert f"of {name}" in page.inner_text("#recipe")


def test_who_dropped_whom(page):
    for stage in ("proposals", "detections"):
        page.locator(f"#{stage} .pill", has_text="before NMS").click()
        page.locator(f"#{stage} svg[role=application]").first.focus()
        told = ""
        while "dropped for" not in told:
            page.keyboard.press("ArrowRight")
            told = page.inner_text(f"#{stage} .story")
        assert re.search(r"IoU 0\.\d\d", told)
        assert page.locator(f"#{stage} .rival").count() == 1
    assert page.evaluate("explorer.chosen") == 0  # arrow keys in a picture stay there


def test_a_photo_of_one_s_own(page, tmp_path):
    Image.fromarray(data.coins()[:150, :200]).save(tmp_path / "own.png")
    page.set_input_files("#file", tmp_path / "own.png")
    page.wait_for_timeout(150)
    until(page, f"({QUIET}) && explorer.photo.name === 'own'")
    assert "in your photo" in page.inner_text("#found") and page.evaluate(FOUND) > 4
    (tmp_path / "text.png").write_text("no picture")
    page.set_input_files("#file", tmp_path / "text.png")
    page.wait_for_timeout(300)
    assert "text.png cannot be read as a picture" in page.inner_text("#progress")
    page.locator("#photos button").nth(1).click()
    page.wait_for_timeout(150)
    until(page, f"({QUIET}) && explorer.photo.name === DATA.photos[1].name")
    page.locator("#photos button").first.click()
    assert settle(page) == 24


def test_a_phone_scrolls_in_one_direction_and_has_large_buttons(open_window):
    page = open_window(390, 844, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    size = (
        "(all) => all.filter((e) => e.offsetParent).map((e) => e.getBoundingClientRect())"
        ".map((r) => [r.width, r.height])"
    )
    for kind in ("button", "label.button", ".pill", "input[type=range]", "#stages a"):
        for width, height in page.eval_on_selector_all(kind, size):
            assert width >= 43.9 and height >= 43.9, kind
    page.locator(".instance[data-index='3']").tap()
    assert page.evaluate("explorer.chosen") == 3
    assert page.locator("#next").is_visible()
    bar, answer = (page.locator(id).bounding_box() for id in ("#pinned", "#told"))
    assert answer["y"] + answer["height"] <= bar["y"]  # it is seen without scrolling


def test_light_and_dark(open_window):
    page = open_window(1280, 900, color_scheme="dark")
    shade = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(shade)
    assert page.inner_text("#theme") == "Light"
    page.locator("#theme").click()
    assert page.evaluate(shade) != dark and page.inner_text("#theme") == "Dark"


def test_pictures_and_controls_have_names(page):
    assert (
        page.eval_on_selector_all("svg[role]", "all => all.filter((e) => !e.ariaLabel).length") == 0
    )
    ids = page.eval_on_selector_all("[id]", "all => all.map((e) => e.id)")
    assert len(ids) == len(set(ids))
    unnamed = "all => all.filter((e) => !e.labels?.length && !e.ariaLabel).length"
    assert page.eval_on_selector_all("main input", unnamed) == 0
    assert (
        page.eval_on_selector_all(
            "button", "all => all.filter((e) => !(e.ariaLabel || e.innerText)).length"
        )
        == 0
    )
    assert (
        page.eval_on_selector_all(
            "img", "all => all.filter((e) => e.getAttribute('alt') === null).length"
        )
        == 0
    )
