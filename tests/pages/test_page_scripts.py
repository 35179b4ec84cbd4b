"""The scripts of pages: each thing is written once, for explorer, report and widgets alike."""

import re

import pytest

from maskrcnn_explained.pages.bundle import EXPORTED, core_files
from maskrcnn_explained.pages.explorer.page_parts import SHARED_SCRIPTS
from maskrcnn_explained.pages.page import FOLDER

OWN = {path.name: path.read_text("utf-8") for path in (FOLDER / "shared").glob("*.js")}
WIDGETS = [*(FOLDER / "widgets").glob("*.js"), *(FOLDER / "shared").glob("*.js")]
PAGES = [*(FOLDER / "explorer" / "page").glob("*.js"), *(FOLDER / "report").glob("*.js")]
SCRIPTS = [*WIDGETS, *PAGES]
CORE = {name for file in core_files() for name in EXPORTED.findall((FOLDER / file).read_text())}
# A number between two limits, which a page without stages needs, too; LEVELS and boxAt of the
# explorer's page are other things.
OTHERS = {("frame.js", "clamp"), ("colours.js", "LEVELS"), ("why.js", "boxAt")}


def definitions(text):
    """Each name that is defined at the top level, and its text."""
    starts = list(re.finditer(r"^(?:async )?(?:function\*?|const|let) (\w+)", text, re.MULTILINE))
    ends = [match.start() for match in starts] + [len(text)]
    return [(match[1], text[match.start() : ends[i + 1]]) for i, match in enumerate(starts)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_what_core_does_is_asked_of_core(path):
    """A function of a page that has the name of one of core calls it."""
    for name, text in definitions(path.read_text("utf-8")):
        if name in CORE and (path.name, name) not in OTHERS:
            assert "core." in text, f"{path.name} has its own {name}"


def test_explorer_and_widgets_use_every_shared_script():
    assert {f"{name}.js" for name in SHARED_SCRIPTS} == set(OWN)
    makers = "".join(path.read_text("utf-8") for path in (FOLDER / "widgets").glob("*.py"))
    listed = set(re.findall(r'"(\w+)"', " ".join(re.findall(r"shared=\(([^)]*)\)", makers))))
    assert listed == {*SHARED_SCRIPTS} - {"frame"}  # every widget has it


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: path.name)
def test_they_are_short_and_ask_for_nothing_from_outside(path):
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert text.count("\n") <= 150
    assert text.startswith("// ") or path.name == "heights.js"  # it stands in the notebook itself
    assert not re.search(r"https?:|@import|url\(|fetch\(|XMLHttpRequest|innerHTML", text)
