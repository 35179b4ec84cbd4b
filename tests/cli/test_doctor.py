"""The command `doctor`: one line per check, the exit code, the log, and no need of a network."""

import json
import os
import subprocess
import sys

import pytest
from helpers import run

from maskrcnn_explained.cli import doctor as doctor_module
from maskrcnn_explained.cli.doctor import DOCTOR_CHECKS
from maskrcnn_explained.cli.finding import BAD, FINE, WARN, Finding


def checks(monkeypatch, *states):
    """The command with checks that find these states."""
    made = [
        Finding(f"check {number}", state, "something", mend="" if state == FINE else "do this")
        for number, state in enumerate(states)
    ]
    functions = tuple(lambda finding=finding: finding for finding in made)
    monkeypatch.setattr(doctor_module, "DOCTOR_CHECKS", functions)
    return made


@pytest.mark.parametrize(
    ("states", "code", "last"),
    [
        ((FINE, FINE), 0, "This machine is ready: 2 ok, 0 warning, 0 problem."),
        ((WARN, FINE), 0, "This machine is ready: 1 ok, 1 warning, 0 problem."),
        ((BAD, WARN, FINE), 1, "This machine is not ready: 1 ok, 1 warning, 1 problem."),
    ],
)
def test_one_line_per_check_and_the_exit_code(monkeypatch, here, capsys, states, code, last):
    made = checks(monkeypatch, *states)
    found, out, err = run(capsys, "doctor")
    assert (found, err) == (code, "") and list(here.iterdir()) == []
    assert out.splitlines() == [*(finding.line() for finding in made), last]


def test_the_log(monkeypatch, here, capsys):
    checks(monkeypatch, FINE, BAD)
    code, _, _ = run(capsys, "doctor", "--json", "pc7.json")
    content = json.loads((here / "pc7.json").read_text())
    assert code == 1 and content["state"] == BAD and content["machine"]
    assert content["findings"][1] == {
        "check": "check 1",
        "state": BAD,
        "found": "something",
        "mend": "do this",
    }


def test_a_log_that_cannot_be_written_is_told_first(monkeypatch, here, capsys):
    checks(monkeypatch, FINE)
    for name, text in (("pc7.txt", "must end in .json"), ("no/pc7.json", "no folder")):
        code, out, err = run(capsys, "doctor", "--json", name)
        assert (code, out) == (2, "") and text in err


def test_every_check_has_a_name_of_its_own(shipped, here):
    findings = [check() for check in DOCTOR_CHECKS]
    assert len({finding.check for finding in findings}) == len(findings)
    assert all(finding.line().count("\n") == 0 for finding in findings)


BLOCKED = """
import importlib.metadata, sys
class Absent:  # finds nothing, as if these were not installed
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("tensorflow", "keras", "skimage", "matplotlib", "h5py", "scipy"):
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Absent())
whole = importlib.metadata.version
def version(name):
    if name in ("tensorflow", "h5py"):
        raise importlib.metadata.PackageNotFoundError(name)
    return whole(name)
importlib.metadata.version = version
from maskrcnn_explained.cli import main
print(main(["doctor"]))
"""


def test_it_starts_without_the_large_packages_and_with_another_backend(here):
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    command = [sys.executable, "-c", BLOCKED]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    out = done.stdout
    assert "tensorflow is not installed; h5py is not installed" in out
    assert "problem  backend" in out and "problem  model" in out and "Traceback" not in done.stderr
    assert out.splitlines()[-1] == "1"
