"""A reader who chooses another photograph while the network works does not wait for the first."""

import pytest
from explorer_pages import until
from explorer_windows import open_windows, whole_explorer

pytestmark = pytest.mark.slow
QUIET = "explorer.result && document.getElementById('progress').hidden"
# A photograph, and at once the next question for one; what the worker says goes to `said`.
CHOOSE_TWICE = """async () => {
  window.said = [];
  engine.worker.addEventListener("message", ({data}) => said.push([data.type, data.id]));
  const [, photo] = DATA.photos;
  await openUrl(photo.image, photo);
  ask(false);
  return engine.asked;
}"""


def test_the_photo_that_was_chosen_last_is_shown(browser, trained, tmp_path):
    path = tmp_path / "explorer.html"
    path.write_text(whole_explorer(trained), encoding="utf-8")
    with open_windows(browser, path.as_uri()) as (open_one, trouble):
        page = until(open_one(1280, 900), QUIET)
        last = page.evaluate(CHOOSE_TWICE)
        until(page, QUIET)
        said = page.evaluate("said")
        assert ["stopped", last - 1] in said and ["result", last - 1] not in said
        assert ["result", last] in said
        assert page.evaluate("explorer.result.instances.length") > 0
        page.evaluate("ask(true)")  # a turned knob works on the photograph that is shown
        until(page, f"{QUIET} && engine.asked === {last + 1}")
        assert trouble == []
