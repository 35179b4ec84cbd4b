"""Make otter-grader assignments from the exercises: one master notebook per notebook of the course.

    python scripts/make_otter.py --folder build/otter [--points one] [03 07 ...]

For each notebook `build/otter/03_rpn.ipynb` is written. `otter assign` makes of it the zip file of
an autograder. Each exercise is one question, with one test: it calls the same judge as `check` and
fails with the same sentence. Learners need no otter: they hand in the course's own notebook, whose
names the questions have. See teaching/grading.md.
"""

import argparse
import pathlib
import re

import nbformat
from make_exercises import BLOCK, FOLDER, METADATA, blank_of, read_cells

from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.course.exercises.grading import POINTS_BY, points_of
from maskrcnn_explained.course.exercises.registry import exercises_of, notebook_numbers

CHECK = re.compile(r'^check\("(?P<key>[0-9.]+)", (?P<name>\w+)\)')
# Learners check with `check`, so otter adds no cells of its own to their notebook.
CONFIG = """\
# ASSIGNMENT CONFIG
init_cell: false
check_all_cell: false
export_cell: false
generate: true
run_tests: true
tests:
    ok_format: false
requirements:
    - {package}
python_version: 3.12
"""
QUESTION = "# BEGIN QUESTION\nname: {name}\npoints: {points}\ncheck_cell: false"
TEST = """\
def test_{question}({name}):
    from maskrcnn_explained.course.exercises.grading import require_passed
    require_passed("{key}", {name})
"""
SOLUTION = """\
{indent}# BEGIN SOLUTION NO PROMPT
{code}
{indent}# END SOLUTION
{indent}\"\"\" # BEGIN PROMPT
{blank}
{indent}\"\"\"; # END PROMPT"""


def otter_notebook(source: str, points_by: str, package: str) -> nbformat.NotebookNode:
    """The master notebook of a percent file, for `otter assign`.

    Args:
        source: the percent file; points_by: one of POINTS_BY.
        package: what the autograder's machine installs by pip to have this package.

    Raises:
        ValueError: a solution has no `check` in the cell after it.
    """
    cells = [_raw(CONFIG.format(package=package))]
    given = read_cells(source)
    for cell, following in zip(given, [*given[1:], None], strict=True):
        if cell.cell_type == "code" and BLOCK.search(cell.source):
            found = CHECK.match(following.source) if following else None
            if not found:
                raise ValueError(f"No check stands after the solution:\n{cell.source}")
            cells += _question(cell, found["key"], found["name"], points_by)
        else:
            cells.append(cell)
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number:03}"
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def _question(cell, key, name, points_by):
    """The cells of one question: its solution, and one test."""
    question = "q" + key.replace(".", "_")
    points = points_of(exercises_of(key[:2])[key], points_by)
    cell.source = BLOCK.sub(_marked, cell.source)
    test = TEST.format(question=question, name=name, key=key)
    return [
        _raw(QUESTION.format(name=question, points=points)),
        _raw("# BEGIN SOLUTION"),
        cell,
        _raw("# END SOLUTION"),
        _raw("# BEGIN TESTS"),
        nbformat.v4.new_code_cell(f"{test}\ntest_{question}({name})  # IGNORE"),
        _raw("# END TESTS"),
        _raw("# END QUESTION"),
    ]


def _marked(block):
    """A solution in otter's marks, and the blank that learners get in its place."""
    code = block["code"].rstrip("\n")
    return SOLUTION.format(indent=block["indent"], code=code, blank=blank_of(block))


def _raw(text):
    return nbformat.v4.new_raw_cell(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", metavar="03", help="notebooks; without: all")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("build/otter"))
    parser.add_argument("--points", choices=POINTS_BY, default=POINTS_BY[0])
    text = "what pip installs on the grading machine: a name, a path or an address"
    parser.add_argument("--package", default="maskrcnn-explained", help=text)
    given = parser.parse_args()
    unknown = set(given.numbers) - set(notebook_numbers())
    if unknown:
        parser.error(f"no exercises of {sorted(unknown)}; there are: {notebook_numbers()}")
    for path in sorted(FOLDER.glob("*.py")):
        if given.numbers and path.stem[:2] not in given.numbers:
            continue
        source = path.read_text(encoding="utf-8")
        target = given.folder / f"{path.stem}.ipynb"
        given.folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(target) as temporary:
            nbformat.write(otter_notebook(source, given.points, given.package), temporary)
        print(target)


if __name__ == "__main__":
    main()
