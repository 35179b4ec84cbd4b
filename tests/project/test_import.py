"""Importing the package is quick, because nothing heavy is imported before it is used."""

import subprocess
import sys

import pytest

HEAVY = ("tensorflow", "keras", "matplotlib", "skimage", "scipy", "h5py", "pycocotools", "numpy")


def modules_after(code: str) -> set[str]:
    """The names of all modules that a fresh process has imported after running the code."""
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import maskrcnn_explained",
        "import maskrcnn_explained as mrx; mrx.get_config('scenes'); dir(mrx); mrx.__version__",
    ],
)
def test_import_brings_nothing_heavy(code):
    # Modules that the interpreter itself brings (site-packages may hold .pth files) do not count.
    assert not (modules_after(code) - modules_after("")) & set(HEAVY)


def test_every_public_name_exists():
    import maskrcnn_explained as mrx

    assert all(getattr(mrx, name) is not None for name in mrx.__all__)
    with pytest.raises(AttributeError, match="attribute resnet"):
        _ = mrx.resnet
