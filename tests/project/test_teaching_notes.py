"""The instructor's notes: one form for all, and what they say of the notebooks is so."""

import re

import pytest
from helpers import ROOT
from question_answers import NOTES, NUMBERS, answers, note, section
from teaching_notes import (
    MORE,
    all_that_is_said,
    code_under,
    core_path,
    fragment,
    headings,
    minutes,
    parts,
    stem,
    timed,
)

from maskrcnn_explained.course.exercises.registry import find_exercise
from maskrcnn_explained.course.questions import QUESTIONS

SECTIONS = [
    "Minutes",
    "Show",
    "Expect",
    "Questions for the class",
    "If there is time",
    "If time is short",
]
DEMONSTRATION = ["Run", "Ask first", "They see", "Right answers", "Wrong answers", "Then say"]
every_note = pytest.mark.parametrize("number", NUMBERS)


@every_note
def test_a_note_has_the_form_of_all_notes(number):
    text = note(number)
    assert re.findall(r"^## (.+)$", text, re.M) == SECTIONS
    assert text.startswith(f"# {headings(number)[0][1]}\n\n**After it the class can** ")
    head = text.partition("\n## ")[0]
    assert "\n**Before it:** " in head and f'`mrx.course.show_quiz("{number}")`' in head
    wanted = [f"../../notebooks/{stem(number)}.ipynb", f"../slides/{stem(number)}.md"]
    if number != "00":
        wanted += [f"../../notebooks/exercises/{stem(number)}.ipynb"]
        wanted += [f"../../notebooks/exercises/solutions/{stem(number)}.ipynb"]
    assert set(re.findall(r"\]\(([^)]+)\)", head)) == set(wanted)
    assert all(section(text, title).strip() for title in SECTIONS)
    assert "\N{EM DASH}" not in text


@every_note
def test_every_link_of_a_note_leads_somewhere(number):
    targets = re.findall(r"\]\(([^)#\s]+)", note(number))
    local = {target for target in targets if "://" not in target}
    assert [target for target in local if not (NOTES / target).exists()] == []
    glossary = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"glossary\.md#([^)]+)\)", note(number))
    assert [word for word in words if f'id="{word}"' not in glossary] == []


@every_note
def test_every_section_has_its_minutes(number):
    rows = minutes(number)
    assert [(row["title"], row["path"] == "core") for row in rows] == timed(number)
    assert {row["path"] for row in rows} <= {"core", "more"}
    page = f"../../notebooks/{stem(number)}.ipynb"
    links = [page] + [f"{page}#{fragment(row['title'])}" for row in rows[1:]]
    assert [row["target"] for row in rows] == links
    assert all(row["why"] and row["minutes"] > 0 for row in rows)


@every_note
def test_the_core_path_fits_into_an_hour_and_is_that_of_the_notebook(number):
    core = sum(row["minutes"] for row in minutes(number) if row["path"] == "core")
    whole = sum(row["minutes"] for row in minutes(number))
    assert f"Core: {core} minutes; all: {whole}." in section(note(number), "Minutes")
    promised = core_path(number)[2]
    assert core <= 60 and promised - 5 <= core <= promised


@every_note
def test_what_may_be_skipped_says_where_to_go_on(number):
    order = [title for _, title in headings(number)]
    for row in minutes(number):
        if row["path"] == "core":
            assert row["skip_to"] == ""
        elif row["skip_to"] != "the end":
            assert order.index(row["skip_to"]) > order.index(row["title"])
            assert not row["skip_to"].endswith(MORE)


@every_note
def test_demonstrations_show_cells_that_exist(number):
    shown = parts(number, "Show")
    assert 3 <= len(shown) <= 5
    for _, points, _ in shown:
        assert list(points) == DEMONSTRATION
        where = re.match(r"\[(.+)\]\(", points["Run"])
        heading = where[1] if where else headings(number)[0][1]
        place, function = re.search(
            r"the (?:(first|second) )?cell with `(\w+)`", points["Run"]
        ).groups()
        under = code_under(number, heading)
        cells = [code for code in under if re.search(rf"\b{function}\(", code)]
        at_least = {None: 1, "first": 2, "second": 2}[place]
        assert len(cells) >= at_least, f"{heading}: no such cell calls {function}"
        assert place or len(cells) == 1, f"{heading}: several cells call {function}"
        assert "?" in points["Ask first"] or points["Ask first"].endswith(".")


@every_note
def test_numbers_of_demonstrations_stand_in_the_notebook(number):
    there = set(re.findall(r"\d+(?:[.,]\d+)*", all_that_is_said(number)))
    for heading, points, _ in parts(number, "Show"):
        points = points | {"Wrong answers": ""}
        said = " ".join(re.sub(r"\]\([^)]*\)", "]", text) for text in points.values())
        numbers = set(re.findall(r"\d+(?:[.,]\d+)*", said))
        assert [one for one in numbers if len(one) > 1 and one not in there] == [], heading


@every_note
def test_expected_mistakes_are_those_that_checks_know(number):
    expected = parts(number, "Expect")
    assert len(expected) == 3
    for heading, points, text in expected:
        assert list(points) == ["Why", "Say or draw"]
        if number == "00":  # it has no exercises: questions of its list of confusions
            assert heading in {question for question, _ in QUESTIONS}
            continue
        key = re.fullmatch(r"Exercise (\d\d\.\d)", heading)[1]
        sentence = re.search(r"^> (.+)$", text, re.M)[1]
        assert key[:2] == number
        assert sentence in {wrong.sentence for wrong in find_exercise(key).wrong}


@every_note
def test_questions_name_the_exercises_that_ask_alike(number):
    assert 4 <= len(answers(number)) <= 6
    questions = section(note(number), "Questions for the class")
    for key, target in re.findall(r"\[(\d\d\.\d)\]\(([^)]+)\)", questions):
        assert find_exercise(key).key == key
        assert target == f"../../notebooks/exercises/{stem(key[:2])}.ipynb"


def test_there_is_one_note_per_notebook():
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {path.stem for path in NOTES.glob("*.md")} == notebooks
