"""The report: one page that walks a photograph through every stage, clicked in a real browser."""

import json
import types

import numpy as np
import pytest
from explorer_pages import read
from helpers import run
from same_stories import same_facts
from skimage import data, io

from maskrcnn_explained.boxes import exclusive
from maskrcnn_explained.model import build
from maskrcnn_explained.pages.report.document import report, report_settings
from maskrcnn_explained.presets import REFERENCE, TORCHVISION
from maskrcnn_explained.tracing import trace as tracing
from maskrcnn_explained.viz.backbone import busiest_channels

STAGES = (
    *("molding", "maps", "anchors", "proposals", "rois", "head", "detections", "masks"),
    *("missed", "tensors"),
)


def own_backbone(image, config):
    """Never called here."""


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
    assert len(page_of_coins.encode()) < 5e6


def test_every_stage_is_there_and_nothing_leaves_the_page(page_of_coins, open_report):
    page = open_report(page_of_coins)
    for stage in STAGES:
        assert page.locator(f"section#{stage} h2").is_visible()
        assert page.locator(f"#stages a[href='#{stage}']").count() == 1
    broken = "all => all.filter(i => i.getBoundingClientRect().width === 0).length"
    assert page.locator("section svg image").evaluate_all(broken) == 0
    assert page.locator("input[id^=knob-], .pill input[name=roi_pooling]").count() == 0


def test_the_page_tells_what_python_tells(coins, page_of_coins, open_report):
    page = open_report(page_of_coins)
    stories = read(page, "explorer.result.instances")
    assert len(stories) == len(coins.detections) >= 20
    for index, story in enumerate(stories):
        wanted = coins.follow(index)
        same_facts(story["anchor"], wanted.anchor)
        same_facts(story["proposal"], wanted.proposal)
        np.testing.assert_allclose(story["box"], wanted.molded_box, atol=1e-3)
        np.testing.assert_allclose(story["own_box"], wanted.box, atol=1e-3)
        np.testing.assert_array_equal(story["suppressed"], wanted.suppressed)
        assert story["pixels"] == wanted.mask.sum()
    np.testing.assert_allclose(
        read(page, "explorer.result.molded_image.data"), coins["molded_image"].ravel(), atol=1e-4
    )


def test_every_channel_is_computed_from_the_sums(coins, page_of_coins, open_report):
    page = open_report(page_of_coins)
    for name, cell in (("P2", (33, 47)), ("P4", (0, 23)), ("P5", (9, 11)), ("P6", (2, 3))):
        vector = read(page, f"vectorOf('{name}', [{cell[0]}, {cell[1]}])")
        np.testing.assert_allclose(vector, coins[name][cell], atol=0.05, rtol=5e-3)
    lateral = read(page, "explorer.result.fpn_c4p4")
    np.testing.assert_allclose(lateral, coins["fpn_c4p4"], atol=0.02, rtol=5e-3)
    page.locator("[data-map=P4]").click()
    page.locator("#maps .bars").click()
    assert "other inner channels give" in page.inner_text("#recipe")


def test_large_maps_show_their_busiest_channels(coins, open_report, monkeypatch):
    monkeypatch.setattr("maskrcnn_explained.pages.report.embedded.SUMS_AT_MOST", 0)
    page = open_report(report(coins, "The coins"))
    page.locator("[data-map=P3]").click()
    assert page.get_attribute("#channel", "max") == "7"
    page.locator("#channel").fill("2")
    shown = page.inner_text("output[for=channel]")
    assert shown == f"{busiest_channels(coins['P3'], 3)[2]} of 64"
    assert page.locator("#recipe").inner_text() == ""


def test_a_click_on_each_coin_changes_every_stage(coins, page_of_coins, open_report):
    page = open_report(page_of_coins)
    found = page.locator("path.instance")
    assert found.count() == len(coins.detections)
    for i in range(0, found.count(), 4):
        found.nth(i).click()
        story = coins.follow(i)
        assert found.nth(i).get_attribute("aria-pressed") == "true"
        assert f"anchor {story.anchor.index:,} " in page.inner_text("#anchors-own")
        assert f"proposal {story.proposal.index + 1} " in page.inner_text("#proposals-own")
        assert story.proposal.level in page.inner_text("#rois-own")
        for stage in STAGES[:-2]:
            assert page.locator(f"#{stage} .own-mark").count() >= 1, stage


def test_keys_do_what_clicks_do(coins, page_of_coins, open_report):
    page = open_report(page_of_coins)
    page.locator("path.instance").nth(3).focus()
    page.keyboard.press("Enter")
    assert f"anchor {coins.follow(3).anchor.index:,} " in page.inner_text("#anchors-own")
    page.keyboard.press("ArrowRight")
    assert f"anchor {coins.follow(4).anchor.index:,} " in page.inner_text("#anchors-own")


def test_a_photo_without_detections(trained, open_report):
    empty = tracing.trace(trained, np.zeros((64, 64, 3), np.uint8), 1.0, keep=tracing.RECOMPUTED)
    page = open_report(report(empty, "nothing"))
    assert "found no object in “nothing”" in page.inner_text("#found")
    assert "a lower --min-score may show more" in page.inner_text("#found")
    assert page.locator("path.instance").count() == 0
    assert page.inner_text("#told").startswith("Was something missed?")
    for stage in ("rois", "head", "masks"):
        assert page.inner_text(f"#{stage}-own").startswith("Nothing was found"), stage
    page.locator("#photo-picture svg").click()
    assert page.inner_text("#chosen-name") == "this box\nnot found"
    assert page.locator("#previous, #next").filter(visible=True).count() == 0


def test_one_detection_is_told_as_one(trained, open_report):
    image = np.full((128, 128, 3), 90, np.uint8)
    rows, columns = np.mgrid[:128, :128]
    image[(rows - 64) ** 2 + (columns - 64) ** 2 < 24**2] = 220
    one = tracing.trace(trained, image, keep=tracing.RECOMPUTED)
    page = open_report(report(one, "one disk"))
    assert "found 1 object in “one disk”. Click it, and" in page.inner_text("#found")
    assert ", 1 detection with a score of" in page.inner_text(".intro")
    assert page.inner_text("#detection-count").endswith("; 1 detection stays.")
    assert page.locator(".funnel li").last.inner_text() == "1 detection"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_name_makes_the_page_no_wider(trained, open_report, width):
    small = tracing.trace(trained, data.coins()[:64, :64], keep=tracing.RECOMPUTED)
    page = open_report(report(small, "a_long_name" * 20 + ".png"))
    page.set_viewport_size(dict(width=width, height=844))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_hostile_name_stays_text(trained, open_report):
    name = "<img src=x onerror=alert(1)>{table}\"'&.png\udcff</script>"
    small = tracing.trace(trained, data.coins()[:64, :64], keep=tracing.RECOMPUTED)
    page = open_report(report(small, name))
    assert page.locator("#found img").count() == 0
    assert name.replace("\udcff", "?") in page.inner_text("#found")


@pytest.mark.parametrize("dialect", [{}, REFERENCE, TORCHVISION], ids=["paper", "reference", "tv"])
def test_every_dialect(tiny_config, dialect, open_report):
    model = build(tiny_config, **dialect)
    traced = tracing.trace(model, data.coins()[:100, :80], 0.0, keep=tracing.RECOMPUTED)
    page = open_report(report(traced, "tiny"))
    assert page.locator("path.instance").count() == len(traced.detections) > 0
    used = page.locator(".operator.used").get_attribute("data-operator")
    assert used == model.config.roi_pooling
    stored = page.evaluate("explorer.result.instances[0].box")
    wanted = exclusive(traced.follow(0).molded_box, model.config)
    np.testing.assert_allclose(stored, wanted, atol=1e-3)


def test_a_backbone_of_ones_own_is_told_without_its_receptive_field(tiny_config):
    config = tiny_config.changed(backbone=own_backbone)
    traced = types.SimpleNamespace(config=config, min_score=0.5)
    settings = report_settings(traced)
    assert settings["backbone"] == "own" and settings["receptive_fields"] is None
    json.dumps(settings)
