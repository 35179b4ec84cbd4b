"""The start page: the moving picture, the explorer, and a card per notebook."""

from __future__ import annotations

import html
import re

from site_pages.links import ROOT
from site_pages.made_pages import cards, titles, toctree


def start_page(steps: list[dict[str, str]]) -> str:
    """The page as Markdown with HTML inside; its words are in site/start.md."""
    text = (ROOT / "site" / "start.md").read_text(encoding="utf-8")
    parts = {"walk": walk_html(steps), "cards": cards_html(), "toctrees": toctrees()}
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def walk_html(steps: list[dict[str, str]]) -> str:
    """The moving picture: all steps on top of each other; site.js shows one after the other."""
    pictures, texts = [], []
    for i, step in enumerate(steps):
        title, text = html.escape(step["title"]), html.escape(step["text"])
        shown = 'class="shown"' if i == len(steps) - 1 else ""  # without scripts, the last
        source = f"_static/walk/{step['file']}.webp"
        pictures.append(
            f'<img {shown} src="{source}" alt="{title}. {text}" width="768" height="606">'
        )
        link = f'<a href="notebooks/{step["notebook"]}.html">Notebook {step["notebook"][:2]}</a>'
        texts.append(f"<li {shown}><b>{i + 1} · {title}</b> {text} {link}</li>")
    opening = '<figure class="walk" aria-label="One photograph on its way through the model">'
    return "\n".join([opening, "<div>", *pictures, "</div>", "<ol>", *texts, "</ol>", "</figure>"])


def cards_html() -> str:
    """A card per notebook: a figure of it, its title, and what it explains, from the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    explained = dict(re.findall(r"^\| \[(\w+)\]\([^)]*\) \| ([^|]*) \|", readme, re.MULTILINE))
    return cards({name: (f"notebooks/{name}.html", explained[name]) for name in titles()})


def toctrees() -> str:
    """What stands in the side bar, in groups."""
    notebooks = [entry(name, "notebooks") for name in titles()]
    groups = {
        "The course": notebooks,
        "Practise": ["exercises", "quizzes"],
        "See": ["Gallery <notebooks/gallery>", "slides"],
        "Look up": [
            "notebooks/glossary",
            "Reference <api/index>",
            "theirs_and_ours",
            "model_cards",
        ],
        "Teach": ["Instructor's guide <teaching/README>"],
    }
    trees = [toctree(entries, caption=caption) for caption, entries in groups.items()]
    return "\n\n".join(trees)


def teaching_tree() -> str:
    """The pages of the instructor's guide, for the end of its first page."""
    pages = ["plans", "outcomes", "questions", "boards", "capstone", "rooms", "grading"]
    notes = [entry(name, "notes", "Notes ") for name in titles()]
    return toctree([*pages, *notes])


def entry(name: str, folder: str, before: str = "") -> str:
    """An entry of the side bar with a short title: "03 · The region proposal network (RPN)"."""
    title = titles()[name].partition(":")[0]
    return f"{before}{name[:2]} · {title} <{folder}/{name}>"
