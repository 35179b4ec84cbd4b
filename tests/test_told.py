"""Errors of pictures tell the arguments; what is right, and errors of files, stay as they are."""

import inspect
import sys
import types

import numpy as np
import pytest

from maskrcnn_explained import pages, viz
from maskrcnn_explained._told import CannotDraw, telling, told
from maskrcnn_explained.viz import boxes


def divide(one, other=2):
    """Divide."""
    return one / other


def test_what_is_right_passes():
    assert telling(divide)(4) == 2 and telling(divide)(4, other=4) == 1
    assert telling(divide) is telling(divide) and telling(divide).__doc__ == "Divide."
    assert inspect.unwrap(telling(divide)) is divide


def test_an_error_tells_the_arguments():
    wanted = r"divide cannot draw this. Its arguments: one: shape \[2\] of str.*; other: None. What"
    with pytest.raises(CannotDraw, match=wanted) as error:
        telling(divide)(np.array(["a", "b"]), None)
    assert isinstance(error.value.__cause__, TypeError) and isinstance(error.value, ValueError)


def test_what_stays():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'one'"):
        telling(divide)()
    with pytest.raises(FileNotFoundError):
        telling(open)("is_not_there")


def test_an_error_is_told_once():
    def outer(value):
        return telling(divide)(value)

    with pytest.raises(CannotDraw, match="^divide cannot"):
        telling(outer)("x")


def test_only_functions_pass_through(monkeypatch):
    values = {"one": 1, "divide": divide, "Door": CannotDraw, "viz": viz}
    monkeypatch.setitem(sys.modules, "door", types.ModuleType("door"))
    get = told("door", values.get)
    assert get("divide") is telling(divide) is sys.modules["door"].divide
    assert all(get(name) is values[name] for name in ("one", "Door", "viz"))


def test_the_doors():
    assert inspect.unwrap(viz.show_boxes) is boxes.show_boxes is not viz.show_boxes
    assert viz.boxes is boxes
    with pytest.raises(CannotDraw, match="show_boxes cannot draw this. Its arguments: image: None"):
        viz.show_boxes(None, None, "red")
    with pytest.raises(CannotDraw, match="scores_widget cannot draw"):
        pages.widgets.scores_widget(None, None, None, None, None)
    with pytest.raises(CannotDraw, match="report cannot draw"):
        pages.report.report(None, "title")
