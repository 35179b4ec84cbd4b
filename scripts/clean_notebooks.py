"""Write copies of the notebooks with headings, code and questions only: recall, then read again.

    python scripts/clean_notebooks.py [notebooks/03_rpn.ipynb ...]

They go to `build/clean_notebooks/`, and they run. Text, answers and outputs are left out; of the
text only headings and the questions after `**Predict first:**` stay.
"""

import pathlib
import re
import sys

import nbformat

ROOT = pathlib.Path(__file__).parent.parent
TARGET = ROOT / "build" / "clean_notebooks"
QUESTION = "**Predict first:**"
LINK = re.compile(r"\[([^\[\]]*)\]\([^)]*\)")
# Below the title of each copy.
TASK = (
    "*Headings, code and questions of [{name}](../../notebooks/{name}). Read a heading, say in "
    "your own words what it is about, answer the question, and only then run the cell.*"
)


def questions_and_headings(text: str) -> str:
    """What stays of a text cell; "" if nothing does. Links become their words."""
    kept, asking, fenced = [], False, False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        heading = re.match(r"#+ ", line) and not fenced
        if line.startswith(QUESTION):
            asking = True
        elif heading or line.startswith("<details>"):
            asking = False
        if asking or heading:
            kept += ["", line] if heading or line.startswith(QUESTION) else [line]
    return LINK.sub(r"\1", re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip())


def clean(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """A copy of a notebook without outputs, with headings and questions only.

    Args:
        notebook: as it is in `notebooks/`; it is not changed.
        name: of its file; the copy links to it.
    """
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            code = nbformat.v4.new_code_cell(cell.source, id=cell.id, metadata=cell.metadata)
            code.metadata = {key: code.metadata[key] for key in code.metadata if key != "tags"}
            cells.append(code)
        elif kept := questions_and_headings(cell.source):
            kept += "\n\n" + TASK.format(name=name) if kept.startswith("# ") else ""
            cells.append(nbformat.v4.new_markdown_cell(kept, id=cell.id, metadata=cell.metadata))
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def write_copies(paths: list[pathlib.Path], folder: pathlib.Path) -> None:
    """Write the clean copy of each notebook into a folder, under the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        nbformat.write(clean(nbformat.read(path, as_version=4), path.name), folder / path.name)
    print(f"{len(paths)} notebooks to recall from, in {folder}")


if __name__ == "__main__":
    named = [pathlib.Path(name) for name in sys.argv[1:]]
    write_copies(named or sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")), TARGET)
