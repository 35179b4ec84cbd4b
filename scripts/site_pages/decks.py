"""The decks of `make slides` inside the site, with its pictures in the place of their copies."""

from __future__ import annotations

import pathlib
import re

from site_pages.collected import write_if_changed

# Of reveal.js the decks use these; the rest is 4 MB.
UNUSED = re.compile(
    r"\.map$|\.esm\.js$|^\.buildinfo$|^objects\.inv$|^_sources/|^pdf/"
    r"|revealjs/plugin/(?!notes/)|revealjs/dist/theme/"
)


def check(slides: pathlib.Path) -> None:
    """Raise `FileNotFoundError` if the decks were not built."""
    if not (slides / "index.html").is_file():
        raise FileNotFoundError(f"{slides}/index.html is not there: run `make slides`.")


def add(slides: pathlib.Path, site: pathlib.Path) -> None:
    """Copy the decks to the folder `slides` of the site. Errors as for `check`."""
    check(slides)
    for path in sorted(slides.rglob("*")):
        place = path.relative_to(slides).as_posix()
        if path.is_dir() or UNUSED.search(place):
            continue
        if place.startswith("_images/") and (site / place).is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".html":
            content = shared_pictures(path.read_text(encoding="utf-8"), site).encode()
        write_if_changed(site / "slides" / place, content)


def shared_pictures(page: str, site: pathlib.Path) -> str:
    """A deck's HTML in which the pictures that the site has are those of the site."""

    def turned(found: re.Match) -> str:
        shared = (site / "_images" / found[2]).is_file()
        return f"{found[1]}../_images/{found[2]}" if shared else found[0]

    # Browsers look for an icon at the server's root, where this site may not be.
    icon = '<link rel="icon" href="../_static/favicon.svg">'
    page = page.replace("</head>", f"{icon}</head>", 1)
    return re.sub(r'((?:src|href|data)=")_images/([^"?#]+)', turned, page)
