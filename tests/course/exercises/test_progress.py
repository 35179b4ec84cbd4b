"""The file of what has passed: written whole, read with care, and nothing in it is lost."""

import json
import pathlib

import pytest
from helpers import ROOT

from maskrcnn_explained.course.exercises.progress import (
    PROGRESS_NAME,
    PROGRESS_VARIABLE,
    Attempts,
    progress_file,
    progress_found,
    read_progress,
    record_check,
    record_hint,
)

GOOD = {"format": "maskrcnn_explained progress", "version": 1}


def test_where_the_file_is(monkeypatch):
    monkeypatch.delenv(PROGRESS_VARIABLE, raising=False)
    assert progress_file() == pathlib.Path(PROGRESS_NAME)  # in the folder of the notebook
    monkeypatch.setenv(PROGRESS_VARIABLE, "mine.json")
    assert progress_file() == pathlib.Path("mine.json")
    monkeypatch.setenv(PROGRESS_VARIABLE, "none")
    assert progress_file() is None and read_progress(None) == {}


@pytest.mark.parametrize("folder", ["notebooks/exercises", "exercises"])
def test_where_the_command_looks(here, monkeypatch, folder):
    monkeypatch.delenv(PROGRESS_VARIABLE, raising=False)
    own, below = pathlib.Path(PROGRESS_NAME), pathlib.Path(folder, PROGRESS_NAME)
    assert progress_found() == own  # nothing is there yet
    record_check(below, "03.1", True)
    assert progress_found() == below
    record_check(own, "03.1", True)
    assert progress_found() == own
    assert progress_found(below) == progress_found(below.parent) == below
    monkeypatch.setenv(PROGRESS_VARIABLE, "mine.json")
    assert progress_found() == pathlib.Path("mine.json")
    monkeypatch.setenv(PROGRESS_VARIABLE, "none")
    assert progress_found() is None


@pytest.mark.parametrize("place", ["absent.json", "."])
def test_a_place_without_a_file(here, place):
    with pytest.raises(FileNotFoundError, match="The first `check` of an answer writes"):
        progress_found(pathlib.Path(place))


def test_the_file_is_visible_its_lock_is_not_and_git_knows_neither(tmp_path):
    record_check(tmp_path / PROGRESS_NAME, "03.1", True)
    found = {path.name for path in tmp_path.iterdir()}
    assert {name for name in found if not name.startswith(".")} == {PROGRESS_NAME}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {PROGRESS_NAME, f".{PROGRESS_NAME}.lock"} <= set(ignored)


def test_checks_and_hints_are_counted_until_it_passes(tmp_path):
    path = tmp_path / "new" / "progress.json"
    assert read_progress(path) == {}
    assert record_check(path, "03.1", False) == Attempts(tries=1)
    assert record_hint(path, "03.1") == Attempts(tries=1, hints=1)
    passed = record_check(path, "03.1", True)
    assert passed == Attempts(passed=True, tries=2, hints=1)
    # What has passed stays passed.
    assert record_check(path, "03.1", False) == passed
    record_check(path, "03.2", True)
    assert read_progress(path) == {"03.1": passed, "03.2": Attempts(True, 1, 0)}


def test_exercises_of_another_course_stay_in_the_file(tmp_path):
    path = tmp_path / "progress.json"
    record_check(path, "77.7", True)
    record_check(path, "03.1", True)
    assert set(json.loads(path.read_text())["exercises"]) == {"03.1", "77.7"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is damaged"),
        ('{"format": "maskrcnn', "is damaged"),
        ("[1]", "is no file of progress"),
        ('{"cells": []}', "is no file of progress"),
        (json.dumps(GOOD | {"version": 2}), "is of version 2; this one reads 1"),
        (json.dumps(GOOD), "is damaged: KeyError"),
        (json.dumps(GOOD | {"exercises": []}), "is damaged"),
        (json.dumps(GOOD | {"exercises": {"03.1": {"done": True}}}), "is damaged"),
        (json.dumps(GOOD | {"exercises": {"03.1": {"passed": 1}}}), "is damaged"),
        (json.dumps(GOOD | {"exercises": {"03.1": {"tries": -1}}}), "is damaged"),
    ],
)
def test_a_damaged_or_foreign_file_is_told_and_left_alone(tmp_path, text, words):
    path = tmp_path / "progress.json"
    path.write_text(text)
    for call in (read_progress, lambda p: record_check(p, "03.1", True)):
        with pytest.raises(ValueError, match=words) as told:
            call(path)
        assert "Move it away to begin a new one." in str(told.value)
    assert path.read_text() == text


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "progress.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="is damaged"):
        read_progress(path)


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    record_check(path, "03.1", True)
    before = path.read_text()
    monkeypatch.setattr(json, "dumps", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record_check(path, "03.2", True)
    assert path.read_text() == before
