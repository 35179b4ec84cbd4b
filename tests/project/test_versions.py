"""What `make versions` and `make coverage` run, and the table of what ran."""

import importlib.metadata
import json
import os
import re
import runpy
import tomllib

import pytest
import yaml
from helpers import ROOT

VERSIONS = runpy.run_path(str(ROOT / "scripts" / "versions.py"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = [c.split()[-1] for c in SETTINGS["project"]["classifiers"] if "Python :: 3." in c]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
REPORT = """<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="1" failures="2"
skipped="3" tests="20" time="1.0"></testsuite></testsuites>"""

of_the_last_run = pytest.mark.skipif(
    "NOX_CURRENT_SESSION" in os.environ, reason="make versions is about to write the table"
)


def committed_rows() -> list[dict[str, str]]:
    """The table in CONTRIBUTING.md, one dictionary per row."""
    table = GUIDE.partition(VERSIONS["START"])[2].partition(VERSIONS["END"])[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def test_pythons_are_those_that_may_install():
    bounds = SETTINGS["project"]["requires-python"]
    floor, ceiling = map(int, re.fullmatch(r">=3\.(\d+),<3\.(\d+)", bounds).groups())
    assert [f"3.{minor}" for minor in range(floor, ceiling)] == PYTHONS


@of_the_last_run
def test_the_table_has_every_python_at_both_ends():
    ran = [(re.match(r"3\.\d+", row["Python"])[0], row["end"]) for row in committed_rows()]
    assert ran == [(python, end) for python in PYTHONS for end in ("floor", "newest")]


@of_the_last_run
def test_the_table_is_of_the_bounds_that_are_declared():
    for row in committed_rows():
        assert row["failed"] == "0"
        assert int(row["passed"]) > 1000
        if row["end"] == "floor":
            wrong = {
                name: (row[name], floor)
                for name, floor in VERSIONS["floors"]().items()
                if name in row and not VERSIONS["same_version"](row[name], floor)
            }
            assert wrong == {}, "bounds were moved: run `make versions`"


@of_the_last_run
def test_every_dependency_of_the_package_has_a_column():
    names = {re.match(r"[\w-]+", line)[0] for line in SETTINGS["project"]["dependencies"]}
    assert names <= committed_rows()[0].keys()


def test_floors_are_read_from_the_lower_bounds():
    found = VERSIONS["floors"]()
    assert found["tensorflow"] == "2.21"
    assert found["pooch"] == "1.8"  # written pooch[progress]
    assert {"jupyterlab", "pytest"} <= found.keys()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2.1", "2.1.0", True), ("2.1", "2.1.1", False), ("2.0.10", "2.0.1", False), ("3", "3", True)],
)
def test_versions_that_are_one(one, other, same):
    assert VERSIONS["same_version"](one, other) is same


def test_a_record_counts_what_passed(tmp_path):
    (tmp_path / "3.12-newest.xml").write_text(REPORT)
    ran = VERSIONS["record"](tmp_path / "3.12-newest.xml")
    assert (ran["passed"], ran["skipped"], ran["failed"]) == (14, 3, 3)
    assert (ran["end"], ran["not at its floor"]) == ("newest", [])
    assert ran["versions"]["numpy"] == importlib.metadata.version("numpy")


def test_an_environment_of_floors_must_hold_them(tmp_path, monkeypatch, capsys):
    """Every floor but NumPy's is there: the record says so, and the step fails."""
    present = VERSIONS["floors"]() | {"numpy": "99.0"}
    monkeypatch.setattr(importlib.metadata, "version", present.get)
    report = tmp_path / "3.12-floor.xml"
    report.write_text(REPORT.replace('errors="1" failures="2"', 'errors="0" failures="0"'))
    assert VERSIONS["write_record"](report) == 1
    assert json.loads(capsys.readouterr().out)["not at its floor"] == ["numpy"]
    monkeypatch.setattr(importlib.metadata, "version", VERSIONS["floors"]().get)
    assert VERSIONS["write_record"](report) == 0
    stored = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert (stored["passed"], stored["failed"]) == (17, 0)


def test_a_failed_test_fails_the_step(tmp_path):
    (tmp_path / "3.12-newest.xml").write_text(REPORT)
    assert VERSIONS["write_record"](tmp_path / "3.12-newest.xml") == 1


def test_the_table_is_sorted_by_python_and_end():
    versions = VERSIONS["floors"]()
    counts = {"passed": 5, "skipped": 1, "failed": 0, "versions": versions}
    ran = [("3.13.0", "newest"), ("3.13.0", "floor"), ("3.9.9", "floor")]
    made = VERSIONS["table"]([counts | {"python": p, "end": e} for p, e in ran])
    rows = [line.split(" | ") for line in made.splitlines()]
    assert [row[:2] for row in rows[2:]] == [["| 3.9.9", "floor"], ["| 3.13.0", "floor"],
                                             ["| 3.13.0", "newest"]]  # fmt: skip
    assert rows[2][-3:] == ["5", "1", "0 |"]
    assert rows[2][rows[0].index("numpy")] == versions["numpy"]


def test_each_week_every_python_and_what_comes_next():
    path = ROOT / ".github" / "workflows" / "weekly.yml"
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = workflow["jobs"]
    assert jobs["versions"]["strategy"]["matrix"]["python"] == PYTHONS
    assert "nox --session upcoming" in [step.get("run") for step in jobs["upcoming"]["steps"]]
    assert workflow["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 60 for job in jobs.values())
    assert workflow[True]["schedule"]  # YAML 1.1 reads the key `on` as true


def test_sessions_are_every_python_at_both_ends(monkeypatch):
    nox = pytest.importorskip("nox", reason="nox is of the extra dev")
    monkeypatch.chdir(ROOT)
    found = runpy.run_path(str(ROOT / "noxfile.py"))
    assert found["PYTHONS"] == PYTHONS
    assert found["RESOLUTIONS"] == {"floor": "lowest-direct", "newest": "highest"}
    assert nox.options.error_on_missing_interpreters


def test_coverage_counts_the_package_and_started_processes():
    settings = SETTINGS["tool"]["coverage"]
    assert settings["run"]["source"] == ["maskrcnn_explained"]
    assert settings["run"]["patch"] == ["subprocess"]
    assert "--fail-under=95" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_no_line_of_the_package_is_left_out_of_coverage():
    """By hand; by pattern only what type checkers alone read."""
    sources = (ROOT / "maskrcnn_explained").rglob("*.py")
    assert [p.name for p in sources if "no cover" in p.read_text(encoding="utf-8")] == []
    assert SETTINGS["tool"]["coverage"]["report"] == {"exclude_also": ["if TYPE_CHECKING:"]}
