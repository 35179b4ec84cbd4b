"""What is uploaded to the index: the text of its page, and the source archive."""

import re
import shutil
import subprocess
import sys
import tarfile

import pytest
from helpers import ROOT

BUILD = """
import sys
from setuptools import build_meta
print(build_meta.build_sdist(sys.argv[1]))
"""


def test_the_page_of_the_index_has_no_link_into_the_repository():
    page = (ROOT / "PYPI.md").read_text(encoding="utf-8")
    assert "](" not in page and "http" not in page


def test_the_page_of_the_index_shows_the_readme_s_first_program():
    page, readme = ((ROOT / n).read_text(encoding="utf-8") for n in ("PYPI.md", "README.md"))
    programs = [re.findall(r"```python\n(.*?)```", text, re.DOTALL) for text in (page, readme)]
    assert programs[0] == programs[1][:1]


@pytest.fixture(scope="module")
def tracked():
    """The files of the repository, as git knows them."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a clone of git")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def archive(tracked, tmp_path_factory):
    """A source archive, built from a copy: its path, and the names in it."""
    folder = tmp_path_factory.mktemp("archive")
    for name in tracked:
        (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "source" / name)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=folder / "source",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    [path] = folder.glob("*.tar.gz")
    with tarfile.open(path) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    return path, names


@pytest.mark.slow
def test_the_archive_holds_the_package_the_course_and_the_licences(archive, tracked):
    path, names = archive
    wanted = {"LICENSE", "NOTICE", "LICENSE-APACHE", "README.md", "PYPI.md", "pyproject.toml"}
    wanted |= {"environment.yml", "postBuild", "assets/weights/photos.h5", "assets/fpn.svg"}
    parts = r"maskrcnn_explained/.*\.py|notebooks/(exercises/)?\d\d_\w+\.(ipynb|py)"
    wanted |= {name for name in tracked if re.fullmatch(parts, name)}
    assert wanted - names == set() and len(wanted) > 200
    assert path.stat().st_size < 80e6


@pytest.mark.slow
def test_the_archive_has_no_tests_and_no_gallery(archive):
    _, names = archive
    left_out = ("tests/", "notebooks/gallery", "teaching/", "benchmarks/", ".github/", "build/")
    assert [name for name in names if name.startswith(left_out)] == []
    assert [name for name in names if name.endswith(".pyc")] == []
