"""Print the built decks: build/slides/pdf/NN_name.pdf, one page per slide.

    make slides
    python scripts/print_slides.py

It is what the browser's own print dialog does with NN_name.html?print-pdf. It needs playwright,
which `make setup` installs, and a Chromium.
"""

from __future__ import annotations

import pathlib
import shutil
import sys

FOLDER = pathlib.Path(__file__).parent.parent / "build" / "slides"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def print_deck(page, deck: pathlib.Path, pdf: pathlib.Path) -> None:
    """Print a built deck to a file.

    Args:
        page: a page of playwright's; deck: the .html; pdf: the file to write.
    """
    page.goto(f"{deck.as_uri()}?print-pdf")
    page.wait_for_selector(".pdf-page")
    page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)


def main() -> None:
    from playwright.sync_api import sync_playwright

    decks = sorted(FOLDER.glob("[01][0-9]_*.html"))
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not decks or path is None:
        sys.exit("First `make slides`." if path else "There is no Chromium: install one.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path)
        page = browser.new_page()
        for deck in decks:
            pdf = FOLDER / "pdf" / f"{deck.stem}.pdf"
            print_deck(page, deck, pdf)
            print(pdf)
        browser.close()


if __name__ == "__main__":
    main()
