"""Assignments for otter-grader: one question per exercise, judged as `check` does; where otter is
installed (the extra `grading`), also from the master notebook to the points."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from helpers import ROOT

from maskrcnn_explained.course.exercises.registry import all_exercises, exercises_of

FOLDER = ROOT / "notebooks" / "exercises"
SOURCES = sorted(FOLDER.glob("*.py"))


@pytest.fixture
def otter_maker(monkeypatch):
    """The script that makes the assignments, as a module."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import make_otter

    return make_otter


def raw_cells(notebook, first_line):
    return [cell.source for cell in notebook.cells if cell.source.startswith(first_line)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_each_exercise_is_one_question(source, otter_maker):
    master = otter_maker.otter_notebook(source.read_text(encoding="utf-8"), "difficulty", "x")
    exercises = exercises_of(source.stem[:2])
    wanted = [
        f"# BEGIN QUESTION\nname: q{key.replace('.', '_')}\npoints: {e.difficulty}\n"
        "check_cell: false"
        for key, e in exercises.items()
    ]
    assert raw_cells(master, "# BEGIN QUESTION") == wanted
    for words in ("# BEGIN SOLUTION", "# END SOLUTION", "# BEGIN TESTS", "# END QUESTION"):
        assert len([s for s in raw_cells(master, words) if s == words]) == len(exercises)
    assert master.cells[0].source.startswith("# ASSIGNMENT CONFIG")
    nbformat.validate(master)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_learners_get_the_blanks_of_their_own_notebook(source, otter_maker):
    """Take the solutions out as otter does: what is left is the learner's cell."""
    master = otter_maker.otter_notebook(source.read_text(encoding="utf-8"), "one", "x")
    code = [cell.source for cell in master.cells if "# BEGIN SOLUTION NO PROMPT" in cell.source]
    learner = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    sources = [cell.source for cell in learner.cells]
    for cell in code:
        left = re.sub(r" *# BEGIN SOLUTION NO PROMPT\n.*?# END SOLUTION\n", "", cell, flags=re.S)
        left = re.sub(r'^ *"""(;?) # (BEGIN|END) PROMPT\n?', "", left, flags=re.M)
        assert left.rstrip("\n") in sources


def test_a_test_is_the_judge(otter_maker):
    source = (FOLDER / "03_rpn.py").read_text(encoding="utf-8")
    [test] = [
        cell.source
        for cell in otter_maker.otter_notebook(source, "one", "x").cells
        if cell.source.startswith("def test_q03_1(")
    ]
    assert "points: 1" in str(otter_maker.otter_notebook(source, "one", "x"))
    names = {}
    exec(test.partition("\n\n")[0], names)
    exercise = exercises_of("03")["03.1"]
    names["test_q03_1"](exercise.right)
    for known in exercise.wrong:
        with pytest.raises(AssertionError) as told:
            names["test_q03_1"](known.answer)
        assert str(told.value) == f"03.1 not yet: {known.sentence}"


def test_the_page_on_grading_counts_right():
    every = all_exercises()
    points = sum(exercise.difficulty for exercise in every)
    page = (ROOT / "teaching" / "grading.md").read_text(encoding="utf-8")
    assert f"{len(every)} exercises, {points} points if" in page


def test_a_solution_without_a_check(otter_maker):
    text = "# %%\n# solution\na = 1\n# end\n\n# %%\nprint(a)\n"
    with pytest.raises(ValueError, match="No check stands after the solution"):
        otter_maker.otter_notebook(text, "one", "x")


def test_the_script(otter_maker, here, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["make_otter.py", "--folder", "new/otter", "03", "07"])
    otter_maker.main()
    made = sorted(path.name for path in (here / "new" / "otter").iterdir())
    assert made == ["03_rpn.ipynb", "07_targets_and_losses.ipynb"]
    monkeypatch.setattr(sys, "argv", ["make_otter.py", "00"])
    with pytest.raises(SystemExit):
        otter_maker.main()
    assert "no exercises of ['00']" in capsys.readouterr().err


def otter(*words):
    subprocess.run([sys.executable, "-m", "otter", *words], check=True, capture_output=True)


@pytest.mark.slow
def test_from_the_master_notebook_to_the_points(otter_maker, here):
    """A solution gets all points, blanks get none, and a known mistake is told by its sentence."""
    pytest.importorskip("otter", reason="otter-grader is not installed (the extra `grading`)")
    master = otter_maker.otter_notebook(
        (FOLDER / "03_rpn.py").read_text(encoding="utf-8"), "difficulty", "maskrcnn-explained"
    )
    nbformat.write(master, here / "03_rpn.ipynb")
    otter("assign", "03_rpn.ipynb", "made")
    [autograder] = (here / "made" / "autograder").glob("*.zip")
    wrong = nbformat.read(FOLDER / "solutions" / "03_rpn.ipynb", as_version=4)
    for cell in wrong.cells:
        cell.source = cell.source.replace("deltas = deltas * np.asarray(std)", "pass")
    nbformat.write(wrong, here / "wrong.ipynb")
    given = {
        "right": FOLDER / "solutions" / "03_rpn.ipynb",
        "blank": FOLDER / "03_rpn.ipynb",
        "wrong": here / "wrong.ipynb",
    }
    points = {}
    for name, path in given.items():
        (here / name).mkdir()
        otter("run", "-a", str(autograder), "-o", str(here / name), str(path))
        tests = json.loads((here / name / "results.json").read_text(encoding="utf-8"))["tests"]
        points[name] = {t["name"]: t["score"] for t in tests if t.get("max_score")}
        output = {t["name"]: t["output"] for t in tests}
    exercises = exercises_of("03")
    full = {f"q{key.replace('.', '_')}": e.difficulty for key, e in exercises.items()}
    assert points["right"] == full and set(points["blank"].values()) == {0}
    assert points["wrong"] == full | {"q03_3": 0}
    assert f"03.3 not yet: {exercises['03.3'].wrong[0].sentence}" in output["q03_3"]
