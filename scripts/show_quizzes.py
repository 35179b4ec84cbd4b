"""Put the quizzes as they are now into the notebooks; no other cell runs.

    python scripts/show_quizzes.py

A notebook is written only if its quiz has changed. All quizzes run in one kernel, in seconds.
"""

import os
import pathlib
import tempfile

import nbformat
from execute_notebooks import QUIET, run

FOLDER = pathlib.Path(__file__).parent.parent / "notebooks"
CALL = "mrx.course.show_quiz("


def quiz_cell(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The code cell of a notebook that shows its quiz."""
    found = [cell for cell in notebook.cells if cell.source.startswith(CALL)]
    if len(found) != 1:
        raise ValueError(f"A notebook has one cell that begins with {CALL}; found {len(found)}.")
    return found[0]


def shown(calls: list[str]) -> list[list[nbformat.NotebookNode]]:
    """What each call shows, as a notebook stores it."""
    codes = ["import maskrcnn_explained as mrx", *calls]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes])
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "quizzes.ipynb"
        nbformat.write(notebook, path)
        cells = run(path).cells[1:]
    return [[o for o in cell.outputs if o.get("name") != "stderr"] for cell in cells]


def main() -> None:
    os.environ.update(QUIET)
    paths = sorted(FOLDER.glob("[0-9]*.ipynb"))
    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    cells = [quiz_cell(notebook) for notebook in notebooks]
    for path, notebook, cell, outputs in zip(
        paths, notebooks, cells, shown([cell.source for cell in cells]), strict=True
    ):
        if cell.outputs != outputs:
            cell.outputs = outputs
            temporary = path.with_suffix(".part")
            nbformat.write(notebook, temporary)
            os.replace(temporary, path)
            print(f"{path.name}: a new quiz")


if __name__ == "__main__":
    main()
