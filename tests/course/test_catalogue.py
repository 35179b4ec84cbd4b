"""The catalogue covers what it lists, with functions that exist."""

import pytest

from maskrcnn_explained import viz
from maskrcnn_explained.course import catalogue
from maskrcnn_explained.pages import widgets


def test_the_catalogue_covers_every_item_with_functions_that_exist():
    items = {item for item, *_ in catalogue.CATALOGUE}
    assert items == {*(f"A{i}" for i in range(1, 17)), "B"}
    for *_, functions in catalogue.CATALOGUE:
        for name in functions.split(", "):
            assert hasattr(viz, name) or hasattr(widgets, name), name


def test_the_catalogue_fails_if_a_notebook_does_not_use_it(notebook, monkeypatch):
    rows = (("A1", "NMS", "03_rpn", "show_nms"), ("A2", "more", "03_rpn", "show_recall"))
    monkeypatch.setattr(catalogue, "CATALOGUE", rows[:1])
    assert "[03_rpn](03_rpn.ipynb) | `show_nms` |" in catalogue.catalogue_table(notebook.parent)
    monkeypatch.setattr(catalogue, "CATALOGUE", rows)
    with pytest.raises(ValueError, match="03_rpn does not use show_recall"):
        catalogue.catalogue_table(notebook.parent)
