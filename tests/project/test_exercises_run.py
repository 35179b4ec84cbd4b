"""Every exercise notebook runs: a learner's copy to its end, a solution with every check passed."""

import nbformat
import pytest
from cell_runner import printed_by_checks, run_cells
from helpers import ROOT

from maskrcnn_explained.course.exercises.progress import PROGRESS_NAME, PROGRESS_VARIABLE
from maskrcnn_explained.course.exercises.registry import exercises_of

pytestmark = pytest.mark.slow
FOLDER = ROOT / "notebooks" / "exercises"
STEMS = sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.fixture(autouse=True)
def nothing_is_stored(here, monkeypatch):
    monkeypatch.setenv(PROGRESS_VARIABLE, "none")


def verdicts(path):
    """What the checks of a notebook print."""
    notebook = nbformat.read(path, as_version=4)
    return printed_by_checks(notebook, run_cells(notebook))


@pytest.mark.parametrize("stem", STEMS)
def test_a_learners_copy_runs_to_its_end_and_every_check_says_not_attempted(stem):
    wanted = [f'{key} not attempted. hint("{key}") helps.\n' for key in exercises_of(stem[:2])]
    assert verdicts(FOLDER / f"{stem}.ipynb") == wanted


@pytest.mark.parametrize("stem", STEMS)
def test_a_solution_passes_every_check(stem):
    wanted = [f"{key} passed.\n" for key in exercises_of(stem[:2])]
    assert verdicts(FOLDER / "solutions" / f"{stem}.ipynb") == wanted


LOOP = """\
from maskrcnn_explained.course import check
from maskrcnn_explained.course.exercises import verdict
verdict.SECONDS_PER_CASE = 0.1
def endless(scale, ratios):
    while True:
        pass
def right(scale, ratios):
    import numpy as np
    root = np.sqrt(np.asarray(ratios, float))
    return np.stack([scale / root, scale * root], 1)
"""


def test_in_jupyter(here, monkeypatch):
    """In a kernel, too: a loop that never ends is stopped, and the progress is beside the file."""
    from nbclient import NotebookClient

    monkeypatch.delenv(PROGRESS_VARIABLE)
    cells = [LOOP, 'check("03.1", endless)', 'check("03.1", right)']
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    where = {"metadata": {"path": str(here)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where).execute()
    said = ["".join(o.get("text", "") for o in cell.outputs) for cell in notebook.cells[1:]]
    assert "your function did not end within 0.1 seconds" in said[0]
    assert said[1] == "03.1 passed.\n" and (here / PROGRESS_NAME).is_file()
