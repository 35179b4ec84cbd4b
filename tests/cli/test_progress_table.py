"""The command `progress`: a table of what has passed; damaged files are told."""

import subprocess
import sys

import pytest
from helpers import run

from maskrcnn_explained.cli.progress_table import progress_table
from maskrcnn_explained.course.exercises.nb03 import EXERCISES_03
from maskrcnn_explained.course.exercises.progress import (
    PROGRESS_NAME,
    PROGRESS_VARIABLE,
    Attempts,
    record_check,
    record_hint,
)


@pytest.fixture(autouse=True)
def path(here, monkeypatch):
    monkeypatch.setenv(PROGRESS_VARIABLE, str(here / "progress.json"))
    return here / "progress.json"


def test_table():
    entries = {
        "03.1": Attempts(True, 3, 1),
        "03.2": Attempts(False, 2, 0),
        "77.1": Attempts(True, 1, 0),
    }
    header, *rows, total, others = progress_table(EXERCISES_03, entries).splitlines()
    assert header.split() == ["exercise", "kind", "minutes", "state", "tries", "hints"]
    assert rows[0].split() == ["03.1", "anchor_shapes", "implement", "10", "passed", "3", "1"]
    assert rows[1].split()[-4:] == ["not", "yet", "2", "0"]
    assert rows[2].split()[-3:] == ["-", "0", "0"]
    assert total == "1 of 6 passed" and others.endswith("not in this course: 77.1")


def test_the_command(path, capsys):
    code, out, err = run(capsys, "progress")
    assert code == 0 and err == "" and "0 of " in out and not path.exists()
    assert out.splitlines()[-1] == f"There is no file {path} yet: nothing was checked here."
    record_check(path, "03.4", True)
    code, out, err = run(capsys, "progress")
    [row] = [line for line in out.splitlines() if line.startswith("03.4")]
    assert "passed" in row and out.splitlines()[-1] == f"From {path}"


def test_another_file(here, capsys):
    record_check(here / "other.json", "03.4", True)
    code, out, _ = run(capsys, "progress", "other.json")
    assert code == 0 and "1 of " in out
    code, _, err = run(capsys, "progress", "absent.json")
    assert code == 2 and "There is no file absent.json." in err
    record_check(here / "folder" / PROGRESS_NAME, "03.4", True)
    code, out, _ = run(capsys, "progress", "folder")
    assert code == 0 and out.splitlines()[-1].endswith(f"folder/{PROGRESS_NAME}")


def test_a_line_for_each_of_several_learners(here, capsys):
    for name, passed in (("ann", True), ("bo", False)):
        record_check(here / name / PROGRESS_NAME, "03.4", passed)
        record_hint(here / name / PROGRESS_NAME, "03.5")
    code, out, _ = run(capsys, "progress", "ann", "bo")
    ann, bo = out.splitlines()
    assert code == 0 and ann.startswith(f"ann/{PROGRESS_NAME}: 1 of ") and ann.endswith("passed")
    assert bo.startswith(f"bo/{PROGRESS_NAME}: 0 of ") and bo.endswith("not yet: 03.4")
    code, out, err = run(capsys, "progress", "ann", "cy")
    assert (code, out) == (2, "") and "There is no file cy" in err


def test_a_damaged_file_is_told_in_one_line(path, capsys):
    path.write_text("{")
    code, out, err = run(capsys, "progress")
    assert code == 2 and out == "" and err.count("\n") == 1 and "progress.json is damaged" in err


def test_nothing_is_stored(monkeypatch, capsys):
    monkeypatch.setenv(PROGRESS_VARIABLE, "none")
    code, out, _ = run(capsys, "progress")
    assert code == 0 and out.splitlines()[-1] == "Nothing is stored (none)."


def test_a_damaged_file_is_told_before_tensorflow_is_imported(path):
    path.write_text("{")
    code = (
        "import sys\nfrom maskrcnn_explained.cli import main\n"
        "print(main(['progress']), 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "False"]
