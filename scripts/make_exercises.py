"""Make the exercise notebooks from their sources, one file per notebook, with the solutions inside.

    python scripts/make_exercises.py [notebooks/exercises/03_rpn.py ...]

`notebooks/exercises/03_rpn.py` is a percent file: cells begin with `# %%`, text cells with
`# %% [markdown]`, and `# %% tags=["target"]` marks a figure that learners see as it should become.
A line `Section: 3 · Deltas` in a text becomes a link to this heading of the notebook of the course.
Between the lines `# solution` and `# end` stands what learners write. Two notebooks are made:
`solutions/03_rpn.ipynb`, executed, and `03_rpn.ipynb` with blanks, without outputs but the targets.
Both are written only if the solutions ran without an error.
"""

import ast
import json
import os
import pathlib
import re
import sys
import tempfile
import textwrap

import nbformat
from execute_notebooks import QUIET, run
from make_buttons import write_buttons

FOLDER = pathlib.Path(__file__).parent.parent / "notebooks" / "exercises"
MARKER = re.compile(r"^# %%(?P<text> \[markdown\])?(?: tags=(?P<tags>\[.*\]))?$")
BLOCK = re.compile(r"^(?P<indent> *)# solution\n(?P<code>.*?)^(?P=indent)# end$", re.M | re.S)
SECTION = re.compile(r"^Section: (?P<heading>.+)$", re.M)
COURSE = re.compile(r"\((?P<notebook>\.\./\d\d_\w+\.ipynb)\)")  # the first link of a source
TARGET, CHECKED = "target", "nbval-check-output"
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
    "language_info": {"name": "python"},
}


def read_cells(source: str) -> list[nbformat.NotebookNode]:
    """The cells of a percent file, with ids that follow from their number.

    Raises:
        ValueError: something stands before the first cell, or a line that begins a cell has
            another form.
    """
    found: list[tuple[re.Match, list[str]]] = []
    for number, line in enumerate(source.splitlines(), start=1):
        marker = MARKER.match(line)
        if line.startswith("# %%") and not marker:
            raise ValueError(f"line {number}: not a form of '# %%' that is known: {line!r}")
        if marker:
            found.append((marker, []))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"line {number} stands before the first '# %%': {line!r}")
    course = COURSE.search(source)
    notebook = course["notebook"] if course else ""
    return [_cell(i, marker, lines, notebook) for i, (marker, lines) in enumerate(found)]


def _cell(number, marker, lines, notebook):
    metadata = {"tags": json.loads(marker["tags"])} if marker["tags"] else {}
    name = f"cell-{number:02}"
    if not marker["text"]:
        text = "\n".join(lines).strip("\n")
        return nbformat.v4.new_code_cell(text, metadata=metadata, id=name)
    text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines).strip("\n")
    text = SECTION.sub(lambda found: section_link(found["heading"], notebook), text)
    return nbformat.v4.new_markdown_cell(text, metadata=metadata, id=name)


def section_link(heading: str, notebook: str) -> str:
    """A link to a heading of a notebook, as JupyterLab names headings."""
    anchor = heading.replace(" ", "-").replace("(", "%28").replace(")", "%29")
    return f"In the notebook: [{heading}]({notebook}#{anchor})"


def with_solution(code: str) -> str:
    """The code of a cell without the marks around the solution."""
    return BLOCK.sub(lambda block: block["code"].rstrip("\n"), code)


def with_blanks(code: str) -> str:
    """The code of a cell as learners get it: a blank for each solution.

    Inside a function the blank raises NotImplementedError; elsewhere the names get `...`.
    """
    return BLOCK.sub(blank_of, code)


def blank_of(block: re.Match) -> str:
    """What learners get in the place of a solution."""
    indent = block["indent"]
    if indent:
        return f"{indent}raise NotImplementedError  # your code here"
    names = []
    for node in ast.parse(textwrap.dedent(block["code"])).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    if not names:
        raise ValueError(f"A solution outside a function must set a name:\n{block['code']}")
    return "\n".join(f"{name} = ...  # your answer here" for name in names)


def solution_notebook(source: str) -> nbformat.NotebookNode:
    """The solution notebook of a source, not yet executed."""
    cells = read_cells(source)
    for cell in cells:
        if cell.cell_type == "code":
            cell.source = with_solution(cell.source)
            if cell.source.startswith("check("):
                cell.metadata["tags"] = [CHECKED]
        else:  # one folder further down
            cell.source = cell.source.replace("](../", "](../../")
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def learner_notebook(source: str, executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The learner's notebook: blanks, and no outputs but those of the cells tagged `target`.

    It has the buttons of `make_buttons.py`, if the source links to its notebook of the course.
    """
    cells = read_cells(source)
    for cell, done in zip(cells, executed.cells, strict=True):
        if cell.cell_type == "code":
            cell.source = with_blanks(cell.source)
            if TARGET in cell.metadata.get("tags", []):
                # nbval takes outputs without a count for a mistake.
                cell.outputs, cell.execution_count = done.outputs, done.execution_count
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    course = COURSE.search(source)
    if course:
        write_buttons(notebook, course["notebook"].replace("..", "notebooks/exercises"))
    return notebook


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook after a run from top to bottom; nothing is recorded as a learner's progress."""
    os.environ.update(QUIET, MASKRCNN_EXPLAINED_PROGRESS="none")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "notebook.ipynb"
        nbformat.write(notebook, path)
        done = run(path)
    for cell in done.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    done.metadata = METADATA
    return done


def make(path: pathlib.Path) -> None:
    """Make both notebooks of a source."""
    source = path.read_text(encoding="utf-8")
    done = executed(solution_notebook(source))
    made = {
        path.parent / "solutions" / f"{path.stem}.ipynb": done,
        path.with_suffix(".ipynb"): learner_notebook(source, done),
    }
    for target, notebook in made.items():
        temporary = target.with_suffix(".part")
        nbformat.write(notebook, temporary)
        os.replace(temporary, target)
        print(f"{target.name} in {target.parent.name}: {target.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    paths = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.py"))
    for path in paths:
        make(path)


if __name__ == "__main__":
    main()
