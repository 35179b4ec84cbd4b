"""Checks of Python and packages: bounds, what is absent, too old or too new."""

import platform
import tomllib
from importlib import metadata

import pytest
from helpers import ROOT

from maskrcnn_explained.cli import package_checks
from maskrcnn_explained.cli.finding import BAD, FINE, WARN
from maskrcnn_explained.cli.package_checks import (
    check_backend,
    check_jupyter,
    check_packages,
    check_python,
    check_quiz_package,
    declared,
    within,
)

LINES = (
    "tensorflow<2.22,>=2.21",
    "pooch[progress]<2,>=1.8",
    'jupyterlab<5,>=4.4; extra == "lab"',
    'jupyterquiz<3,>=2.9.6; extra == "lab"',
    'pytest>=8.3; extra == "test"',
)
GOOD = {"tensorflow": "2.21.0", "pooch": "1.9.0", "jupyterlab": "4.6.6", "jupyterquiz": "2.9.6.4"}


@pytest.fixture
def installed(monkeypatch):
    """A made-up installation, to be changed: name -> version."""
    versions = dict(GOOD)

    def version(name):
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(package_checks.metadata, "version", version)
    monkeypatch.setattr(package_checks.metadata, "requires", lambda name: list(LINES))
    monkeypatch.setattr(
        package_checks.metadata, "metadata", lambda name: {"Requires-Python": "<3.14,>=3.11"}
    )
    return versions


@pytest.mark.parametrize(
    ("version", "bounds", "wanted"),
    [
        ("2.21.0", ">=2.21,<2.22", True),
        ("2.21", ">=2.21.0", True),
        ("2.9.6.4", ">=2.9.6,<3", True),
        ("2.21.0rc1", ">=2.21", True),
        ("2.22.0", ">=2.21,<2.22", False),
        ("2.20.9", ">=2.21,<2.22", False),
        ("10.0", ">=9,<11", True),
        ("9.0", "", True),
    ],
)
def test_bounds(version, bounds, wanted):
    assert within(version, bounds) is wanted


def test_other_bounds_are_refused():
    for bounds in ("==2.1", "~=2.1", "<=3", "tensorflow"):
        with pytest.raises(ValueError, match="not of the form"):
            within("2.1", bounds)


def test_all_bounds_of_the_project_are_understood():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert within("3.12.1", project["requires-python"])
    lines = project["dependencies"] + project["optional-dependencies"]["lab"]
    for line in lines:
        line = line.partition("]")[2] or line
        start = min(line.find(sign) for sign in "<>" if sign in line)
        assert isinstance(within("1.0", line[start:]), bool)


def test_what_is_declared(installed):
    assert declared() == {"tensorflow": "<2.22,>=2.21", "pooch": "<2,>=1.8"}
    assert declared("lab") == {"jupyterlab": "<5,>=4.4", "jupyterquiz": "<3,>=2.9.6"}


def test_the_course_as_it_is_installed_here():
    assert {"tensorflow", "keras", "numpy"} <= set(declared())
    assert [check().state for check in (check_python, check_packages)] == [FINE, FINE]


def test_all_is_well(installed):
    checks = (check_packages, check_jupyter, check_quiz_package)
    assert [check().state for check in checks] == [FINE] * 3
    assert "tensorflow 2.21.0" in check_packages().found


def test_a_missing_package(installed):
    del installed["pooch"], installed["jupyterquiz"], installed["jupyterlab"]
    found = check_packages()
    assert found.state == BAD and found.found == "pooch is not installed"
    assert "make setup" in found.mend
    assert check_jupyter().found == "jupyterlab is not installed"
    assert check_quiz_package().state == WARN and "do not show" in check_quiz_package().found


def test_a_package_that_is_too_old_and_one_that_is_too_new(installed):
    installed.update(tensorflow="2.20.0", pooch="2.0")
    text = "tensorflow is 2.20.0, not <2.22,>=2.21; pooch is 2.0, not <2,>=1.8"
    assert (check_packages().state, check_packages().found) == (BAD, text)


@pytest.mark.parametrize("version", ["3.10.14", "3.14.0"])
def test_another_python(installed, monkeypatch, version):
    monkeypatch.setattr(platform, "python_version", lambda: version)
    found = check_python()
    assert found.state == BAD and found.found.startswith(f"{version}, but the course needs")


def test_the_course_itself_is_not_installed(monkeypatch):
    monkeypatch.setattr(package_checks, "DISTRIBUTION", "no-such-course")
    for check in (check_python, check_packages, check_jupyter, check_quiz_package):
        assert check().state == BAD and "no-such-course" in check().found


def test_the_backend(monkeypatch):
    assert check_backend().state == FINE
    monkeypatch.setattr(package_checks, "wrong_backend", lambda: "It is 'jax'.")
    assert check_backend().state == BAD and check_backend().found == "It is 'jax'"
