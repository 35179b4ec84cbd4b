"""The forms that all notebooks share: headings, predictions, exercises, core path, words, links."""

import ast
import json
import re

import pytest
from helpers import ROOT

from maskrcnn_explained.course.exercises.registry import (
    exercises_of,
    find_exercise,
    notebook_numbers,
)

FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("[0-9]*.ipynb"))
UNNUMBERED = {"Common confusions", "Exercises", "Quiz", "Summary", "Further reading"}
COLLAPSED = "jp-MarkdownHeadingCollapsed"  # JupyterLab folds the section below such a cell
MORE = " (more)"  # how the heading of a section beyond the core path ends
FOLDED = re.compile(r"<details>\n<summary>Answer</summary>\n\n.+?\n\n</details>", re.DOTALL)
# "one mask a class" where "one mask per class" is meant.
DISTRIBUTIVE = re.compile(
    r"\b(?:one|two|three|four|five|six|nine|\d[\d,.]*) (?:[a-z]+ )?[a-z]+s? an? "
    r"(?:anchor|batch|box|cell|channel|class|image|instance|level|map|object|pixel|RoI|scene|side"
    r"|stage|step)\b"
)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def cells(request):
    return json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def prose(cells):
    return [source(cell) for cell in cells if cell["cell_type"] == "markdown"]


def headings(text):
    return [line for line in text.split("\n") if re.match(r"##+ ", line)]


def test_sections_are_numbered_in_one_way(cells):
    titles = [line[3:] for text in prose(cells) for line in headings(text) if line[:3] == "## "]
    numbered = [title for title in titles if title not in UNNUMBERED]
    assert [title.split(" · ")[0] for title in numbered] == [
        str(number) for number in range(1, len(numbered) + 1)
    ]
    assert set(titles) >= UNNUMBERED


def test_every_prediction_has_its_folded_answer_in_its_cell(cells):
    asked = [text for text in prose(cells) if "**Predict first:**" in text]
    assert 2 <= len(asked) <= 9
    for text in asked:
        questions = text.split("**Predict first:**")[1:]
        assert [q[:60] for q in questions if not FOLDED.search(q)] == []
    assert not [text for text in prose(cells) if re.search(r"\*\*Predict(?! first:)", text)]


def section(cells, title):
    """The text from a heading of the second level to the next one."""
    return "\n\n".join(prose(cells)).partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_table_of_exercises_is_that_of_the_registry(path):
    text = section(json.loads(path.read_text(encoding="utf-8"))["cells"], "Exercises")
    if path.stem[:2] not in notebook_numbers():
        assert "](#Quiz)" in text and "](exercises/01_backbone.ipynb)" in text
        return
    assert f"](exercises/{path.stem}.ipynb)" in text
    source_text = (FOLDER / "exercises" / f"{path.stem}.py").read_text(encoding="utf-8")
    titles = dict(re.findall(r"^# ## (\d\d\.\d) · ([^\n]+)$", source_text, re.M))
    rows = re.findall(r"^\| (\d\d\..+) \|$", text, re.M)
    assert text.split()[0] == {5: "Five", 6: "Six", 7: "Seven"}[len(rows)]
    assert [tuple(row.split(" | ")) for row in rows] == [
        (key, titles[key], f"`{e.name}`", e.kind, f"{e.difficulty} of 3", str(e.minutes))
        for key, e in exercises_of(path.stem[:2]).items()
    ]
    for key, name in re.findall(r"`check\(\"(\d\d\.\d)\", (\w+)\)`", text):
        assert find_exercise(key).name == name


def test_nothing_is_solved_on_the_page(cells):
    text = section(cells, "Exercises")
    assert text and "<details>" not in text
    texts = [source(cell) for cell in cells]
    start = next(i for i, text in enumerate(texts) if text.startswith("## Exercises"))
    assert cells[start + 1]["cell_type"] == "markdown"


def test_exercises_are_named_by_keys_that_exist(cells):
    """Not "exercise 3", which would be one on the page."""
    text = "\n\n".join(prose(cells))
    named = re.findall(r"(?i)\bexercises?\s+(\d[\d.]*\d|\d)", text)
    assert all(find_exercise(key) for key in named)


def test_the_core_path_is_marked_and_the_rest_is_folded(cells):
    assert sum("**Core path:**" in text for text in prose(cells)) == 1
    for cell in cells:
        lines = headings(source(cell)) if cell["cell_type"] == "markdown" else []
        more = [line for line in lines if line.endswith(MORE)]
        # JupyterLab folds a cell that begins with its heading.
        assert not more or source(cell).startswith(more[0])
        assert bool(more) == cell["metadata"].get(COLLAPSED, False), lines


def draws_only(code):
    """Whether a cell shows figures, prints nothing and claims nothing."""
    shows = re.search(r"\bshow\w*\(", code)
    tree = ast.parse(code)
    claims = any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    return bool(shows) and not claims and "print(" not in code


def test_cells_that_only_draw_are_short_or_collapsed(cells):
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    long = [cell for cell in code[1:] if source(cell).count("\n") >= 4 and draws_only(source(cell))]
    folded = [cell["metadata"].get("jupyter", {}).get("source_hidden", False) for cell in long]
    assert [source(c) for c, is_folded in zip(long, folded, strict=True) if not is_folded] == []


def test_alternatives_live_with_the_figures(cells):
    """A call in a notebook adds at most what is true of this one picture."""
    code = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "code")
    assert code.count("alt=") <= 6


def test_per_is_the_distributive_word(cells):
    found = [match for text in prose(cells) for match in DISTRIBUTIVE.findall(text)]
    assert found == []


def test_the_last_line_says_what_comes_next(cells):
    assert re.match(r"\*\*Next:\*\* \[.+\]\(\w+\.ipynb\)", source(cells[-1]).split("\n")[-1])


@pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("[0-9]*.ipynb")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_no_sentence_becomes_a_list(path):
    """A line that begins with "1. " begins a list, also where a sentence goes on."""
    texts = prose(json.loads(path.read_text(encoding="utf-8"))["cells"])
    pieces = [text.split("\n") for text in texts]
    broken = [
        f"{line} / {after}"
        for lines in pieces
        for line, after in zip(lines, lines[1:], strict=False)
        if re.match(r"1[.)] ", after) and line.strip() and not line.endswith(":")
    ]
    assert broken == []
