"""The texts for people: links lead somewhere, the tree is the tree, versions agree."""

import json
import pathlib
import re
import runpy
import subprocess
import sys
import tomllib

import pytest
import yaml
from helpers import ROOT

import maskrcnn_explained as mrx

TEXTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_every_relative_link_leads_somewhere(name):
    links = re.findall(r"\]\(([^)\s#]+)", read(name))
    absent = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert links and absent == []


@pytest.mark.parametrize("name", TEXTS)
def test_paths_that_are_named_exist(name):
    text = re.sub(r"```.*?```", "", read(name), flags=re.DOTALL)
    named = re.findall(r"`((?:maskrcnn_explained|tests|scripts|assets|notebooks)/[\w/.]+)`", text)
    assert [path for path in named if not (ROOT / path).exists() and "build" not in path] == []


def tree_of_the_readme():
    """What the README's tree lists below the package, as paths; folders end with a slash."""
    block = read("README.md").partition("```\nmaskrcnn_explained/\n")[2].partition("\ntests/")[0]
    folder, listed = "", []
    for line in block.splitlines():
        name, comment = line.split(maxsplit=1)  # every line has its comment
        indent = len(line) - len(line.lstrip())
        folder = (name if name.endswith("/") else "") if indent == 2 else folder
        listed.append(name if indent == 2 else folder + name)
    return listed


def test_the_readme_s_tree_lists_every_module_once():
    package = ROOT / "maskrcnn_explained"
    modules = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.stem not in ("__init__", "__main__")
    ]
    folders = [f"{name}/" for name in {m.split("/")[0] for m in modules if "/" in m}]
    listed, there = tree_of_the_readme(), {*modules, *folders}
    assert there - set(listed) == set(), "not in the README's tree"
    assert set(listed) - there == set(), "in the README's tree, but there is no such file"
    assert len(listed) == len(there)


def resolve(dotted):
    """What a name such as rpn.propose stands for, looked up below the package."""
    value = mrx
    for name in dotted.split("."):
        value = getattr(value, name)
    return value


def test_names_for_those_who_know_the_reference_exist():
    table = read("README.md").partition("| theirs | ours |")[2].partition("\n\n")[0]
    cells = [row.split("|")[2] for row in table.splitlines()[2:]]
    codes = [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]
    names = [re.match(r"(?:mrx\.)?([\w.]+)", code)[1] for code in codes]
    assert len(names) > 20
    shortened = {
        "model.detect": "MaskRCNN.detect",  # of a model, not of the module
        "model.tensors": "MaskRCNN.tensors",
        "match": "evaluation.precision_recall.match",  # the module is named before them
        "area_under_curve": "evaluation.precision_recall.area_under_curve",
    }
    for name in names:
        resolve(shortened.get(name, name))


def test_the_readme_s_python_runs_as_far_as_it_compiles():
    snippets = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    assert len(snippets) >= 3
    for snippet in snippets:
        compile(snippet, "README.md", "exec")
        for chain in re.findall(r"\bmrx\.([\w.]*\w)", snippet):
            resolve(chain)


def test_the_address_stands_in_one_place():
    address = PROJECT["urls"]["Repository"]
    assert address.startswith("https://")
    # Only the buttons have it, and scripts/make_buttons.py writes them (test_buttons.py).
    texts = {name: read(name) for name in (*TEXTS, "PYPI.md")}
    before, _, after = texts["README.md"].partition("<!-- made by scripts/make_buttons.py -->")
    texts["README.md"] = before + after.partition("<!-- end of what scripts/make_buttons.py")[2]
    for text in texts.values():
        assert address.removeprefix("https://") not in text
    # Else the README names the addresses of COCO and of the reference, and no other.
    found = re.findall(r"(?:https?://|git@|github\.com/)[\w./-]*\w", texts["README.md"])
    assert set(found) == {"https://cocodataset.org", "github.com/matterport/Mask_RCNN"}
    assert "git clone" not in texts["README.md"]


def test_versions_agree():
    version = PROJECT["version"]
    assert mrx.__version__ == version == yaml.safe_load(read("CITATION.cff"))["version"]
    assert re.search(r"^## \[([\d.]+)\]", read("CHANGELOG.md"), re.MULTILINE)[1] == version


def test_the_citation_has_what_its_format_asks_for():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0" and citation["message"] and citation["title"]
    assert citation["authors"] == PROJECT["authors"] and citation["license"] == PROJECT["license"]
    [paper] = citation["references"]
    assert paper["title"] == "Mask R-CNN" and paper["type"] == "conference-paper"
    assert all(set(person) == {"family-names", "given-names"} for person in paper["authors"])


def test_the_hooks_format_as_make_lint_does():
    repos = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    [ruff] = [repo for repo in repos if repo["repo"].endswith("/ruff-pre-commit")]
    minor = ruff["rev"].removeprefix("v").rpartition(".")[0]
    wanted = PROJECT["optional-dependencies"]["test"]
    assert [name for name in wanted if name.startswith(f"ruff>={minor},")]


def test_the_workflow_ends_by_itself_and_may_only_read():
    workflow = yaml.safe_load(read(".github/workflows/tests.yml"))
    assert workflow["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())


def test_the_workflow_calls_what_ci_runs():
    assert "bash .ci/run" in read(".github/workflows/tests.yml")
    assert "make test" in read(".ci/run") and "test-slowest" in read(".ci/run")


def test_notebooks_pass_the_hook_and_others_do_not(tmp_path):
    script = ROOT / "scripts" / "check_notebook_metadata.py"
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert subprocess.run([sys.executable, script, *notebooks], check=False).returncode == 0
    other = tmp_path / "other.ipynb"
    other.write_text(json.dumps({"metadata": {}, "cells": []}))
    done = subprocess.run([sys.executable, script, other], capture_output=True, text=True)
    assert done.returncode == 1 and "other.ipynb" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the Makefile is for POSIX shells")
def test_make_lists_its_targets_and_its_shell_parses():
    for target in ("check", "test", "test-all", "lab", "lint"):
        command = ["make", "--dry-run", "--always-make", target]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout


def test_scripts_import_without_starting_anything(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    for path in sorted(pathlib.Path(ROOT / "scripts").glob("*.py")):
        runpy.run_path(str(path))
