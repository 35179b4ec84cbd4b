"""JavaScript modules become one script, or an error says why not."""

import re

import pytest

from maskrcnn_explained.pages import bundle as module
from maskrcnn_explained.pages.bundle import bundle, core_files, namespace


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Write files; bundle finds them."""
    monkeypatch.setattr(module, "SCRIPTS_FOLDER", tmp_path)

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")

    return write


def test_a_file_comes_once_and_after_what_it_needs(folder):
    folder(
        top='import {twice} from "./middle.js";\nimport {\n  one,\n} from "./low.js";\n'
        "export const four = twice(twice(one));\n",
        middle='import {one} from "./low.js";\nexport function twice(x) { return 2 * one * x; }\n',
        low="export const one = 1;\n",
    )
    text = bundle("top.js")
    assert text.index("const one") < text.index("function twice") < text.index("const four")
    assert text.count("const one") == 1 and "import" not in text and "export" not in text
    assert namespace("all", "top.js").endswith("return {one, twice, four};\n})();\n")


@pytest.mark.parametrize(
    "texts, message",
    [
        (
            dict(a='import {b} from "./b.js";\n', b='import {a} from "./a.js";\n'),
            r"import each other: a\.js -> b\.js -> a\.js",
        ),
        (
            dict(
                a='import {b} from "./b.js";\nconst c = 1;\n', b="export const b = 1;\nconst c = 2;"
            ),
            r"Both b\.js and a\.js define 'c'",
        ),
        (
            dict(a='import {x} from "./b.js";\n', b="export const b = 1;\n"),
            "a.js imports 'x', which no file exports",
        ),
        (dict(a="export default 3;\n"), "not understood here: export default 3;"),
        (dict(a='import everything from "./b.js";\n'), "not understood here: import everything"),
    ],
)
def test_what_cannot_be_joined_is_refused(folder, texts, message):
    folder(**texts)
    with pytest.raises(ValueError, match=message):
        bundle("a.js")


def test_the_stages_know_nothing_of_pages():
    """They run in a worker and in Node: no element, no window, no request."""
    files = core_files()
    assert len(files) > 12 and "core/walk.js" in files
    text = re.sub(r"//.*", "", namespace("core", *files))
    assert not re.search(r"\b(document|DATA|fetch|postMessage|self)\b", text)
    assert not re.search(r"\beval\b|new Function", bundle("explorer/worker.js"))


def test_files_are_small():
    paths = [*module.SCRIPTS_FOLDER.glob("core/*.js"), *module.SCRIPTS_FOLDER.glob("explorer/*.js")]
    assert len(paths) > 18
    for path in paths:
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 155 and max(map(len, lines)) <= 100, path.name
        assert lines[0].startswith("// "), path.name
