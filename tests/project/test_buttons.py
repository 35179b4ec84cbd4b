"""The buttons that open a notebook on a hosted machine, and what the first cell does there."""

import re
import sys
import tomllib
import types
from xml.etree import ElementTree

import nbformat
import pytest
from helpers import ROOT

PATHS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
EXERCISES = sorted((ROOT / "notebooks" / "exercises").glob("[0-9]*.ipynb"))


@pytest.fixture
def buttons(monkeypatch):
    """The script, as a module of its own, so that a test may change it."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    monkeypatch.delitem(sys.modules, "make_buttons", raising=False)
    import make_buttons

    yield make_buttons
    sys.modules.pop("make_buttons", None)


def two_cells(path):
    """The opening text and the first code of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return [next(c for c in cells if c.cell_type == kind).source for kind in ("markdown", "code")]


def test_the_address_is_that_of_the_project(buttons):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert buttons.address() == project["urls"]["Repository"]


@pytest.mark.parametrize("path", [*PATHS, *EXERCISES], ids=lambda path: path.stem)
def test_every_notebook_has_its_buttons(buttons, path):
    opening, code = two_cells(path)
    place = path.relative_to(ROOT).as_posix()
    assert opening == buttons.with_line(opening, place)
    assert code == buttons.with_install(code)
    name = buttons.address().removeprefix("https://github.com/")
    colab, binder = re.findall(r"\]\((https://[^)]+)\)", opening.splitlines()[-1])
    assert colab == f"https://colab.research.google.com/github/{name}/blob/main/{place}"
    assert binder == f"https://mybinder.org/v2/gh/{name}/main?labpath={place}"


def test_the_readme_has_them(buttons):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert buttons.with_block(text) == text
    assert text.count("mybinder.org/v2") == text.count("colab.research") == 1
    with pytest.raises(ValueError, match="needs the lines '<!-- made by"):
        buttons.with_block("# A README without them")


@pytest.mark.parametrize("host", ["colab", "binder"])
def test_the_pictures_are_the_scripts(buttons, host):
    stored = (ROOT / "assets" / "buttons" / f"{host}.svg").read_text(encoding="utf-8")
    assert stored == buttons.button(host)
    assert ElementTree.fromstring(stored).get("aria-label") == buttons.HOSTS[host]


def test_another_address_replaces_the_old_one(buttons, monkeypatch):
    path = "notebooks/03_rpn.ipynb"
    text, code = buttons.with_line("# A title", path), buttons.with_install("x = 1")
    old, new = buttons.address(), "https://github.com/someone/else"
    monkeypatch.setattr(buttons, "address", lambda: new)
    assert buttons.with_line(text, path).count("someone/else") == 2
    assert buttons.with_install(code).count(new) == 1
    both = buttons.with_line(text, path) + buttons.with_install(code)
    assert old not in both and both.count("Open in Colab") == both.count("import sys") == 1


@pytest.mark.parametrize("found", ["", "https://example.org/a/b", "https://github.com/a"])
def test_an_address_elsewhere_is_refused(buttons, monkeypatch, tmp_path, found):
    (tmp_path / "pyproject.toml").write_text(f'[project.urls]\nRepository = "{found}"\n')
    monkeypatch.setattr(buttons, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="Repository must be https://github.com/"):
        buttons.address()


def test_the_first_cell_installs_on_colab_only(buttons, monkeypatch):
    calls = []
    shell = types.SimpleNamespace(system=calls.append)
    code = buttons.with_install("done = True")
    names = {"get_ipython": lambda: shell}
    exec(code, names)
    assert names["done"] and calls == []
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    exec(code, names)
    assert calls == [f"pip install -q jupyterquiz git+{buttons.address()}"]
