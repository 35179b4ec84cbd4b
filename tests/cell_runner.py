"""Run the cells of a notebook in this process, one after the other, and keep what each prints.

A kernel of its own needs ten seconds for TensorFlow and the model; here both are loaded once for
all notebooks. The code is the same, in the same order, with names of its own per notebook.
"""

import contextlib
import io

import nbformat


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run_cells(notebook: nbformat.NotebookNode) -> list[str]:
    """What each code cell prints. An error of a cell gets out, with the cell's number in its file
    name."""
    names = {"__name__": "__main__"}
    printed = []
    for number, cell in enumerate(code_cells(notebook), start=1):
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream):
            exec(compile(cell.source, f"<cell {number}>", "exec"), names)
        printed.append(stream.getvalue())
    return printed


def printed_by_checks(notebook: nbformat.NotebookNode, printed: list[str]) -> list[str]:
    """What the cells printed that begin with `check(`."""
    pairs = zip(code_cells(notebook), printed, strict=True)
    return [text for cell, text in pairs if cell.source.startswith("check(")]
