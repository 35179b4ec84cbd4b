"""Formulas stay whole: no line inside one may begin like something else in Markdown."""

import re

import nbformat
import pytest
from helpers import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("[0-9]*.ipynb"))
TEXTS = [
    *sorted((ROOT / "notebooks" / "exercises").glob("[0-9]*.py")),
    *sorted(ROOT.glob("*.md")),
    ROOT / "notebooks" / "glossary.md",
    *sorted((ROOT / "teaching").rglob("*.md")),
    *sorted((ROOT / "assets" / "weights").glob("*.md")),
]
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)
# An item of a list, a heading, a quotation, a table's row.
BEGINS = re.compile(r"\n\s*(?:[-+*] |\d+[.)] |#+ |>|\||=+\s*\n)")


def torn_formulas(text):
    """Formulas that a web page tears apart, since a later line of them begins something else."""
    return [formula for formula in FORMULA.findall(CODE.sub("", text)) if BEGINS.search(formula)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_notebook_tears_a_formula(path):
    cells = nbformat.read(path, as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert [formula for text in texts for formula in torn_formulas(text)] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_other_text_tears_a_formula(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":  # a percent file: the text is in comments
        text = re.sub(r"(?m)^# ?", "", "\n".join(re.findall(r"(?m)^#.*$", text)))
    # A formula ends in its paragraph, so that one lonely dollar cannot begin one.
    paragraphs = CODE.sub("", text).split("\n\n")
    assert [formula for part in paragraphs for formula in torn_formulas(part)] == []


@pytest.mark.parametrize("sign", ["+ 0.5", "- 0.5", "* 0.5", "> 0.5", "# x", "1. x", "2) x", "| x"])
def test_a_torn_formula_is_seen(sign):
    formula = f"$(1.25\n{sign}) \\cdot 8$"
    assert torn_formulas(f"at {formula}, at $$a\n  {sign}$$") == [formula, f"$$a\n  {sign}$$"]


def test_other_text_is_no_formula():
    assert torn_formulas("$a + b$\n\n- an item\n- `$x` and $c\n+d$ and `$y`") == []
    assert torn_formulas("```\n$a\n- b$\n```\n$a + b\n= c$") == []
