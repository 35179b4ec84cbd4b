"""Showing the module's own code: without its docstring, with its comments."""

import html
import re

import pytest

from maskrcnn_explained import boxes
from maskrcnn_explained.layers import FrozenBatchNorm
from maskrcnn_explained.viz.source import as_html, show_source, without_docstring


def test_the_docstring_is_left_out_and_comments_stay():
    text = without_docstring(boxes.iou)
    assert text.startswith("def iou(boxes1") and '"""' not in text
    assert "# The union counts the common part once." in text
    assert text.rstrip().endswith("return tf.math.divide_no_nan(intersection, union)")


def test_a_class_keeps_its_methods():
    text = without_docstring(FrozenBatchNorm)
    assert "def call(" in text and "Batch norm whose statistics never move" not in text


def test_a_function_without_docstring():
    def double(x):
        return 2 * x

    assert without_docstring(double) == "def double(x):\n    return 2 * x\n\n"


@pytest.fixture
def shown(monkeypatch):
    """What a notebook would be given."""
    outputs = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: outputs.append(data))
    return outputs


def test_the_first_line_names_the_module(shown):
    show_source(boxes.area)
    assert shown[0]["text/markdown"].startswith("```python\n# maskrcnn_explained.boxes\ndef area(")
    assert shown[0]["text/markdown"].endswith("\n```")
    assert shown[0]["text/plain"].startswith("# maskrcnn_explained.boxes\ndef area(")


def test_html_holds_the_same_text(shown):
    for function in (boxes.iou, boxes.nms, FrozenBatchNorm, show_source):
        show_source(function)
        plain = re.sub("</?(pre|i|b)( [^>]*)?>", "", shown[-1]["text/html"])
        assert html.unescape(plain) == shown[-1]["text/plain"]


def test_comments_are_italic_and_names_bold():
    page = as_html("def f(a: '<b>'):  # a < 1\n    return a\n", 'Source of "f"')
    assert 'aria-label="Source of &quot;f&quot;"' in page
    assert "def <b>f</b>(a: '&lt;b&gt;'):  <i># a &lt; 1</i>\n    return a\n</pre>" in page


@pytest.mark.parametrize("width", [1200, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_scrolls_and_is_readable(shown, open_page, width, scheme):
    """Lines never break; letters have one width; they take the colour of the page."""
    show_source(boxes.iou)
    ground = "<!DOCTYPE html><style>body{color-scheme:light dark;color:CanvasText}</style>"
    page = open_page(ground + shown[0]["text/html"])
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    pre = page.locator("pre")
    facts = "p => [p.getBoundingClientRect().height, p.textContent.split('\\n').length - 1]"
    height, lines = pre.evaluate(facts)
    assert height == pytest.approx(lines * 13 * 1.45 + 18, abs=30)  # with the bar of the scrolling
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    look = pre.evaluate("p => [getComputedStyle(p).fontFamily, getComputedStyle(p).color]")
    ink = int(re.search(r"\d+", look[1]).group())
    assert "monospace" in look[0] and (ink > 200 if scheme == "dark" else ink < 60)
