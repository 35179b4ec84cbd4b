"""The source of the package, module by module: what tests of the house read."""

import ast
import pathlib

from helpers import ROOT

PACKAGE = ROOT / "maskrcnn_explained"


def name_of(path: pathlib.Path) -> str:
    """The module's dotted name below the package; "" for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
