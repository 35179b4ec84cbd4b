"""Copies to recall from: headings, code and questions, and no answer."""

import re

import nbformat
import pytest
from helpers import ROOT

FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("[0-9]*.ipynb"))
CELL = """\
## 3 · A title

Some [text](a.md).

**Predict first:** which [map](glossary.md#level)
is `larger`?

```
# no heading
```

<details>
<summary>Answer</summary>

The first.

</details>

More text.

### A smaller title

**Predict first:** why?
<details>"""


@pytest.fixture
def cleaner(monkeypatch):
    """The script, as a module."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import clean_notebooks

    return clean_notebooks


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def codes(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def headings(notebook):
    return re.findall(r"(?m)^#+ .+$", "\n".join(texts(notebook)))


def test_of_a_text_stay_headings_and_questions(cleaner):
    wanted = (
        "## 3 · A title\n\n**Predict first:** which map\nis `larger`?\n\n```\n# no heading\n```\n\n"
        "### A smaller title\n\n**Predict first:** why?"
    )
    assert cleaner.questions_and_headings(CELL) == wanted
    assert cleaner.questions_and_headings("Only text.\n\n```\n# code\n```") == ""


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_all_code_all_headings_all_questions_and_no_answer(cleaner, path):
    whole = nbformat.read(path, as_version=4)
    copy = cleaner.clean(whole, path.name)
    nbformat.validate(copy)
    assert [cell.source for cell in codes(copy)] == [cell.source for cell in codes(whole)]
    assert not [cell for cell in codes(copy) if cell.outputs or cell.execution_count]
    assert headings(copy) == headings(whole)
    text, before = "\n".join(texts(copy)), "\n".join(texts(whole))
    assert text.count("**Predict first:**") == before.count("**Predict first:**") >= 2
    assert text.count(f"](../../notebooks/{path.name})") == text.count("](") == 1
    assert "<details>" not in text and "Answer" not in text
    for answer in re.findall(
        r"(?s)<details>\n<summary>.+?</summary>\n\n(.+?)\n\n</details>", before
    ):
        lines = [line for line in answer.splitlines() if len(line) > 20]
        assert not [line for line in lines if line in text]
    assert len(text) < 0.4 * len(before)


def test_the_copies_are_notebooks_that_do_not_depend_on_their_folder(cleaner, tmp_path, capsys):
    cleaner.write_copies(
        [FOLDER / "02_fpn.ipynb", FOLDER / "05_mrcnn_heads.ipynb"], tmp_path / "new"
    )
    written = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in written] == ["02_fpn.ipynb", "05_mrcnn_heads.ipynb"]
    assert "2 notebooks" in capsys.readouterr().out
    for path in written:
        copy = nbformat.read(path, as_version=4)
        assert copy.cells[0].source.startswith("# 0") and "own words" in copy.cells[0].source
        assert copy.metadata.kernelspec.name == "python3" and path.stat().st_size < 50_000
        assert not [cell for cell in codes(copy) if "../" in cell.source]
