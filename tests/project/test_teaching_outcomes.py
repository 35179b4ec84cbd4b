"""The outcomes: each names what is there, and all exercises and quiz items are named."""

import re

import pytest
from helpers import ROOT
from teaching_pages import TEACHING, tables_of

from maskrcnn_explained.course.exercises.registry import all_exercises
from maskrcnn_explained.course.quizzes.registry import all_quizzes

TEXT = (TEACHING / "outcomes.md").read_text(encoding="utf-8")
ROWS = [row for table in tables_of(TEXT) for row in table[1:]]
# What a learner does, where somebody can see it.
VERBS = {"bring", "choose", "compute", "encode", "explain", "find", "fine-tune", "follow", "load"}
VERBS |= {"match", "name", "read", "redo", "run", "say", "split", "take", "tell", "test", "turn"}
VERBS |= {"write"}


def test_each_notebook_has_three_or_four_and_each_says_what_a_learner_does():
    keys = [row[0] for row in ROWS]
    assert len(set(keys)) == len(keys)
    for path in sorted((ROOT / "notebooks").glob("[01]*.ipynb")):
        number = path.stem[:2]
        mine = [key for key in keys if key.startswith(f"{number}.")]
        assert mine == [f"{number}.{letter}" for letter in "abcd"[: len(mine)]] and len(mine) in (
            3,
            4,
        )
        assert f"](notes/{path.stem}.md)" in TEXT
    assert {row[1].split()[0] for row in ROWS} <= VERBS
    counted = re.search(r"^(\d+) outcomes", TEXT, re.MULTILINE)
    assert counted is not None and int(counted[1]) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_sections_and_exercises_are_of_the_row_s_own_notebook(row):
    key, _, sections, exercises, quiz = row
    number = key[:2]
    assert re.findall(r"notebooks/(\d\d)", sections) and "#" in sections
    assert set(re.findall(r"notebooks/(?:exercises/)?(\d\d)", sections + exercises)) == {number}
    assert all(found == number for found in re.findall(r"\b(\d\d)\.q?\d", exercises + quiz))


def test_every_exercise_is_named_once_by_its_key_and_name():
    named = re.findall(r"\[(\d\d\.\d)\]\(\S+\) (\w+)", " ".join(row[3] for row in ROWS))
    assert sorted(named) == [(exercise.key, exercise.name) for exercise in all_exercises()]


def test_every_quiz_item_is_named_once_by_its_key_and_topic():
    named = {}
    for row in ROWS:
        for key, topic in re.findall(r"(\d\d\.q\d+) (.*?)(?=, \d\d\.q|$)", row[4]):
            assert key not in named
            named[key] = topic
    there = {key: asked.topic for quiz in all_quizzes() for key, asked in quiz.by_key().items()}
    assert named == there
