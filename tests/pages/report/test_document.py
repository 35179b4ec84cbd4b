"""The report: one page that walks a photograph through every stage, clicked in a real browser."""

import numpy as np
import pytest
from helpers import run
from skimage import data, io

from maskrcnn_explained.pages.report.document import report
from maskrcnn_explained.tracing import trace as tracing

STAGES = (
    "result",
    "mold",
    "backbone",
    "fpn",
    "anchors",
    "rpn",
    "proposals",
    "roi",
    "head",
    "detection",
    "mask",
    "tensors",
)


def test_the_command_writes_one_page(shipped, here, capsys):
    io.imsave("photo.png", data.coins()[:128, :192])
    code, out, err = run(capsys, "trace", "photo.png", "-o", "report.html")
    assert code == 0 and err == "" and "report.html" in out
    page = (here / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "photo.png" in page
    assert sorted(path.name for path in here.iterdir()) == ["photo.png", "report.html"]


def test_without_a_photo_the_coins(shipped, here, capsys):
    code, out, _ = run(capsys, "trace", "-o", "report.html", "--min-score", "0.9")
    assert code == 0 and "The coins" in (here / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["-o", "report.png"], "must end in .html"),
        (["none.png", "-o", "report.html"], "none.png"),
        (["-o", "no/folder/report.html"], "There is no folder"),
        (["-o", "report.html", "--weights", "nothing"], "No weights are called"),
    ],
)
def test_bad_input_leaves_no_file(here, capsys, arguments, words):
    code, _, err = run(capsys, "trace", *arguments)
    assert code == 2 and words in err and not list(here.iterdir())


def test_is_small(page_of_coins):
    assert len(page_of_coins.encode()) < 8e6


def test_every_stage_is_there_and_nothing_leaves_the_page(page_of_coins, open_page):
    page = open_page(page_of_coins)
    for stage in STAGES:
        assert page.locator(f"section#{stage} h2").is_visible()
        assert page.locator(f"nav a[href='#{stage}']").count() == 1
    broken = "all => all.filter(i => i.getBoundingClientRect().width === 0).length"
    assert page.locator("section svg image").evaluate_all(broken) == 0


def test_a_click_on_each_coin_changes_every_stage(coins, page_of_coins, open_page):
    page = open_page(page_of_coins)
    found = page.locator("path.instance")
    assert found.count() == len(coins.detections) >= 20
    seen = set()
    for i in range(found.count()):
        found.nth(i).click()
        story = coins.follow(i)
        assert found.nth(i).get_attribute("aria-pressed") == "true"
        assert page.locator("[aria-pressed=true]").count() == 2  # the coin and its button
        assert f"Anchor {story.anchor.index}:" in page.locator("#anchors-own").inner_text()
        assert (
            f"Proposal {story.proposal.index + 1} " in page.locator("#proposals-own").inner_text()
        )
        assert story.proposal.level in page.locator("#roi-own").inner_text()
        for name, box in (
            ("anchor", story.anchor.box),
            ("proposal", story.proposal.box),
            ("roi", story.proposal.box),
        ):
            np.testing.assert_allclose(drawn(page, f"#chosen-{name}"), box, atol=0.11)
        seen.add(tuple(drawn(page, "#chosen-proposal")))
    assert len(seen) == len(coins.detections)


def drawn(page, selector):
    """The box of a rectangle, (y1, x1, y2, x2)."""
    read = "r => ['y', 'x', 'height', 'width'].map(name => Number(r.getAttribute(name)))"
    y, x, height, width = page.locator(selector).evaluate(read)
    return [y, x, y + height, x + width]


def test_keys_do_what_clicks_do(coins, page_of_coins, open_page):
    page = open_page(page_of_coins)
    page.locator("path.instance").nth(3).focus()
    page.keyboard.press("Enter")
    assert f"Anchor {coins.follow(3).anchor.index}:" in page.locator("#anchors-own").inner_text()
    page.locator("#choices button").nth(5).focus()
    page.keyboard.press("Space")
    assert f"Anchor {coins.follow(5).anchor.index}:" in page.locator("#anchors-own").inner_text()


def test_a_photo_without_detections(trained, open_page):
    empty = tracing.trace(trained, np.zeros((64, 64, 3), np.uint8), 1.0, keep=tracing.RECOMPUTED)
    page = open_page(report(empty, "nothing"))
    assert "Nothing was found" in page.locator("#result-own").inner_text()
    assert page.locator("path.instance").count() == 0


def test_a_hostile_name_stays_text(trained, open_page):
    name = "<img src=x onerror=alert(1)>{table}\"'&.png\udcff</script>"
    small = tracing.trace(trained, data.coins()[:64, :64], keep=tracing.RECOMPUTED)
    page = open_page(report(small, name))
    assert page.locator("h1 *").count() == 0
    assert page.locator("h1").inner_text() == name.replace("\udcff", "?")


@pytest.mark.parametrize("model", ["tiny", "tiny_reference"])
def test_both_dialects(model, request, open_page):
    model = request.getfixturevalue(model)
    traced = tracing.trace(model, data.coins()[:100, :80], 0.0, keep=tracing.RECOMPUTED)
    page = open_page(report(traced, "tiny"))
    assert page.locator("path.instance, #choices button").count() == 2 * len(traced.detections)
