"""The site of the course, in build/site: `make site`.

It opens from disk and from any path of a server, and asks nothing of other sites. Notebooks are
shown as they were committed; nothing is executed. The decks must have been made before (`make
slides`); the explorers in build/ (`make explorer`) become one page, which loads a model.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tarfile

import npm_package
from site_pages import api, decks, explorers, made_pages
from site_pages.collected import PAGES, PICTURES, collect, paths_of, write_if_changed
from site_pages.links import ROOT
from site_pages.start import start_page
from site_pages.walk import draw_walk

BUILD = ROOT / "build"
MATHJAX = ("mathjax", "3.2.2")
SHA512 = "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw=="


def main(build: pathlib.Path = BUILD) -> None:
    """Make the site in build/site, from build/slides and build/explorer*.html.

    Raises `FileNotFoundError` without decks, `RuntimeError` and `ValueError` as
    `npm_package.fetch`, `subprocess.CalledProcessError` if Sphinx has anything to warn of.
    """
    source, static, site = build / "site_source", build / "site_static", build / "site"
    decks.check(build / "slides")
    write_if_changed(static / "mathjax" / "tex-svg.js", mathjax())
    pictures = collect(source)
    (build / "site_pictures.json").write_text(json.dumps(pictures), encoding="utf-8")
    for name, text in made(draw_walk(static / "walk")).items():
        write_if_changed(source / name, text.encode())
    run_sphinx(build)
    decks.add(build / "slides", site)
    explorers.add(build, site)
    tidy(site)


def mathjax() -> bytes:
    """MathJax in one file: formulas as SVG."""
    with tarfile.open(npm_package.fetch(*MATHJAX, SHA512)) as files:
        script = files.extractfile("package/es5/tex-svg.js")
        assert script is not None
        return script.read()


def made(steps: list[dict[str, str]]) -> dict[str, str]:
    """The pages that are in no folder of the course: path -> Markdown."""
    pages = {
        "index.md": start_page(steps),
        "exercises.md": made_pages.exercises_page(),
        "quizzes.md": made_pages.quizzes_page(),
        "slides.md": made_pages.slides_page(),
        "model_cards.md": made_pages.model_cards_page(),
        "theirs_and_ours.md": made_pages.theirs_page({*paths_of(PAGES), *paths_of(PICTURES)}),
    }
    return pages | {f"api/{name}": text for name, text in api.pages().items()}


def run_sphinx(build: pathlib.Path) -> None:
    """Build the pages; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    command += ["-c", str(ROOT / "site"), "-d", str(build / "site_trees")]
    command += [str(build / "site_source"), str(build / "site")]
    subprocess.run(command, check=True, env=os.environ | {"SITE_BUILD": str(build)})


def tidy(site: pathlib.Path) -> None:
    """Add the pictures that pages show without Sphinx; remove what no page needs."""
    # Of figures that are equal a notebook shows one; the gallery shows each by its own name.
    for place in paths_of(("notebooks/gallery/*.webp",)):
        path = ROOT / place
        write_if_changed(site / "_images" / path.name, path.read_bytes())
    for place in paths_of(("assets/*.svg",)):
        write_if_changed(site / place, (ROOT / place).read_bytes())
    for path in [*site.rglob("*.map"), *(site / "_static").glob("*macros.html")]:
        path.unlink()


if __name__ == "__main__":
    main()
    files = [path for path in (BUILD / "site").rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" for path in files)
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"build/site/index.html: {pages} pages, {size:.1f} MB")
