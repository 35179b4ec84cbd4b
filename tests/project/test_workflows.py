"""What runs elsewhere: workflows parse, end by themselves, may do little, and fit the project."""

import json
import re
import tomllib

import pytest
import yaml
from helpers import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PATHS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ALLOWED = {("contents", "read"), ("id-token", "write"), ("pages", "write")}
CONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def workflow(request):
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


def steps(workflow, job):
    """What the steps of a job run or use."""
    return [step.get("run") or step["uses"] for step in workflow["jobs"][job]["steps"]]


def test_each_says_when_and_ends_by_itself(workflow):
    assert workflow["name"] and workflow[True]  # YAML reads the key "on" as True
    assert all(job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())


def test_each_may_do_little_and_knows_no_secret(workflow):
    rights = [
        workflow["permissions"],
        *(j.get("permissions", {}) for j in workflow["jobs"].values()),
    ]
    assert {pair for right in rights for pair in right.items()} <= ALLOWED
    assert "secrets." not in json.dumps(workflow["jobs"])


def test_each_names_the_version_of_what_it_uses(workflow):
    used = [s["uses"] for job in workflow["jobs"].values() for s in job["steps"] if "uses" in s]
    assert used and all(re.fullmatch(r"[\w.-]+/[\w.-]+@(v\d+|release/v\d+)", use) for use in used)


def test_a_release_is_checked_before_it_is_uploaded():
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    assert release[True] == {"push": {"tags": ["v*"]}}
    assert release["jobs"]["upload"]["needs"] == "build"
    # Only the job that uploads may prove who it is, and it runs nothing of ours.
    assert "permissions" not in release["jobs"]["build"]
    assert release["jobs"]["upload"]["permissions"] == {"id-token": "write"}
    assert steps(release, "upload")[-1] == "pypa/gh-action-pypi-publish@release/v1"
    assert all("run" not in step for step in release["jobs"]["upload"]["steps"])
    built = "\n".join(steps(release, "build"))
    assert built.index("python -m build") < built.index("twine check --strict")
    assert built.index("twine check") < built.index("maskrcnn-explained detect -o coins.png")


def test_the_container_for_development_fits():
    minor = int(re.search(r"python:\d+-3\.(\d+)", CONTAINER["image"])[1])
    floor, ceiling = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert int(floor) <= minor < int(ceiling)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)", CONTAINER["postCreateCommand"]):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
