"""The report in Firefox: it opens from disk, and a chosen instance shows in every stage."""

import pytest
from explorer_pages import until
from firefox import firefox


@pytest.mark.slow
def test_firefox_shows_the_report(coins, page_of_coins, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page_of_coins, encoding="utf-8")
    (tmp_path / "profile").mkdir()
    with firefox(tmp_path / "profile") as tab:
        tab.open(path.as_uri())
        until(tab, "Boolean(window.explorer?.result && byId('progress').hidden)")
        assert tab.evaluate("explorer.result.instances.length") == len(coins.detections)
        tab.evaluate("choose(20)")
        wanted = coins.follow(20)
        assert tab.evaluate("chosenOne().anchor.index") == wanted.anchor.index
        assert tab.evaluate("chosenOne().pixels") == wanted.mask.sum()
        assert tab.evaluate("document.querySelectorAll('section .own-mark').length") >= 8
        assert tab.trouble == []
