"""What `make versions` ran: one record per Python and end, and the table in CONTRIBUTING.md.

    python scripts/versions.py build/versions/3.12-floor.xml   # within that environment: its record
    python scripts/versions.py                                 # all records, as the table

The end (floor, newest) stands in the name of pytest's report. An environment of floors must hold
exactly the lower bounds of pyproject.toml, or it proves nothing.
"""

from __future__ import annotations

import importlib.metadata
import json
import pathlib
import platform
import re
import sys
import tomllib
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).parent.parent
RECORDS = ROOT / "build" / "versions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
START, END = "<!-- made by make versions -->\n", "<!-- end of what make versions made -->"


def floors() -> dict[str, str]:
    """The lower bound of every dependency, by package: of the package itself, of lab and test."""
    extras = PROJECT["optional-dependencies"]
    declared = PROJECT["dependencies"] + extras["lab"] + extras["test"]
    return dict(re.match(r"([\w.-]+)(?:\[\w+\])?>=([\d.]+)", line).groups() for line in declared)


def same_version(one: str, other: str) -> bool:
    """Whether two versions are one, as 2.1 and 2.1.0 are."""
    return re.sub(r"(\.0)+$", "", one) == re.sub(r"(\.0)+$", "", other)


def record(report: pathlib.Path) -> dict:
    """What ran in this environment: versions, counts of pytest's report, floors that are not so."""
    suite = ET.parse(report).getroot().find("testsuite")
    counts = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    versions = {name: importlib.metadata.version(name) for name in floors()}
    failed = counts["failures"] + counts["errors"]
    end = report.stem.partition("-")[2]
    other = [n for n, floor in floors().items() if not same_version(versions[n], floor)]
    return {
        "python": platform.python_version(),
        "end": end,
        "versions": versions,
        "passed": counts["tests"] - failed - counts["skipped"],
        "skipped": counts["skipped"],
        "failed": failed,
        "not at its floor": other if end == "floor" else [],
    }


def table(records: list[dict]) -> str:
    """Markdown: one row per environment, one column per dependency of the package."""
    packages = [name for name in floors() if any(name in d for d in PROJECT["dependencies"])]
    head = ["Python", "end", *packages, "passed", "skipped", "failed"]
    rows = [head, ["---"] * len(head)]
    for ran in sorted(records, key=lambda r: ([int(n) for n in r["python"].split(".")], r["end"])):
        versions = [ran["versions"].get(name, "absent") for name in packages]
        counts = [str(ran[name]) for name in ("passed", "skipped", "failed")]
        rows.append([ran["python"], ran["end"], *versions, *counts])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def write_record(report: pathlib.Path) -> int:
    """Write the record beside the report; 1 if a test failed or a floor is not what ran."""
    ran = record(report)
    report.with_suffix(".json").write_text(json.dumps(ran, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(ran, indent=2))
    return int(bool(ran["failed"] or ran["not at its floor"]))


def write_table() -> int:
    """Put the table of all records of floors and newest into CONTRIBUTING.md."""
    texts = [path.read_text(encoding="utf-8") for path in RECORDS.glob("*.json")]
    made = table([ran for ran in map(json.loads, texts) if ran["end"] in ("floor", "newest")])
    guide = ROOT / "CONTRIBUTING.md"
    before, _, rest = guide.read_text(encoding="utf-8").partition(START)
    guide.write_text(before + START + made + END + rest.partition(END)[2], encoding="utf-8")
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(write_record(pathlib.Path(sys.argv[1])) if sys.argv[1:] else write_table())
