"""What an editor sees: names are completed, and the type checker finds no error."""

import os
import subprocess
import sys

import jedi
import pytest
from helpers import ROOT

import maskrcnn_explained as mrx

PROJECT = jedi.Project(ROOT)


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory):
    """jedi keeps on disk what it has parsed. In the folder that all programs share, another process
    (a notebook's kernel, say) may still be writing the file that is read here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jedi.settings, "cache_directory", str(tmp_path_factory.mktemp("jedi")))
        yield


def completed(code: str) -> set[str]:
    """The names that an editor offers at the end of the code; nothing of it is run."""
    script = jedi.Script(code, path=ROOT / "example.py", project=PROJECT)
    return {name.name for name in script.complete()}


def test_the_package_completes():
    names = completed("import maskrcnn_explained as mrx\nmrx.")
    wanted = {"load", "build", "Config", "Recipe", "train", "trace", "evaluate"}
    assert wanted <= names
    assert set(mrx.__all__) <= names  # every lazy name


@pytest.mark.parametrize("made_by", ["load('scenes')", "build()"])
def test_a_model_completes(made_by):
    names = completed(f"import maskrcnn_explained as mrx\nmodel = mrx.{made_by}\nmodel.")
    assert {"detect", "tensors", "find_layer", "config"} <= names


def test_a_trace_completes():
    code = "import maskrcnn_explained as mrx\nmrx.trace(mrx.load(), None)."
    assert {"follow", "why_not", "names", "table"} <= completed(code)


def test_the_marker_for_type_checkers_is_there():
    assert (ROOT / "maskrcnn_explained" / "py.typed").is_file()


@pytest.mark.slow
def test_a_user_s_code_is_checked_against_the_stub(tmp_path):
    """mypy knows what `load` and `detect` return, through the lazy names."""
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nimport maskrcnn_explained as mrx\n"
        "model = mrx.load('scenes')\n"
        "reveal_type(model.detect(np.zeros((9, 9))))\n"
        "reveal_type(model.detect([np.zeros((9, 9))]))\n"
    )
    command = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "mine.py"]
    env = os.environ | {"MYPYPATH": str(ROOT)}  # mypy does not follow an editable installation
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env)
    assert 'type is "maskrcnn_explained.results.detections.Detections"' in done.stdout, done.stdout
    assert 'list[maskrcnn_explained.results.detections.Detections]"' in done.stdout
