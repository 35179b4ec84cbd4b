"""Dependencies: what is imported is declared, with floor and ceiling, and the same for conda."""

import ast
import os
import pathlib
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from helpers import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["optional-dependencies"]
IMPORT_NAMES = {
    "scikit-image": "skimage",
    "pillow": "PIL",
    "lazy-loader": "lazy_loader",
}  # where it is not the name on the index
# Imported in functions that only a notebook calls, or that write ONNX: extras bring them.
OF_EXTRAS = {"IPython", "jupyterquiz", "onnx"}


def name_of(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9_.-]+", requirement)[0]


def imported_packages(folder: pathlib.Path) -> set[str]:
    """Top-level names that any module below a folder imports, the standard library left out."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"maskrcnn_explained"}


def test_dependencies_are_what_the_package_imports():
    declared = {IMPORT_NAMES.get(name_of(r), name_of(r)) for r in PROJECT["dependencies"]}
    assert imported_packages(ROOT / "maskrcnn_explained") - OF_EXTRAS == declared


BOUNDED = [r for r in PROJECT["dependencies"] + sum(EXTRAS.values(), []) if "setuptools" not in r]


@pytest.mark.parametrize("requirement", BOUNDED)
def test_every_dependency_has_a_floor_and_a_ceiling(requirement):
    assert re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z]+\])?>=[\d.]+,<[\d.]+", requirement)


def test_conda_has_the_same_bounds():
    [pip] = [entry["pip"] for entry in CONDA["dependencies"] if isinstance(entry, dict)]
    assert pip == PROJECT["dependencies"] + EXTRAS["lab"]


def test_conda_brings_only_python_and_pip():
    plain = [entry for entry in CONDA["dependencies"] if isinstance(entry, str)]
    assert [name_of(entry) for entry in plain] == ["python", "pip"]
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]


def test_the_python_of_conda_fits():
    # One minor version after one "=": the form by which Binder picks its base environment.
    minor = int(re.fullmatch(r"python=3\.(\d+)", CONDA["dependencies"][0])[1])
    floor, ceiling = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert int(floor) <= minor < int(ceiling)


@pytest.mark.parametrize("script", ["postBuild", ".ci/run", "scripts/setup.sh"])
def test_shell_scripts_parse(script):
    shell = "sh" if script.endswith(".sh") else "bash"
    subprocess.run([shell, "-n", str(ROOT / script)], check=True)
    assert script.endswith(".sh") or os.access(ROOT / script, os.X_OK)


def test_post_build_installs_the_package_alone():
    lines = (ROOT / "postBuild").read_text(encoding="utf-8").splitlines()
    assert "python -m pip install --no-deps ." in lines


def test_set_up_refuses_other_pythons_by_name(tmp_path):
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.1\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", str(ROOT / "scripts" / "setup.sh"), str(old)], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert f"{old}: Python 3.9.1" in done.stderr


def test_the_wheel_gets_every_package():
    """The slow test of the wheel says it, too, but later."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = {path.parent for path in (ROOT / "maskrcnn_explained").rglob("__init__.py")}
    names = {".".join(folder.relative_to(ROOT).parts) for folder in found}
    listed = settings["tool"]["setuptools"]["packages"]
    assets = {"maskrcnn_explained.assets", "maskrcnn_explained.assets.weights"}
    assert set(listed) == names | assets and len(listed) == len(set(listed))
