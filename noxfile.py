"""The fast tests on every Python, with the oldest and the newest version of every dependency.

    make versions                              # all of them, then the table in CONTRIBUTING.md
    nox -s "tests-3.12(end='floor')"           # one of them
    nox -s upcoming                            # pre-releases, and what our upper bounds keep out

The oldest versions are the lower bounds in pyproject.toml, read by uv; the newest are what an
installation takes today. The Pythons are those that pyproject.toml names; where one is not on the
PATH, uv fetches it.
"""

import pathlib

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.sessions = ["tests"]
nox.options.error_on_missing_interpreters = True  # none is left out in silence

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
RESOLUTIONS = {"floor": "lowest-direct", "newest": "highest"}


@nox.session(python=PYTHONS)
@nox.parametrize("end", list(RESOLUTIONS))
def tests(session: nox.Session, end: str) -> None:
    """One end of the range of every dependency; the other packages are the newest that fit."""
    session.install("--resolution", RESOLUTIONS[end], "--editable", ".[lab,test]")
    run_tests(session, end)


@nox.session(python=PYTHONS[-1])
def upcoming(session: nox.Session) -> None:
    """No upper bounds, and pre-releases: a break is seen here before users meet it."""
    extras = PROJECT["project"]["optional-dependencies"]
    bounded = PROJECT["project"]["dependencies"] + extras["lab"] + extras["test"]
    session.install("--prerelease", "allow", *[line.partition(",<")[0] for line in bounded])
    session.install("--no-deps", "--editable", ".")
    run_tests(session, "upcoming")


def run_tests(session: nox.Session, end: str) -> None:
    """As the README says; what ran, on which versions, is written to build/versions/."""
    report = f"build/versions/{session.python}-{end}.xml"
    pathlib.Path(report).with_suffix(".json").unlink(missing_ok=True)  # of an earlier run
    session.run(
        *("python", "-m", "pytest", "-n", "2", "--dist", "loadfile"),
        *("-m", "not slow and not minutes", f"--junitxml={report}", *session.posargs),
        env={"TF_CPP_MIN_LOG_LEVEL": "3"},
        success_codes=[0, 1],  # 1: some failed; they are counted, and told by the next line
    )
    session.run("python", "scripts/versions.py", report)
