"""Showing the module's own code: without its docstring, with its comments."""

from maskrcnn_explained import boxes
from maskrcnn_explained.layers import FrozenBatchNorm
from maskrcnn_explained.viz.source import show_source, without_docstring


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


def test_the_first_line_names_the_module(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda markdown: shown.append(markdown.data))
    show_source(boxes.area)
    assert shown[0].startswith("```python\n# maskrcnn_explained.boxes\ndef area(")
    assert shown[0].endswith("```")
