"""Every slide in a browser, at two sizes: nothing is cut off, small, missing or fetched."""

import runpy
import shutil
import subprocess
import sys

import pytest
from deck import DECKS, SLIDES, slides_of
from helpers import ROOT

pytestmark = pytest.mark.slow
SIZES = ((1280, 720), (1024, 768))
# Goes through all slides; returns what is wrong with them, in words.
LOOK = """() => {
  const wrong = [], scale = Reveal.getScale();
  const room = {right: innerWidth + 1, bottom: (innerHeight + 720 * scale) / 2 + 1};
  for (let i = 0; i < Reveal.getTotalSlides(); i++) {
    Reveal.slide(i);
    const slide = Reveal.getCurrentSlide();
    const say = (text, what) => wrong.push(`slide ${i + 1}: ${text}: ${what}`);
    const shown = [...slide.querySelectorAll("*")].filter(e => !e.closest("aside"));
    for (const element of shown) {
      const box = element.getBoundingClientRect();
      if (box.left < -1 || box.right > room.right || box.bottom > room.bottom || box.top < -1)
        say("outside", element.outerHTML.slice(0, 80));
      if (element.scrollWidth > element.clientWidth + 1 && element.matches("pre, table, div, p"))
        say("cut off", element.outerHTML.slice(0, 80));
      const words = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
      if (words && parseFloat(getComputedStyle(element).fontSize) < 24)
        say("small letters", element.textContent.slice(0, 80));
      if (element.tagName === "IMG") {
        // Of its own size, without the frame: a figure's letters have 14 pixels at 1.
        const cover = getComputedStyle(element).objectFit === "cover";
        const shown = (cover ? Math.max : Math.min)(
          (box.width / scale - 28) / element.naturalWidth,
          (box.height / scale - 20) / element.naturalHeight);
        if (!element.complete || !element.naturalWidth) say("not loaded", element.src);
        else if (Math.min(box.width, box.height) < 100 * scale) say("tiny", element.src);
        else if (shown < 0.65 && i > 0) say("small letters in the figure", element.src);
      }
    }
    const blocks = shown.filter(e => e.matches("h1, h2, .body, .body > *:not(.words), .words > *"));
    for (const one of blocks) for (const other of blocks) {
      if (one === other || one.contains(other) || other.contains(one)) continue;
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      const apart = a.right <= b.left + 1 || b.right <= a.left + 1;
      if (!apart && a.bottom > b.top + 1 && b.bottom > a.top + 1)
        say("overlap", one.textContent.slice(0, 40) + " | " + other.textContent.slice(0, 40));
    }
  }
  return wrong;
}"""

# The same for the pages to print: each holds its slide, with its margins; figures are large.
LOOK_AT_PAGES = """() => {
  const wrong = [], pages = [...document.querySelectorAll(".pdf-page")];
  for (const page of pages) {
    const room = page.getBoundingClientRect();
    for (const element of page.querySelectorAll("h1, h2, .body, .body *")) {
      const box = element.getBoundingClientRect();
      if (box.left < room.left + 40 || box.right > room.right - 40) wrong.push(element.outerHTML);
      if (box.top < room.top + 30 || box.bottom > room.bottom - 30) wrong.push(element.outerHTML);
      if (element.tagName === "IMG" && Math.min(box.width, box.height) < 100)
        wrong.push(element.src);
    }
  }
  return {pages: pages.length, wrong: wrong.map(text => text.slice(0, 80))};
}"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the built decks; a warning of the build is an error."""
    pytest.importorskip("sphinx_revealjs", reason="the extra `site` is not installed")
    folder = tmp_path_factory.mktemp("slides")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "revealjs"]
    command += ["-d", folder / "trees", SLIDES, folder / "decks"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(folder / "trees")
    return folder / "decks"


@pytest.fixture(scope="module")
def open_deck(browser, built):
    """Opens a built deck; the module fails if anything is fetched from outside the folder."""
    context = browser.new_context()
    trouble = []
    page = context.new_page()
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    here = (built.as_uri(), "data:", "about:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(here) else trouble.append(r.url))

    def open_it(stem, size, query=""):
        page.set_viewport_size(dict(width=size[0], height=size[1]))
        page.goto(f"{(built / stem).as_uri()}.html{query}")
        page.wait_for_function("Reveal.isReady()")
        assert trouble == []
        return page

    yield open_it
    context.close()
    assert trouble == []


@pytest.mark.parametrize("deck", DECKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_slide_shows_all_that_is_on_it(open_deck, deck, size):
    page = open_deck(deck.stem, size)
    assert page.evaluate("Reveal.getTotalSlides()") == len(slides_of(deck))
    assert page.evaluate(LOOK) == []


def test_the_first_page_shows_all_decks(open_deck):
    for size in SIZES:
        page = open_deck("index", size)
        assert page.evaluate(LOOK) == []
        assert page.locator(".slides a").count() == len(DECKS)


def test_the_looking_finds_what_is_cut_off_small_or_missing(open_deck):
    page = open_deck(DECKS[0].stem, SIZES[0])
    add = "document.querySelector('.body').insertAdjacentHTML('beforeend', '{}')"
    page.evaluate(add.format('<p style="width: 2000px; max-width: none">wide</p>'))
    page.evaluate(add.format('<p style="font-size: 20px">small</p><img src="data:,">'))
    page.evaluate("[...document.querySelectorAll('img')].at(-1).style.maxHeight = '200px'")
    page.wait_for_timeout(100)
    found = " ".join(page.evaluate(LOOK))
    assert "outside" in found and "small letters: small" in found and "not loaded" in found
    assert "small letters in the figure" in found


@pytest.mark.parametrize("deck", DECKS[::4], ids=lambda path: path.stem)
def test_printed_there_is_one_page_per_slide_and_nothing_is_cut_off(browser, built, deck, tmp_path):
    script = runpy.run_path(str(ROOT / "scripts" / "print_slides.py"))
    page = browser.new_page()
    script["print_deck"](page, built / f"{deck.stem}.html", tmp_path / "deck.pdf")
    count = len(slides_of(deck))
    assert page.evaluate(LOOK_AT_PAGES) == {"pages": count, "wrong": []}
    assert (tmp_path / "deck.pdf").read_bytes().count(b"/Type /Page\n") == count
    page.close()


def test_speaker_notes_are_shown_in_the_speakers_window(open_deck):
    page = open_deck(DECKS[0].stem, SIZES[0])
    with page.expect_popup() as window:
        page.keyboard.press("s")
    notes = window.value.locator(".speaker-controls-notes .value")
    notes.wait_for()
    first = slides_of(DECKS[0])[0].notes.split()[:4]
    assert " ".join(first) in " ".join(notes.text_content().split())
    window.value.close()
