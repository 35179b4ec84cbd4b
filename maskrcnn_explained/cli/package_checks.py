"""Checks of the Python and the packages, against the bounds that the installed package declares."""

from __future__ import annotations

import itertools
import platform
import re
from importlib import metadata

from maskrcnn_explained._backend import wrong_backend
from maskrcnn_explained.cli.finding import BAD, FINE, WARN, guarded

DISTRIBUTION = "maskrcnn-explained"
INSTALL = 'pip install -e ".[lab]" in the folder of the course, or make setup'
QUIZ_PACKAGE = "jupyterquiz"


@guarded("Python", INSTALL)
def check_python() -> tuple[str, ...]:
    """The version of Python, against `requires-python`."""
    bounds = metadata.metadata(DISTRIBUTION)["Requires-Python"]
    version = platform.python_version()
    if within(version, bounds):
        return FINE, version
    mend = "make an environment with another Python: make setup PYTHON=/path/to/python3.12"
    return BAD, f"{version}, but the course needs {bounds}", mend


@guarded("packages", INSTALL)
def check_packages() -> tuple[str, ...]:
    """The packages that the course itself imports."""
    wanted = declared()
    wrong = misfits(wanted)
    if wrong:
        return BAD, "; ".join(wrong), INSTALL
    return FINE, f"{len(wanted)} packages, tensorflow {metadata.version('tensorflow')}"


@guarded("Jupyter", INSTALL)
def check_jupyter() -> tuple[str, ...]:
    """JupyterLab and the kernel, which open and run the notebooks."""
    wanted = {name: bounds for name, bounds in declared("lab").items() if name != QUIZ_PACKAGE}
    wrong = misfits(wanted)
    if wrong:
        return BAD, "; ".join(wrong), INSTALL
    return FINE, f"JupyterLab {metadata.version('jupyterlab')}"


@guarded("quizzes", INSTALL)
def check_quiz_package() -> tuple[str, ...]:
    """The package that shows the quizzes; all else works without it."""
    bounds = declared("lab").get(QUIZ_PACKAGE, "")
    wrong = misfits({QUIZ_PACKAGE: bounds})
    if wrong:
        return WARN, f"{wrong[0]}: quizzes do not show in notebooks", INSTALL
    return FINE, f"{QUIZ_PACKAGE} {metadata.version(QUIZ_PACKAGE)}"


@guarded("backend", "set the variable KERAS_BACKEND=tensorflow")
def check_backend() -> tuple[str, ...]:
    """The backend that Keras computes with."""
    problem = wrong_backend()
    if problem:
        return BAD, problem.rstrip("."), "set the variable KERAS_BACKEND=tensorflow"
    return FINE, "Keras computes with TensorFlow"


def declared(extra: str = "") -> dict[str, str]:
    """The packages of the course, or of one of its extras: name -> bounds such as ">=2.1,<3".

    Raises `importlib.metadata.PackageNotFoundError` if the course is not installed.
    """
    found = {}
    for line in metadata.requires(DISTRIBUTION) or []:
        requirement, _, marker = line.partition(";")
        name = re.split(r"[\[<>=~!\s]", requirement.strip())[0]
        of = re.search(r"extra == ['\"]([\w-]+)['\"]", marker)
        if (of[1] if of else "") == extra:
            found[name] = requirement.partition("]")[2] or requirement.strip()[len(name) :]
    return found


def misfits(wanted: dict[str, str]) -> list[str]:
    """What is wrong with some packages, a few words each: absent, or outside of their bounds."""
    wrong = []
    for name, bounds in wanted.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} is not installed")
            continue
        if not within(version, bounds):
            wrong.append(f"{name} is {version}, not {bounds}")
    return wrong


def within(version: str, bounds: str) -> bool:
    """Whether a version lies in bounds of the forms >=a, <b, and both: (">=2.21,<2.22").

    Raises `ValueError` for bounds of another form.
    """
    for bound in filter(None, (part.strip() for part in bounds.split(","))):
        found = re.fullmatch(r"(>=|<)\s*([\d.]+)", bound)
        if not found:
            raise ValueError(f"The bound {bound!r} is not of the form >=1.2 or <1.2.")
        least = not _older(version, found[2])
        if least != (found[1] == ">="):
            return False
    return True


def _older(version, other):
    """Whether a version is before another; the leading numbers count (2.21.0rc1: 2.21.0)."""
    pairs = itertools.zip_longest(_numbers(version), _numbers(other), fillvalue=0)
    return next((one < two for one, two in pairs if one != two), False)


def _numbers(version):
    leading = re.match(r"\d+(?:\.\d+)*", version)
    return [int(part) for part in leading[0].split(".")] if leading else []
