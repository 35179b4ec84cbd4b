"""Pages of the site that are made from what the course has: tables of exercises, quizzes, decks."""

from __future__ import annotations

import functools
import html
import json
import pathlib
import re

from site_pages.links import ROOT, Turner, repository

# The figure of each notebook that its card shows, by its number in the gallery.
FIGURES = {
    "00_the_whole_picture": 1,
    "01_backbone": 1,
    "02_fpn": 5,
    "03_rpn": 1,
    "04_roi_align": 9,
    "05_mrcnn_heads": 1,
    "06_detection": 1,
    "07_targets_and_losses": 1,
    "08_training": 7,
    "09_evaluation": 16,
    "10_pretrained_weights": 1,
    "11_your_own_data": 1,
}
EXERCISE = re.compile(r"^## (\d\d\.\d) · (.+)\n\n\*(.+)\*", re.MULTILINE)


def cells(path: pathlib.Path) -> list[str]:
    """The Markdown cells of a notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]


@functools.cache
def titles() -> dict[str, str]:
    """The title of each notebook, without its number: {"03_rpn": "The region ..."}."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("[01]*.ipynb")):
        found[path.stem] = cells(path)[0].splitlines()[0].partition(" · ")[2]
    return found


def toctree(entries: list[str], hidden: bool = True, caption: str = "") -> str:
    options = [":hidden:"] if hidden else []
    options += [f":caption: {caption}"] if caption else []
    return "\n".join(["```{toctree}", *options, ":maxdepth: 1", "", *entries, "```", ""])


def cards(of_each: dict[str, tuple[str, str]]) -> str:
    """A card per notebook: a figure of it, its title, a text, and a link: {name: (link, text)}."""
    lines = ['<div class="cards">']
    for name, (link, text) in of_each.items():
        picture = f"_images/{name}_{FIGURES[name]:02}.webp"
        lines += [
            f'<a class="card-of-notebook" href="{link}">',
            f'<span class="picture"><img class="decorative" src="{picture}" alt=""></span>',
            f"<b>{name[:2]} · {html.escape(titles()[name])}</b>",
            f"<span>{html.escape(text)}</span></a>",
        ]
    return "\n".join([*lines, "</div>"])


def exercises_page() -> str:
    """All exercises, with a link to the notebook of each."""
    lines = [
        "# Exercises",
        "",
        "You write a function of the model; `check` compares it with the real one and knows the "
        "usual mistakes by name; `hint` helps step by step. Here you can read what is asked. To "
        "work on them, open the notebook in JupyterLab (`make lab`).",
        "",
        "| exercise | what it is about | kind | difficulty | minutes |",
        "|---|---|---|---|---|",
    ]
    paths = sorted((ROOT / "notebooks" / "exercises").glob("*.ipynb"))
    for path in paths:
        for key, title, label in EXERCISE.findall("\n".join(cells(path))):
            parts = [part.strip() for part in label.split("·")]
            kind, difficulty, minutes = parts[0], parts[1].split()[1], parts[-1].split()[0]
            link = f"[{key}](notebooks/exercises/{path.name})"
            lines.append(f"| {link} | {title} | {kind} | {difficulty} of 3 | {minutes} |")
    short = {path.stem: titles()[path.stem].partition(":")[0] for path in paths}
    names = [f"{name[:2]} · {title} <notebooks/exercises/{name}>" for name, title in short.items()]
    return "\n".join([*lines, "", toctree(names)])


def quizzes_page() -> str:
    """The quizzes, each at the end of its notebook."""
    lines = [
        "# Quizzes",
        "",
        "Each notebook ends with a quiz. A click on a choice says at once why it is right or "
        "wrong. Every number in a quiz is computed by the package.",
        "",
        "| quiz | questions | the first of them |",
        "|---|---|---|",
    ]
    for name, title in titles().items():
        path = ROOT / f"maskrcnn_explained/course/quizzes/filled/{name[:2]}.json"
        questions = json.loads(path.read_text(encoding="utf-8"))["questions"]
        link = f"[{name[:2]} · {title}](notebooks/{name}.ipynb#quiz)"
        lines.append(f"| {link} | {len(questions)} | {questions[0]['text']} |")
    return "\n".join([*lines, ""])


def slides_page() -> str:
    """The decks, which Sphinx builds on their own."""
    lines = [
        "# Slides",
        "",
        "One deck per notebook, 15 to 25 slides, with the notebook's own figures. Arrow keys move; "
        "`S` opens the speaker's notes, `Esc` shows all slides at once. For a PDF, add "
        "`?print-pdf` to the address of a deck and print it to a file.",
        "",
    ]
    return "\n".join([*lines, cards({name: (f"slides/{name}.html", "") for name in titles()}), ""])


def model_cards_page() -> str:
    """The cards of the weights that ship."""
    names = {
        "README": "`scenes`: disks, rectangles, triangles and stars",
        "nuclei": "`nuclei`: cell nuclei under the microscope",
        "photos": "`photos`: seven groups of everyday things",
    }
    lines = [
        "# Model cards",
        "",
        "Three sets of weights ship with the package. Each card says how they were trained, on "
        "what, how good they are, and where they fail.",
        "",
    ]
    lines += [f"- [{text}](assets/weights/{name}.md)" for name, text in names.items()]
    return "\n".join([*lines, "", toctree([f"assets/weights/{name}" for name in names])])


def theirs_page(collected: set[str]) -> str:
    """What matterport's code does, step by step, with our line for each step."""
    from maskrcnn_explained.course.side_by_side import STEPS, beside_table, settings_table

    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    dialects = re.search(r"^## Dialects\n(.*?)^## ", text, re.DOTALL | re.MULTILINE)[1]
    lines = [
        "# Theirs and ours",
        "",
        "For readers of [matterport/Mask_RCNN](https://github.com/matterport/Mask_RCNN), the "
        "best-known implementation in Keras. First each step of its stages with our line for it, "
        "then each of its settings, then every choice in which implementations differ. A test "
        "looks up each piece of our code that is quoted here.",
        "",
    ]
    for stage in STEPS:
        lines += [f"## The stage `{stage}`", "", beside_table(stage), ""]
    lines += ["## Settings", "", settings_table(), "", "## Choices that differ", dialects]
    return Turner("CONTRIBUTING.md", collected, repository()).turn("\n".join(lines))
