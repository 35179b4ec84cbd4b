"""The explorer's page in Firefox: it runs there, too, and follows a click and a knob."""

import pytest
from explorer_pages import until
from explorer_windows import whole_explorer
from firefox import firefox

QUIET = "Boolean(window.explorer?.result && document.getElementById('progress').hidden)"
FOUND = "explorer.result.instances.length"


@pytest.mark.minutes
def test_firefox_shows_the_coins_and_follows_a_knob(trained, tmp_path):
    path = tmp_path / "explorer.html"
    path.write_text(whole_explorer(trained), encoding="utf-8")
    (tmp_path / "profile").mkdir()
    with firefox(tmp_path / "profile") as tab:
        tab.open(path.as_uri())
        until(tab, QUIET, 300)
        assert tab.evaluate(FOUND) == 24
        assert tab.evaluate("document.querySelectorAll('.instance').length") == 24
        tab.evaluate("choose(20)")
        assert tab.evaluate("document.querySelectorAll('section .own-mark').length") >= 8
        knob = "(state.settings.detection_min_score = 0.95, announce('settings'))"
        tab.evaluate(knob)
        until(tab, f"{FOUND} < 24")
        assert tab.trouble == []
