"""A reader who chooses another photograph while the network works does not wait for the first."""

import pytest
from explorer_pages import until
from explorer_windows import open_windows, whole_explorer

pytestmark = pytest.mark.slow
QUIET = "explorer.result && document.getElementById('progress').hidden"


@pytest.fixture
def page(browser, trained, tmp_path):
    """The page after its start; nothing may complain."""
    path = tmp_path / "explorer.html"
    path.write_text(whole_explorer(trained), encoding="utf-8")
    with open_windows(browser, path.as_uri()) as (open_one, trouble):
        yield until(open_one(1280, 900), QUIET)
        assert trouble == []


# A photograph, and at once the next question for one; what the worker says goes to `said`.
CHOOSE_TWICE = """async () => {
  window.said = [];
  engine.worker.addEventListener("message", ({data}) => said.push([data.type, data.id]));
  const [, photo] = DATA.photos;
  await openUrl(photo.image, photo);
  ask(false);
  return engine.asked;
}"""


def test_the_photo_that_was_chosen_last_is_shown(page):
    last = page.evaluate(CHOOSE_TWICE)
    until(page, QUIET)
    said = page.evaluate("said")
    assert ["stopped", last - 1] in said and ["result", last - 1] not in said
    assert ["result", last] in said
    assert page.evaluate("explorer.result.instances.length") > 0
    page.evaluate("ask(true)")  # a turned knob works on the photograph that is shown
    until(page, f"{QUIET} && engine.asked === {last + 1}")


# A photograph of two megapixels, which takes long to decode, and at once a small one.
HURRY = """async () => {
  const large = make("canvas", {height: 1500, width: 1500});
  large.getContext("2d").fillRect(0, 0, 700, 900);
  const [photo] = DATA.photos;
  const late = openUrl(large.toDataURL("image/png"), {name: "late", title: "late"});
  await Promise.all([late, openUrl(photo.image, photo)]);
  return state.photo.name;
}"""


def test_of_two_photos_the_later_wish_stays(page):
    assert page.evaluate(HURRY) == page.evaluate("DATA.photos[0].name")
