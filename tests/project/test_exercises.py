"""Exercise notebooks: learners' copies and solutions are in step with their sources, and run."""

import ast
import json
import re

import nbformat
import numpy as np
import pytest
from helpers import ROOT
from teaching_pages import anchors_of, links_of

import maskrcnn_explained as mrx
from maskrcnn_explained.course.exercises.exercise import FIND_THE_BUG
from maskrcnn_explained.course.exercises.progress import PROGRESS_NAME
from maskrcnn_explained.course.exercises.registry import exercises_of, notebook_numbers
from maskrcnn_explained.course.exercises.verdict import judge

FOLDER = ROOT / "notebooks" / "exercises"
SOURCES = sorted(FOLDER.glob("*.py"))
FUNCTION = """\
def f(x):
    \"\"\"Say it.\"\"\"
    # solution
    y = x + 1

    return y
    # end


print(1)"""


@pytest.fixture
def maker(monkeypatch):
    """The script that makes the notebooks, as a module."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import make_exercises

    return make_exercises


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def source(request):
    return request.param


def read(path):
    return nbformat.read(path, as_version=4)


def forms(cells):
    return [(cell.cell_type, cell.source, dict(cell.metadata), cell.id) for cell in cells]


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def checks_of(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in code if cell.source.startswith("check(")]


def test_each_notebook_with_exercises_has_one_source():
    assert [path.stem[:2] for path in SOURCES] == notebook_numbers()
    courses = {path.stem for path in (ROOT / "notebooks").glob("[01]*.ipynb")}
    assert {path.stem for path in SOURCES} <= courses
    for folder in (FOLDER, FOLDER / "solutions"):
        assert {p.stem for p in folder.glob("*.ipynb")} == {path.stem for path in SOURCES}


def test_the_solutions_are_in_step_and_passed(source, maker):
    done = read(FOLDER / "solutions" / f"{source.stem}.ipynb")
    wanted = maker.solution_notebook(source.read_text(encoding="utf-8"))
    assert forms(done.cells) == forms(wanted.cells), "run make exercises"
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, len(code) + 1)]
    assert not [o for cell in code for o in cell.outputs if o.output_type == "error"]
    keys = list(exercises_of(source.stem[:2]))
    assert [printed(cell) for cell in checks_of(done)] == [f"{key} passed.\n" for key in keys]


def test_the_learners_copy_is_in_step(source, maker):
    path = source.with_suffix(".ipynb")
    done = read(FOLDER / "solutions" / path.name)
    wanted = maker.learner_notebook(source.read_text(encoding="utf-8"), done)
    assert nbformat.writes(read(path)) == nbformat.writes(wanted), "run make exercises"


def test_learners_see_targets_and_no_solution(source, maker):
    text = source.read_text(encoding="utf-8")
    learner = read(source.with_suffix(".ipynb"))
    code = [cell for cell in learner.cells if cell.cell_type == "code"]
    shown = [cell for cell in code if cell.outputs]
    assert shown and all(cell.metadata.tags == ["target"] for cell in shown)
    assert all(bool(cell.outputs) == bool(cell.execution_count) for cell in code)
    pictures = [o for cell in shown for o in cell.outputs if "image/png" in o.get("data", {})]
    assert pictures and all(o.metadata["image/png"].get("alt") for o in pictures)
    everything = "\n".join(cell.source for cell in code)
    solutions = [block["code"].strip() for block in maker.BLOCK.finditer(text)]
    blanks = everything.count("raise NotImplementedError") + everything.count("= ...  # your")
    assert len(solutions) == len(exercises_of(source.stem[:2])) == blanks
    assert not [solution for solution in solutions if solution in everything]
    assert "# solution" not in everything and "# end" not in everything


def test_titles_and_labels_are_those_of_the_exercises(source):
    text = source.read_text(encoding="utf-8")
    found = re.findall(r"^# ## (\d\d\.\d) · [^\n]+\n#\n# \*([^*]+)\*$", text, re.M)
    exercises = exercises_of(source.stem[:2])
    assert found == [(key, exercise.label()) for key, exercise in exercises.items()]
    for key, exercise in exercises.items():
        assert f'\ncheck("{key}", {exercise.name})\n' in text


def test_the_broken_functions_make_the_first_known_mistake(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for exercise in exercises_of(source.stem[:2]).values():
        if exercise.kind == FIND_THE_BUG and exercise.wants_function:
            broken = functions[f"broken_{exercise.name}"]
            names = {"np": np, "mrx": mrx}
            exec(compile(ast.Module([broken], []), str(source), "exec"), names)
            verdict = judge(exercise, names[broken.name])
            assert verdict.sentence == exercise.wrong[0].sentence


def test_notebooks_are_small_and_have_the_usual_metadata(source, maker):
    for folder in (FOLDER, FOLDER / "solutions"):
        path = folder / f"{source.stem}.ipynb"
        assert path.stat().st_size < 1.5e6 and read(path).metadata == maker.METADATA
        for cell in read(path).cells:
            assert cell.cell_type != "code" or cell.source.count("\n") < 25


def test_every_exercise_leads_to_its_section_of_the_notebook(source):
    for folder in (FOLDER, FOLDER / "solutions"):
        links = links_of(folder / f"{source.stem}.ipynb")
        sections = [link for link in links if link[1]]
        assert len(sections) == len(exercises_of(source.stem[:2]))
        for path, anchor in links:
            assert (folder / path).is_file(), path
            assert not anchor or anchor in anchors_of((folder / path).resolve()), anchor


def test_the_first_cell_says_how_it_works(source):
    [first, *_] = read(source.with_suffix(".ipynb")).cells
    for words in ("**How it works.**", "raise NotImplementedError", PROGRESS_NAME, "`solutions`"):
        assert words in first.source
    for call in ("check", "hint", "solution"):
        assert f'- `{call}("{source.stem[:2]}.' in first.source


def test_blanks(maker):
    blank = maker.with_blanks(FUNCTION)
    assert "    raise NotImplementedError  # your code here\n\n\nprint(1)" in blank
    assert "y" not in blank.replace("your", "").replace("Say", "")
    values = "# solution\na = 1\nb = a + 1\n# end\ncheck"
    assert (
        maker.with_blanks(values)
        == "a = ...  # your answer here\nb = ...  # your answer here\ncheck"
    )
    assert maker.with_solution(FUNCTION) == FUNCTION.replace("    # solution\n", "").replace(
        "    # end\n", ""
    )
    with pytest.raises(ValueError, match="must set a name"):
        maker.with_blanks("# solution\nprint(1)\n# end")


def test_a_section_becomes_a_link(maker):
    text = "# From [03](../03_rpn.ipynb).\n#\n# Section: 4 · Non-maximum (NMS)\n#\n# So."
    [cell] = maker.read_cells(f"# %% [markdown]\n{text}")
    link = "[4 · Non-maximum (NMS)](../03_rpn.ipynb#4-·-Non-maximum-%28NMS%29)"
    assert cell.source == f"From [03](../03_rpn.ipynb).\n\nIn the notebook: {link}\n\nSo."


def test_cells(maker):
    text = '# %% [markdown]\n# # Title\n#\n# words\n\n# %% tags=["target"]\nx = 1\n'
    title, code = maker.read_cells(text)
    assert (title.cell_type, title.source) == ("markdown", "# Title\n\nwords")
    assert (code.source, code.metadata) == ("x = 1", {"tags": ["target"]})
    for wrong in ("# %% words\n", "x = 1\n# %%\n"):
        with pytest.raises(ValueError, match="line 1"):
            maker.read_cells(wrong)
    assert json.loads(nbformat.writes(maker.solution_notebook(text)))["nbformat"] == 4
