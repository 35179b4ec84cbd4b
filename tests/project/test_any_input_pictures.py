"""Every picture and page, given something else: drawn, or an error that lists the arguments."""

import inspect
import types
import warnings

import numpy as np
import pytest
from wrong_arguments import is_clear

from maskrcnn_explained import pages, viz
from maskrcnn_explained._told import CannotDraw

PICTURES = {
    name: function
    for package in (viz, pages.report, pages.widgets)
    for name in package.__all__
    if isinstance(function := getattr(package, name), types.FunctionType)
}
WRONG = dict(
    none=None,
    text="text",
    number=7,
    nothing=np.zeros(0),
    nan=np.full((4, 4), np.nan),
    image=np.zeros((4, 4, 3), np.uint8),
    complex=np.zeros((2, 4), complex),
    list=[None, None],
    table={"a": 1},
    object=object(),
)


def test_all_are_here():
    assert len(PICTURES) > 95 and {"show_boxes", "report", "scores_widget"} <= set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_wrong_arguments(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parameters = inspect.signature(PICTURES[name]).parameters.values()
    required = [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    optional = [p.name for p in parameters if p.default is not p.empty]
    for kind, wrong in WRONG.items():
        given = {parameter.name: wrong for parameter in required}
        for more in ({}, *({option: object()} for option in optional)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    PICTURES[name](**given | more)
                except Exception as error:
                    assert isinstance(error, CannotDraw) or is_clear(error), f"{kind}: {error!r}"
    assert list(tmp_path.iterdir()) == []
