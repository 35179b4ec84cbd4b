"""`check`, `hint` and `solution`, as a learner calls them."""

import numpy as np
import pytest

from maskrcnn_explained.course import check, hint, solution
from maskrcnn_explained.course.exercises import checking
from maskrcnn_explained.course.exercises.nb03_answers import shapes_answer
from maskrcnn_explained.course.exercises.printed import MOST_LETTERS
from maskrcnn_explained.course.exercises.progress import PROGRESS_VARIABLE, Attempts, read_progress


@pytest.fixture(autouse=True)
def path(tmp_path, monkeypatch):
    """A file of progress of this test's own; no hint was given yet."""
    path = tmp_path / "progress.json"
    monkeypatch.setenv(PROGRESS_VARIABLE, str(path))
    monkeypatch.setattr(checking, "_hints_here", {})
    return path


def test_check_prints_one_line_and_records(path, capsys):
    check("03.1", lambda scale, ratios: np.zeros((len(ratios), 2)))
    out = capsys.readouterr().out
    assert out.startswith("03.1 not yet: by hand (scale = 32") and out.count("\n") == 1
    check("03.1", shapes_answer)
    assert capsys.readouterr().out == "03.1 passed.\n"
    assert read_progress(path) == {"03.1": Attempts(passed=True, tries=2)}


def test_what_is_not_attempted_is_not_recorded(path, capsys):
    check("03.1", None)
    assert capsys.readouterr().out == '03.1 not attempted. hint("03.1") helps.\n'
    assert not path.exists()


def test_what_a_function_prints_is_cut_and_the_verdict_stands_in_the_last_line(capsys):
    def wordy(scale, ratios):
        for number in range(10_000):
            print(number, end=" ")
        return shapes_answer(scale, ratios)

    check("03.1", wordy)
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("0 1 2 3") and len(first) == MOST_LETTERS
    assert last.startswith("03.1 passed. (Your function printed ") and "not shown.)" in last


def test_the_answer_is_needed():
    with pytest.raises(TypeError, match=r'check takes .*: check\("03.3", decode_deltas\)\.'):
        check("03.3")


def test_ctrl_c_gets_out_and_printing_works_again(capsys):
    def stopped(scale, ratios):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("03.1", stopped)
    print("after")
    assert capsys.readouterr().out == "after\n"


def test_hints_come_one_by_one(path, capsys):
    for number in (1, 2, 3, 3):
        hint("03.1")
        out = capsys.readouterr().out
        assert out.startswith(f"03.1 hint {number} of 3: ")
        assert ('solution("03.1")' in out) == (number == 3)
    assert read_progress(path)["03.1"].hints == 4


def test_hints_go_on_in_the_next_session(capsys, monkeypatch):
    hint("03.1")
    monkeypatch.setattr(checking, "_hints_here", {})
    hint("03.1")
    assert "hint 2 of 3" in capsys.readouterr().out.splitlines()[1]


def test_hints_without_a_file(monkeypatch, capsys):
    monkeypatch.setenv(PROGRESS_VARIABLE, "none")
    hint("03.1")
    hint("03.1")
    check("03.1", shapes_answer)
    lines = capsys.readouterr().out.splitlines()
    assert "hint 1 of 3" in lines[0] and "hint 2 of 3" in lines[1] and lines[2] == "03.1 passed."


def test_a_damaged_file_does_not_stop_a_learner(path, capsys):
    path.write_text("{")
    check("03.1", shapes_answer)
    hint("03.1")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("03.1 passed. (Not recorded: ") and "is damaged" in first
    assert "hint 1 of 3" in second and path.read_text() == "{"


def test_a_folder_that_cannot_be_written(path, capsys, monkeypatch):
    path.write_text("a file")
    monkeypatch.setenv(PROGRESS_VARIABLE, str(path / "below.json"))
    check("03.1", shapes_answer)
    assert capsys.readouterr().out.startswith("03.1 passed. (Not recorded: ")


def test_solution_shows_the_code_of_the_package(monkeypatch):
    shown = []
    monkeypatch.setattr("maskrcnn_explained.viz.source.show_source", shown.append)
    solution("03.3")
    assert [function.__name__ for function in shown] == ["decode_deltas"]


@pytest.mark.parametrize("call", [lambda key: check(key, 1), hint, solution])
def test_an_unknown_key_is_an_error(call):
    with pytest.raises(ValueError, match=r"notebook 03 has: 03.1 \(anchor_shapes\)"):
        call("03.77")
