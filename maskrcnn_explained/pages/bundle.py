"""JavaScript modules as one script: a page from disk cannot import files.

Only a plain subset of modules is known: `import {a, b} from "./file.js";` at the beginning of a
line, and `export` before a function, class or const. Everything then shares one scope, so names
must differ.
"""

from __future__ import annotations

import pathlib
import re

SCRIPTS_FOLDER = pathlib.Path(__file__).parent
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[\w./]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)
EXPORTED = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle(*names: str) -> str:
    """Files and all that they import as one script: every file once, after what it needs.

    Args:
        names: of files below `pages/`, such as "core/walk.js".

    Raises `ValueError` for imports in a circle, other forms of import or export, an imported name
    that its file does not export, or a name that two files define.
    """
    sources = _in_order(names)
    _check_names(sources)
    return "\n".join(
        EXPORT.sub("", IMPORT.sub("", text)).strip() + "\n" for text in sources.values()
    )


def namespace(constant: str, *names: str) -> str:
    """The same as one constant: an object that holds everything that the files export."""
    exported = [name for text in _in_order(names).values() for name in EXPORTED.findall(text)]
    return (
        f"const {constant} = (() => {{\n{bundle(*names)}return {{{', '.join(exported)}}};\n}})();\n"
    )


def core_files() -> list[str]:
    """The stages of the model in JavaScript: all files of `core/`."""
    return sorted(f"core/{path.name}" for path in (SCRIPTS_FOLDER / "core").glob("*.js"))


def _in_order(names) -> dict[str, str]:
    """The texts of files by name, each after those that it imports."""
    done: dict[str, str] = {}

    def visit(name, waiting):
        if name in waiting:
            raise ValueError(f"These files import each other: {' -> '.join([*waiting, name])}.")
        if name in done:
            return
        text = (SCRIPTS_FOLDER / name).read_text("utf-8")
        for _, target in IMPORT.findall(text):
            path = (SCRIPTS_FOLDER / name).parent.joinpath(target).resolve()
            visit(path.relative_to(SCRIPTS_FOLDER.resolve()).as_posix(), [*waiting, name])
        done[name] = text

    for name in names:
        visit(name, [])
    return done


def _check_names(sources):
    homes: dict[str, str] = {}
    exports = {name for text in sources.values() for name in EXPORTED.findall(text)}
    for name, text in sources.items():
        for wanted in re.findall(r"\w+", " ".join(part for part, _ in IMPORT.findall(text))):
            if wanted not in exports:
                raise ValueError(f"{name} imports {wanted!r}, which no file exports.")
        for own in TOP_LEVEL.findall(text):
            if own in homes:
                raise ValueError(f"Both {homes[own]} and {name} define {own!r}: rename one.")
            homes[own] = name
        strange = _UNKNOWN.findall(EXPORT.sub("", IMPORT.sub("", text)))
        if strange:
            raise ValueError(f"{name} has a line that is not understood here: {strange[0]}")
