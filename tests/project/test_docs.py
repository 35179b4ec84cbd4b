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


@pytest.mark.parametrize("name", ("README.md", "CONTRIBUTING.md"))
def test_paths_that_are_named_exist(name):
    text = re.sub(r"```.*?```", "", read(name), flags=re.DOTALL)
    named = re.findall(r"`((?:maskrcnn_explained|tests|scripts|assets|notebooks)/[\w/.]+)`", text)
    assert [path for path in named if not (ROOT / path).exists() and "build" not in path] == []


def tree_of_the_readme():
    """The .py files and folders that the README's tree lists, below the package."""
    block = read("README.md").partition("```\nmaskrcnn_explained/\n")[2].partition("tests/")[0]
    folder, listed = "", set()
    for line in block.splitlines():
        name = line.split()[0]
        indent = len(line) - len(line.lstrip())
        folder = (name if name.endswith("/") else "") if indent == 2 else folder
        listed.add(name if indent == 2 else folder + name)
    return listed


def test_the_readme_s_tree_lists_every_module():
    package = ROOT / "maskrcnn_explained"
    listed = tree_of_the_readme()
    whole = tuple(name for name in listed if name.endswith("/") and name.count("/") > 1) + ("viz/",)
    modules = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.stem not in ("__init__", "__main__")
    }
    assert {name for name in modules if not name.startswith(whole)} <= listed
    assert all((package / name).exists() for name in listed)


def test_the_readme_s_python_runs_as_far_as_it_compiles():
    snippets = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    assert len(snippets) >= 3
    for snippet in snippets:
        compile(snippet, "README.md", "exec")
        for chain in re.findall(r"\bmrx(?:\.\w+)+", snippet):
            value = mrx
            for name in chain.split(".")[1:]:
                value = getattr(value, name)


def test_the_address_stands_in_one_place():
    address = PROJECT["urls"]["Repository"]
    assert address.startswith("https://") and address not in read("README.md")
    assert "ADDRESS" not in read("README.md")


def test_versions_agree():
    version = PROJECT["version"]
    assert mrx.__version__ == version == yaml.safe_load(read("CITATION.cff"))["version"]
    assert re.search(r"^## \[([\d.]+)\]", read("CHANGELOG.md"), re.MULTILINE)[1] == version


@pytest.mark.parametrize("name", [".pre-commit-config.yaml", ".github/workflows/tests.yml"])
def test_configurations_parse(name):
    assert yaml.safe_load(read(name))


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


def test_make_lists_its_targets_and_its_shell_parses():
    for target in ("check", "test", "test-all", "lab", "lint", "types"):
        command = ["make", "--dry-run", "--always-make", target]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout


def test_scripts_import_without_starting_anything(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    for path in sorted(pathlib.Path(ROOT / "scripts").glob("*.py")):
        runpy.run_path(str(path))
