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


# Two photographs, of which the first is decoded only when the second is shown.
HURRY = """async () => {
  const decode = Image.prototype.decode, [first, second] = DATA.photos;
  let open, waiting = new Promise((end) => { open = end; });
  Image.prototype.decode = async function () { await waiting; return decode.call(this); };
  const late = openUrl(first.image, first);
  Image.prototype.decode = decode;
  await openUrl(second.image, second);
  open();
  await late;
  return state.photo.name;
}"""


def test_of_two_photos_the_later_wish_stays(page):
    assert page.evaluate(HURRY) == page.evaluate("DATA.photos[1].name")
