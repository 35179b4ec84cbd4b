"""How the modules read: no clever lines, steps explained, functions that say what they return."""

import ast
import io
import tokenize

import pytest
from helpers import ROOT
from sources import MODULES, TREES

# The modules that learners read: what a step means stands above it.
EXPLAINED = (
    "backbone",
    "fpn",
    "anchors",
    "boxes",
    "rpn",
    "roi_align",
    "older_pooling",
    "mrcnn_heads",
    "detection",
    "targets",
    "mask_targets",
    "losses",
    "graph",
    "training.train",
)


def clever(tree: ast.Module, dataclass_names: set[str]) -> list[str]:
    """The lines of a module that the style forbids."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=ast.BinOp(op=ast.FloorDiv())):
                found.append(f"{node.lineno}: write ceil_div")
            case ast.Starred(value=ast.List(elts=inner) | ast.Tuple(elts=inner)):
                if any(isinstance(element, ast.Starred) for element in inner):
                    found.append(f"{node.lineno}: nested stars")
            case ast.Call(func=ast.IfExp()):
                found.append(f"{node.lineno}: a conditional expression is called")
            case ast.Call(func=function, args=[_, _, _, _, *_]):
                if ast.unparse(function).split(".")[-1] in dataclass_names:
                    found.append(f"{node.lineno}: a dataclass filled by position")
    return found


def test_no_line_is_clever():
    dataclass_names = {
        node.name
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any("dataclass" in ast.unparse(d) for d in node.decorator_list)
    }
    assert {"Config", "Sample", "Detections", "Window"} <= dataclass_names
    paths = [*MODULES.values(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]
    for path in paths:
        found = clever(ast.parse(path.read_text(encoding="utf-8")), dataclass_names)
        assert found == [], f"{path}: {found}"


@pytest.mark.parametrize(
    "line", ["-(-a // b)", "[*[*a, *b]]", "(f if a else g)(x)", "m.Sample(1, 2, 3, 4)"]
)
def test_clever_lines_are_found(line):
    assert clever(ast.parse(line), {"Sample"})


@pytest.mark.parametrize("name", EXPLAINED)
def test_steps_are_explained(name):
    """At least 15 own-line comments for 100 lines of code (docstrings count as neither)."""
    text = MODULES[name].read_text(encoding="utf-8")
    comments, code = set(), set()
    docstrings = {
        line
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    layout = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.line.strip().startswith("#"):
            comments.add(token.start[0])
        elif token.type != tokenize.COMMENT and token.type not in layout:
            code |= set(range(token.start[0], token.end[0] + 1))
    code -= docstrings
    assert 100 * len(comments) / len(code) >= 15, f"{len(comments)} comments, {len(code)} lines"


def test_public_functions_say_what_they_return():
    silent = []
    for name in MODULES:
        for node in ast.walk(TREES[name]):
            public_class = isinstance(node, ast.ClassDef) and not node.name.startswith("_")
            body = node.body if public_class or isinstance(node, ast.Module) else []
            for inner in body:
                if not isinstance(inner, ast.FunctionDef) or inner.name == "__init__":
                    continue
                private = inner.name.startswith("_") and not inner.name.endswith("__")
                overloaded = any("overload" in ast.unparse(d) for d in inner.decorator_list)
                if inner.returns is None and not private and not overloaded:
                    silent.append(f"{name}.{inner.name}")
    assert silent == []


def test_nothing_is_kept_from_the_formatter():
    kept = [name for name, path in MODULES.items() if "fmt: " in path.read_text(encoding="utf-8")]
    notebooks = (ROOT / "notebooks").glob("*.ipynb")
    kept += [path.name for path in notebooks if "fmt: skip" in path.read_text(encoding="utf-8")]
    assert kept == []


def test_modules_are_short():
    long = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()
    }
    assert {name: lines for name, lines in long.items() if lines > 250} == {}
