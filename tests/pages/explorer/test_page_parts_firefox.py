"""The explorer's page in Firefox: it runs there, too, offline, and finds the same."""

import pytest
from explorer_pages import until
from explorer_windows import whole_explorer
from firefox import start_firefox

pytestmark = pytest.mark.slow
QUIET = "window.explorer && explorer.result && document.getElementById('progress').hidden"
FOUND = "explorer.result.instances.length"


def test_firefox_finds_the_coins_and_follows_a_knob(trained, start_process, tmp_path):
    profile = tmp_path / "profile"
    profile.mkdir()
    firefox = start_firefox(start_process, profile)
    path = tmp_path / "explorer.html"
    path.write_text(whole_explorer(trained), encoding="utf-8")
    firefox.goto(path.as_uri())
    until(firefox, QUIET, 300)
    assert firefox.evaluate(FOUND) == 24
    assert firefox.evaluate("document.querySelectorAll('.instance').length") == 24
    firefox.evaluate("choose(20)")
    assert firefox.evaluate("document.querySelectorAll('section .own-mark').length") >= 8
    firefox.evaluate("state.settings.detection_min_score = 0.95; announce('settings')")
    until(firefox, f"{FOUND} < 24")
    assert firefox.trouble == []
