"""The decks of teaching/slides: their form, their figures, and the numbers on them."""

import pathlib
import re
import runpy
from dataclasses import asdict

import pytest
from deck import DECKS, SLIDES, numbers_in, slides_of, text_of
from helpers import ROOT

import maskrcnn_explained as mrx
from maskrcnn_explained.course.exercises.registry import find_exercise, notebook_numbers

SCRIPT = runpy.run_path(str(ROOT / "scripts" / "slide_figures.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[01][0-9]_*.ipynb"))
each_deck = pytest.mark.parametrize("deck", DECKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def known():
    return SCRIPT["alternatives"]()


def test_every_notebook_has_a_deck_and_the_index_links_it():
    assert [deck.stem for deck in DECKS] == [notebook.stem for notebook in NOTEBOOKS]
    index = (SLIDES / "index.md").read_text(encoding="utf-8")
    assert re.findall(r"\((\w+)\.md\)", index) == [deck.stem for deck in DECKS]


@each_deck
def test_a_deck_has_the_form_of_the_others(deck):
    slides = slides_of(deck)
    kinds = [slide.kind for slide in slides]
    assert 15 <= len(slides) <= 25
    assert slides[0].headline.startswith(f"{deck.name[:2]} · ") and slides[0].figures
    assert "After this lesson you can" in slides[0].body
    assert kinds[-2:] == ["Summary", "Next"]
    assert kinds.count("Predict first") >= 2
    for kind, following in zip(kinds, kinds[1:], strict=False):
        assert (kind == "Predict first") == (following == "Answer")
    assert {"By hand", "Common confusion"} <= set(kinds)


@each_deck
def test_a_slide_says_one_thing_in_few_lines(deck):
    for slide in slides_of(deck):
        limit = 5 if slide.headline[:2] == deck.name[:2] else 4
        assert slide.lines <= limit, slide.headline
        assert len(slide.figures) <= 1, slide.headline
        assert len(slide.headline) <= 110, slide.headline


@each_deck
def test_every_slide_has_notes_of_a_few_sentences(deck):
    for slide in slides_of(deck):
        sentences = re.findall(r"[.?!](?=\s|$)", slide.notes)
        assert 1 <= len(sentences) <= 6, slide.headline


@each_deck
def test_figures_are_there_and_have_the_text_of_their_notebook(deck, known):
    text = deck.read_text(encoding="utf-8")
    for slide in slides_of(deck):
        for figure in slide.figures:
            assert (SLIDES / figure).resolve().is_file(), figure
    assert SCRIPT["settle"](text, known) == (text, []), "run python scripts/slide_figures.py"


@each_deck
def test_numbers_on_slides_stand_in_the_course(deck, known):
    """In the notebook, its outputs or figures, its exercises, its questions, the configuration."""
    exercise_file = ROOT / "notebooks" / "exercises" / f"{deck.stem}.py"
    parts = [text_of(ROOT / "notebooks" / f"{deck.stem}.ipynb")]
    parts += [known[pathlib.Path(f).name] for slide in slides_of(deck) for f in slide.figures]
    notes = ROOT / "teaching" / "notes" / deck.name
    parts += [path.read_text(encoding="utf-8") for path in (exercise_file, notes) if path.is_file()]
    parts += [str(asdict(mrx.get_config(name))) for name in ("scenes", "coco-resnet50")]
    true = numbers_in("\n".join(parts))
    for slide in slides_of(deck):
        said = numbers_in("\n".join([slide.headline, slide.body, slide.notes]))
        assert said <= true, f"{slide.headline}: {said - true}"


@each_deck
def test_exercises_on_slides_are_there(deck):
    slides = [slide for slide in slides_of(deck) if slide.kind == "Exercise now"]
    assert slides
    for slide in slides if deck.stem[:2] in notebook_numbers() else ():
        number = re.search(r"\d\d\.\d", slide.headline)[0]
        assert f"notebooks/exercises/{deck.stem}.ipynb" in slide.body
        assert f"{find_exercise(number).minutes} minutes" in slide.body


def test_colours_are_those_of_the_course():
    drawings = runpy.run_path(str(ROOT / "scripts" / "diagrams" / "svg.py"))
    style = pathlib.Path(mrx.viz.style.__file__).read_text(encoding="utf-8")
    ours = {drawings[name].upper() for name in ("PAPER", "EDGE", "INK", "SOFT", "ACCENT")}
    ours |= set(re.findall(r"#[0-9A-F]{6}", style))
    css = (SLIDES / "theme" / "course.css").read_text(encoding="utf-8")
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", css)) <= ours


def test_a_figure_whose_number_moved_is_followed_and_a_changed_one_is_told():
    known = {"03_rpn_01.webp": "A map.", "03_rpn_02.webp": "Boxes.", "iou.svg": "Two boxes."}
    moved = "![Boxes.](../../notebooks/gallery/03_rpn_01.webp) ![](../../assets/iou.svg)"
    right = "![Boxes.](../../notebooks/gallery/03_rpn_02.webp) ![Two boxes.](../../assets/iou.svg)"
    assert SCRIPT["settle"](moved, known) == (right, [])
    changed = "![Six boxes.](../../notebooks/gallery/03_rpn_02.webp)"
    assert SCRIPT["settle"](changed, known) == (changed, ["03_rpn_02.webp"])
