"""The plans: minutes add up, clocks go on, exercises exist and fit into their rows."""

import re

import pytest
from deck import DECKS, slides_of
from teaching_pages import TEACHING, tables_of

from maskrcnn_explained.course.exercises.registry import all_exercises
from maskrcnn_explained.course.quizzes.registry import all_quizzes

TEXT = (TEACHING / "plans.md").read_text(encoding="utf-8")
MINUTES = {exercise.key: exercise.minutes for exercise in all_exercises()}
PARTS = re.findall(r"^##+ (.*?)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
TIMED = {title: tables_of(text)[0] for title, text in PARTS if title.endswith("minutes)")}
WEEKS = dict(PARTS)["Six weeks"]


def exercise_keys(text):
    return re.findall(r"\b\d\d\.\d\b", text)


def test_there_is_a_plan_for_each_length():
    lengths = [int(re.search(r"\((\d+) minutes\)", title)[1]) for title in TIMED]
    assert lengths == [45, 90, 45, 90, 450, 450, 450, 450]


@pytest.mark.parametrize("title", TIMED)
def test_minutes_add_up_to_the_heading(title):
    header, *rows = TIMED[title]
    assert header[0] == "minutes" and all(len(row) == len(header) for row in rows)
    assert sum(int(row[0]) for row in rows) == int(re.search(r"\((\d+) minutes\)", title)[1])


@pytest.mark.parametrize("title", [title for title in TIMED if "at" in TIMED[title][0]])
def test_the_clock_goes_on(title):
    _, *rows = TIMED[title]
    now = 9 * 60
    for row in rows:
        assert row[1] == f"{now // 60}:{now % 60:02d}"
        now += int(row[0])
    assert now == 16 * 60 + 30


@pytest.mark.parametrize("title", TIMED)
def test_exercises_fit_into_their_rows(title):
    for row in TIMED[title][1:]:
        needed = sum(MINUTES[key] for key in set(exercise_keys(row[-1])))
        assert needed <= int(row[0]), row


def test_quiz_items_that_are_named_exist():
    there = {key for quiz in all_quizzes() for key in quiz.by_key()}
    named = set(re.findall(r"\b\d\d\.q\d+\b", TEXT))
    assert named and named - there == set()


def test_six_weeks_are_twelve_lessons_with_every_exercise_once():
    [[header, *rows]] = tables_of(WEEKS)
    assert header[-1] == "minutes at home"
    assert [row[:3] for row in rows] == [
        [f"{1 + i // 2}", f"{1 + i}", f"{i:02d}"] for i in range(12)
    ]
    named = [key for row in rows for key in exercise_keys(row[4] + " " + row[5])]
    assert sorted(named) == sorted(MINUTES)
    for row in rows:
        keys = exercise_keys(row[4] + row[5])
        assert {key[:2] for key in keys} <= {row[2]}
        assert sum(MINUTES[key] for key in exercise_keys(row[4])) <= 30
        if keys:
            assert sum(MINUTES[key] for key in exercise_keys(row[5])) == int(row[6])


def test_which_notebooks_have_an_exercise_for_a_short_lesson():
    [named] = re.findall(r"^(.*) have no exercise so short", TEXT, re.MULTILINE)
    short = {e.key[:2] for e in all_exercises() if e.difficulty == 1 and e.minutes <= 10}
    assert set(re.findall(r"\d\d", named)) == {f"{i:02d}" for i in range(12)} - short


def test_cells_that_the_worked_plans_name_are_in_their_notebooks():
    worked = {title: rows for title, rows in TIMED.items() if title.startswith("Worked")}
    assert len(worked) == 2
    for title, rows in worked.items():
        number = re.search(r"notebook (\d\d)", title)[1]
        [path] = (TEACHING.parent / "notebooks").glob(f"{number}_*.ipynb")
        source, names = (
            path.read_text(encoding="utf-8"),
            re.findall(r"`(show_(?!quiz)\w+)", str(rows)),
        )
        assert names and all(f"{name}(" in source for name in names)


def test_each_show_that_is_named_is_in_the_notes():
    for title, rows in TIMED.items():
        found = re.search(r"^Worked.*notebook (\d\d)", title)
        if found:
            [notes] = (TEACHING / "notes").glob(f"{found[1]}_*.md")
            there = re.findall(r"^### (\d)\.", notes.read_text(encoding="utf-8"), re.MULTILINE)
            assert set(re.findall(r"Show (\d)", str(rows))) <= set(there)


def test_slides_that_are_named_exist():
    for title in TIMED:
        found = re.search(r"^Worked.*notebook (\d\d)", title)
        if found:
            [deck] = [deck for deck in DECKS if deck.name.startswith(found[1])]
            named = re.findall(r"slides? (\d+)(?: (?:to|and) (\d+))?", dict(PARTS)[title])
            numbers = [int(number) for pair in named for number in pair if number]
            assert numbers and max(numbers) <= len(slides_of(deck))


def test_decks_give_the_exercises_that_the_weeks_have_in_class():
    [[_, *rows]] = tables_of(WEEKS)
    in_class = {row[2]: set(exercise_keys(row[4])) for row in rows}
    for deck in DECKS[1:]:
        [slide] = [slide for slide in slides_of(deck) if slide.kind == "Exercise now"]
        given = set(exercise_keys(slide.headline))
        assert given and given <= in_class[deck.name[:2]], deck.name
