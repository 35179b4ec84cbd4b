"""Beside the reference: what the two tables look like, and what they refuse."""

import pytest

from maskrcnn_explained import course
from maskrcnn_explained.course.side_by_side import STEPS, beside_table, settings_table


def test_tables_are_tables():
    for stage, (_, rows) in STEPS.items():
        lines = beside_table(stage).split("\n")[2:]
        assert len(lines) == len(rows) + 2
        assert {line.count(" | ") for line in lines[2:]} == {2}
    assert "| `TRAIN_BN` | `batch_norm` |" in settings_table()


def test_another_stage_is_an_error():
    with pytest.raises(ValueError, match="'neck'; there are: backbone, fpn"):
        course.show_beside("neck")


def test_both_are_shown_in_a_notebook(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda out: shown.append(out.data))
    course.show_beside("rpn")
    course.show_settings()
    assert shown == [beside_table("rpn"), settings_table()]
