"""The house: arrows point one way, one name means one thing, each module has its test.

Read from the source, so that imports inside functions count as well.
"""

import ast
import collections

import pytest
from helpers import ROOT
from sources import MODULES, PACKAGE, TREES

# From the ground up. A module may import from its own line and from the lines above it.
FLOORS = (
    ("_arguments",),
    ("_told",),
    ("_files", "_downloads", "_backend", "_keras_lookup"),
    ("fields",),
    ("config",),
    ("presets",),
    ("pasting", "mask_bits", "boxes", "step_memory", "keras_model"),
    ("layers",),
    ("masks", "older_pooling"),
    ("own_backbone", "csp_backbone"),
    ("data", "results"),
    ("anchors", "backbone", "fpn", "roi_align"),
    ("stored",),
    ("mask_targets",),
    ("rpn", "mrcnn_heads", "detection", "targets", "losses"),
    ("graph",),
    ("inference", "training_step"),
    ("model",),
    ("evaluation", "weights", "training", "tracing", "export"),
    ("viz", "pages"),
    ("course", "cli"),
)


def imports(name: str, tree: ast.Module | None = None) -> set[str]:
    """The package's modules that a module imports, anywhere; types for the checker left out."""
    tree = tree or TREES[name]
    found = set()
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: write the whole name, not `from .`"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {i for i in inner if short(i) in MODULES} or {node.module}
    return {short(i) for i in found if i.split(".")[0] == "maskrcnn_explained"} - {""}


def short(module: str) -> str:
    return module.removeprefix("maskrcnn_explained").strip(".")


@pytest.mark.parametrize(
    "line",
    [
        "import maskrcnn_explained.viz.style",
        "import maskrcnn_explained.viz.style as style",
        "from maskrcnn_explained.viz import style",
        "from maskrcnn_explained.viz.style import show",
        "def f():\n    from maskrcnn_explained.viz import style",
    ],
)
def test_every_way_to_import_counts(line):
    assert imports("boxes", ast.parse(line)) == {"viz.style"}


def test_a_package_is_imported_by_its_modules():
    """`from maskrcnn_explained.data import Scenes` would hide which module is meant."""
    packages = {name for name, path in MODULES.items() if path.stem == "__init__"} - {""}
    vague = {name: imports(name) & packages for name in MODULES}
    assert {name: found for name, found in vague.items() if found - {"viz", "cli"}} == {}


def floor(name: str) -> int:
    first = name.split(".")[0]
    return next(i for i, names in enumerate(FLOORS) if first in names)


def test_every_module_has_a_floor():
    tops = {name.split(".")[0] for name in MODULES} - {"", "__main__"}
    assert tops == {name for names in FLOORS for name in names}


def test_arrows_point_down():
    upward = [
        f"{name} -> {other}"
        for name in MODULES
        if name not in ("", "__main__")
        for other in imports(name)
        if floor(other) > floor(name)
    ]
    assert upward == []


def test_there_is_no_cycle():
    graph = {name: imports(name) for name in MODULES}
    done: set[str] = set()

    def visit(name, path):
        assert name not in path, " -> ".join([*path, name])
        if name not in done:
            for other in graph[name]:
                visit(other, [*path, name])
            done.add(name)

    for name in graph:
        visit(name, [])


def test_stages_never_import_pictures_and_losses_know_no_devices():
    for name in ("anchors", "rpn", "targets", "losses", "graph", "model"):
        assert not {m for m in imports(name) if m.split(".")[0] in ("viz", "pages", "training")}


def public_names(name: str) -> list[str]:
    """What a module defines at its top level, without underscore."""
    found = []
    for node in TREES[name].body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.append(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return [n for n in found if not n.startswith("_")]


def test_one_name_means_one_thing():
    homes = collections.defaultdict(list)
    for name in MODULES:
        for public in set(public_names(name)):
            homes[public].append(name)
    # The commands are named as the functions that they call; styles are colours of the same words.
    allowed = {"train", "trace", "evaluate", "POSITIVE", "NEGATIVE", "IGNORED"}
    twice = {public: names for public, names in homes.items() if len(names) > 1}
    assert {public: names for public, names in twice.items() if public not in allowed} == {}


def test_every_module_has_a_test_of_its_name():
    absent = []
    for name, path in MODULES.items():
        if path.stem in ("__init__", "__main__"):
            continue
        folder = ROOT / "tests" / path.relative_to(PACKAGE).parent
        if not (folder / f"test_{path.stem.strip('_')}.py").is_file():
            absent.append(name)
    assert absent == []


def test_every_test_begins_with_the_name_of_its_module():
    """`test_masks_mini.py` is about masks.py. Parity, answers and the project have tests, too."""
    lost = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        folder = PACKAGE / path.parent.relative_to(ROOT / "tests")
        stems = [inner.stem.strip("_") for inner in folder.glob("*.py")]
        about = path.stem.removeprefix("test_")
        named = any(about == stem or about.startswith(f"{stem}_") for stem in stems)
        free = path.parent.name in ("project", "answers") or about.startswith("parity")
        if not named and not free:
            lost.append(str(path.relative_to(ROOT)))
    assert lost == []


def test_every_stage_has_pictures_and_a_notebook():
    notebooks = {path.stem.split("_", 1)[1] for path in (ROOT / "notebooks").glob("[01]*.ipynb")}
    for stage in ("backbone", "fpn", "rpn", "roi_align", "mrcnn_heads", "detection"):
        assert stage in notebooks
    floors = [names for names in FLOORS if "anchors" in names or "losses" in names]
    stages = {name for names in floors for name in names} | {"boxes"}
    assert "losses" in stages and "anchors" in stages
    for stage in stages:
        assert (PACKAGE / "viz" / f"{stage}.py").is_file() and stage in MODULES
