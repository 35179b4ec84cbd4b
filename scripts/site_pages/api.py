"""The reference of every public name, from the source: no import, so no TensorFlow.

What is public stands in the `__init__.pyi` files. A name of a function or class gets its signature
and its docstring; a name of a module gets all public names of the module.
"""

from __future__ import annotations

import ast
import copy
import functools
import json
import pathlib
import re
from dataclasses import dataclass

from site_pages.docstrings import as_markdown, first_sentence
from site_pages.links import ROOT, repository

PACKAGE = ROOT / "maskrcnn_explained"
# Exercises and quizzes are shown by their notebooks; answers are no reference.
INNER = re.compile(r"\.(nb|q)\d\d(_\w+)?$")
Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Name:
    """A public name: how users reach it, where it is defined, and its syntax tree."""

    shown: str  # "anchors.generate_anchors", after `mrx.`
    module: str  # "anchors"
    tree: Definition


@functools.cache
def file_of(module: str) -> pathlib.Path:
    """The file of a module such as "data.images", or of a package."""
    path = PACKAGE.joinpath(*module.split(".")) if module else PACKAGE
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@functools.cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(file_of(module).read_text(encoding="utf-8"))


def defined(module: str) -> dict[str, Definition]:
    """The public functions and classes of a module, in the order of its source."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = [node for node in tree_of(module).body if isinstance(node, kinds)]
    return {node.name: node for node in found if not node.name.startswith("_")}


def public(package: str) -> tuple[list[str], list[Name]]:
    """Of a package ("" is the whole): its public modules, and its other public names."""
    stub = file_of(package).with_suffix(".pyi")
    modules, names = [], []
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ImportFrom):
            continue
        base = ".".join(part for part in (package, node.module) if part)
        for alias in node.names:
            whole = ".".join(part for part in (base, alias.name) if part)
            if file_of(whole).is_file():
                modules.append(whole)
            elif alias.name in defined(base):
                shown = ".".join(part for part in (package, alias.name) if part)
                names.append(Name(shown, base, defined(base)[alias.name]))
    return modules, names


def names_of(module: str) -> list[Name]:
    """What a page about a module or a package documents."""
    if file_of(module).with_suffix(".pyi").is_file():
        inner, names = public(module)
        for one in (i for i in inner if not INNER.search(i)):
            there = {(name.module, name.tree.name) for name in names}
            names += [n for n in names_of(one) if (n.module, n.tree.name) not in there]
        return names
    return [Name(f"{module}.{name}", module, tree) for name, tree in defined(module).items()]


def entry(name: Name, level: int = 2) -> str:
    """A name as Markdown: heading, signature, docstring, a link to the source."""
    tree = name.tree
    kind = "class" if isinstance(tree, ast.ClassDef) else "function"
    path = file_of(name.module).relative_to(ROOT).as_posix()
    lines = [
        f"{'#' * level} {name.shown.rpartition('.')[2]}",
        "",
        f"::::{{py:{kind}}} mrx.{name.shown}{signature(tree)}",
        as_markdown(ast.get_docstring(tree) or ""),
        "",
    ]
    if isinstance(tree, ast.ClassDef):
        lines += [_member(child) for child in tree.body]
    source = f"{repository()}/blob/main/{path}#L{tree.lineno}"
    return "\n".join([*lines, f"[source: {path}]({source})", "::::", ""])


def _member(node: ast.stmt) -> str:
    """A public method, property or field of a class, or nothing."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        value = f"\n:value: {json.dumps(ast.unparse(node.value))}" if node.value else ""
        head = f":::{{py:attribute}} {node.target.id}\n:type: {ast.unparse(node.annotation)}"
        return "" if node.target.id.startswith("_") else f"{head}{value}\n:::\n"
    if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
        return ""
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    if marks & {"setter", "overload"}:
        return ""  # told with the property, with the whole function
    is_property = bool(marks & {"property", "cached_property"})
    kind = "property" if is_property else "method"
    head = (
        node.name if is_property else node.name + signature(node, bound="staticmethod" not in marks)
    )
    option = "".join(f":{mark}:\n" for mark in marks & {"classmethod", "staticmethod"})
    return f":::{{py:{kind}}} {head}\n{option}\n{as_markdown(ast.get_docstring(node) or '')}\n:::\n"


def signature(tree: Definition, bound: bool = False) -> str:
    """Arguments and result as they stand in the source; of a class, those of `__init__`."""
    if isinstance(tree, ast.ClassDef):
        made = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
        return signature(made[0], bound=True).partition(" -> ")[0] if made else ""
    arguments = copy.deepcopy(tree.args)
    if bound:
        first = arguments.posonlyargs or arguments.args
        del first[0]
    result = f" -> {ast.unparse(tree.returns)}" if tree.returns else ""
    return f"({ast.unparse(arguments)}){result}"


def pages() -> dict[str, str]:
    """The pages of the reference: file name -> Markdown."""
    modules, names = public("")
    made = {"mrx.md": _page("Names at the top", "", names)}
    for module in sorted(modules):
        made[f"{module}.md"] = _page(f"mrx.{module}", module, names_of(module))
    made = {file: text for file, text in made.items() if "\n## " in text}
    return {"index.md": _index(made, names)} | made


def _page(title: str, module: str, names: list[Name]) -> str:
    """A page about a module; names that are at the top, too, are described there only."""
    about = as_markdown(ast.get_docstring(tree_of(module)) or "")
    top = {(n.module, n.tree.name): n for n in public("")[1]} if module else {}
    lines = [f"# {title}", "", about, ""]
    for name in names:
        short = top.get((name.module, name.tree.name))
        lines.append(_see(name, short) if short else entry(name))
    return "\n".join(lines)


def _see(name: Name, short: Name) -> str:
    link = f"[`mrx.{short.shown}`](mrx.md#{short.shown.lower()})"
    return f"## {name.tree.name}\n\nDescribed under its short name: {link}.\n"


def _index(made: dict[str, str], names: list[Name]) -> str:
    lines = [
        "# Reference: every public name",
        "",
        "After `import maskrcnn_explained as mrx`. Made from the docstrings.",
        "",
        "| name | what it is |",
        "|---|---|",
    ]
    for name in names:
        anchor = f"mrx.md#{name.shown.lower()}"
        text = first_sentence(ast.get_docstring(name.tree) or "")
        lines.append(f"| [`mrx.{name.shown}`]({anchor}) | {text} |")
    files = [file.removesuffix(".md") for file in made]
    return "\n".join([*lines, "", "```{toctree}", ":maxdepth: 1", "", *files, "```", ""])
