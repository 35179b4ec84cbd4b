"""The wheel is complete: installed elsewhere, it finds coins without the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from helpers import ROOT

from maskrcnn_explained.viz.diagrams import DIAGRAMS

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
DETECT = """
import pathlib, sys
import maskrcnn_explained as mrx
from skimage import data
from maskrcnn_explained.viz.diagrams import read_diagram

assert pathlib.Path(mrx.__file__).is_relative_to(sys.argv[1]), mrx.__file__
found = mrx.load("scenes").detect(data.coins(), min_score=0.7)
assert set(found.class_names) == {"disk"} and found.masks.shape[1:] == (303, 384)
assert read_diagram("fpn").startswith("<svg")
print(len(found))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel, built from a copy, so that no leftover of an earlier build gets into it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("maskrcnn_explained", "assets"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "PYPI.md", "LICENSE", "NOTICE", "LICENSE-APACHE"):
        shutil.copy(ROOT / name, source)
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*PIP, "wheel", *options, str(source)], check=True)
    [path] = folder.glob("*.whl")
    return path


@pytest.mark.slow
def test_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    modules = {path.relative_to(ROOT) for path in (ROOT / "maskrcnn_explained").rglob("*.py")}
    assets = [
        "weights/scenes.h5",
        "weights/scenes.json",
        "weights/nuclei.h5",
        "weights/nuclei.json",
        "weights/photos.h5",
        "weights/photos.json",
        "weights/csp_coco.h5",
        "pooling_ablation.json",
        "dialect_costs.json",
        "cell_probe.json",
        "pretraining.json",
        "nuclei_examples/images/00071198d059.png",
        "nuclei_examples/labels/00071198d059.png",
    ]
    wanted = {path.as_posix() for path in modules}
    assets += [f"{name}.svg" for name in DIAGRAMS]
    wanted |= {f"maskrcnn_explained/assets/{name}" for name in assets}
    examples = ("coins_labels.png", "everyday.json", "nuclei.json")
    wanted |= {f"maskrcnn_explained/data/examples/{name}" for name in examples}
    explorer = ("worker.js", "page/walk.html", "page/engine.js")
    wanted |= {f"maskrcnn_explained/pages/explorer/{name}" for name in explorer}
    wanted |= {f"maskrcnn_explained/pages/{name}.js" for name in ("core/walk", "shared/dom")}
    wanted |= {f"maskrcnn_explained/course/quizzes/filled/{i:02}.json" for i in range(12)}
    assert wanted <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"maskrcnn_explained"}
    assert wheel.stat().st_size < 60e6


@pytest.mark.slow
def test_installed_wheel_detects_coins_without_the_checkout(wheel, tmp_path):
    target = tmp_path / "installed"
    options = ["--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*PIP, "install", *options, str(wheel)], check=True)
    done = subprocess.run(
        [sys.executable, "-c", DETECT, str(target)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(target), "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) >= 20
