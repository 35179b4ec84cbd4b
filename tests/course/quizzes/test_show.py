"""A quiz in a notebook: always the same bytes, explanations on a click, nothing fetched."""

import random
import sys

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import HTML

import maskrcnn_explained as mrx
from maskrcnn_explained.course.quizzes.filling import filled_quiz
from maskrcnn_explained.course.quizzes.quiz import ONE_RIGHT, SEVERAL_RIGHT, TYPED_NUMBER


@pytest.fixture
def shell():
    """An IPython as a notebook has one; it is gone after the test."""
    pytest.importorskip("jupyterquiz")
    shell = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def shown(shell, monkeypatch):
    """What calls display: a list of bundles, as a notebook would store them."""
    found = []

    def keep(item):
        kind = "text/html" if isinstance(item, HTML) else "application/javascript"
        found.append({kind: item.data})

    monkeypatch.setattr("IPython.display.display", keep)
    return found


def test_the_same_bytes_every_time(shown):
    mrx.course.show_quiz("03")
    mrx.course.show_quiz("03")
    assert len(shown) == 6 and shown[:3] == shown[3:]
    mrx.course.show_quiz("00")
    assert shown[7] != shown[1], "quizzes on one page need boxes of their own"


def test_nobody_elses_random_numbers_change(shown):
    random.seed(5)
    wanted = random.random()
    random.seed(5)
    mrx.course.show_quiz("03")
    assert random.random() == wanted


def test_what_is_typed_and_what_is_right_can_be_read(shown):
    mrx.course.show_quiz("00")
    style, page, _ = (text for bundle in shown for text in bundle.values())
    assert ".Input-text:not(.correctButton, .incorrectButton) { color: #222222; }" in style
    assert "--jq-numeric-input-bg: #ffffff;" in page and "--jq-text-color: #ffffff;" in page
    assert "--jq-correct-color: #007a10;" in page  # white on it: a contrast of 5.5


def test_everything_is_in_the_output(shown):
    mrx.course.show_quiz("03")
    _, page, script = (text for bundle in shown for text in bundle.values())
    assert filled_quiz("03").questions[0].text in script and "fetch(" not in script
    assert 'data-shuffleanswers="False"' in page and "http" not in page


def test_outside_of_a_notebook_it_says_what_to_do():
    pytest.importorskip("jupyterquiz")
    with pytest.raises(RuntimeError, match="shown in a notebook.*quiz 03 -o quiz.txt"):
        mrx.course.show_quiz("03")


def test_without_jupyterquiz_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterquiz", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "maskrcnn-explained\[lab\]"'):
        mrx.course.show_quiz("03")


def test_what_it_refuses():
    with pytest.raises(ValueError, match="No quiz of a notebook '99'"):
        mrx.course.show_quiz("99")
    with pytest.raises(TypeError, match='must be text such as "03"'):
        mrx.course.show_quiz(3)


def page_of(shown):
    """A page made of a notebook with a quiz, with no address outside."""
    nbconvert = pytest.importorskip("nbconvert")
    outputs = [nbformat.v4.new_output("display_data", data=bundle) for bundle in shown]
    cell = nbformat.v4.new_code_cell('mrx.course.show_quiz("03")', outputs=outputs)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    exporter = nbconvert.HTMLExporter(mathjax_url="", require_js_url="", jquery_url="")
    page, _ = exporter.from_notebook_node(notebook)
    return page


def test_no_formulas_are_fetched(shown, open_page):
    """A page with a MathJax that jupyterquiz does not know, as JupyterLab has it."""
    mrx.course.show_quiz("03")
    strange = "<script>window.MathJax = {version: '3.2.2'};</script>"
    page = open_page(page_of(shown).replace("<head>", f"<head>{strange}", 1))
    assert page.evaluate("MathJax.version") == "3.2.2"
    page.locator(".Quiz .MCButton").first.click()
    page.wait_for_timeout(1000)  # jupyterquiz looks for MathJax after half a second


def test_a_click_on_a_choice_tells_why(shown, open_page):
    """`open_page` fails if a request leaves the page, or a script complains."""
    mrx.course.show_quiz("03")
    page = open_page(page_of(shown))
    boxes = page.locator(".Quiz")
    boxes.first.wait_for()
    questions = filled_quiz("03").questions
    assert boxes.count() == len(questions)
    for box, asked in zip(boxes.all(), questions, strict=True):
        told = box.locator(".Feedback")
        for place, choice in enumerate(asked.choices):
            if asked.kind == TYPED_NUMBER:
                box.locator("input").fill(choice.text)
                box.locator("input").press("Enter")
            else:
                box.locator(".MCButton").nth(place).click()
            assert told.inner_text().startswith(choice.explanation.replace("`", ""))
            state = "correct" if choice.correct else "incorrect"
            assert state in told.get_attribute("class").split()
    kinds = {asked.kind for asked in questions}
    assert kinds == {ONE_RIGHT, SEVERAL_RIGHT, TYPED_NUMBER}
