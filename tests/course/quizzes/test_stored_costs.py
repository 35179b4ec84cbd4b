"""The stored measurement of what one changed choice costs."""

import json

import pytest
from helpers import ROOT

from maskrcnn_explained.course.quizzes.stored_costs import UNCHANGED, found_coins, found_objects

COSTS = json.loads((ROOT / "assets" / "dialect_costs.json").read_text(encoding="utf-8"))


def test_numbers_are_those_of_the_file():
    [row] = [row for row in COSTS["rows"] if row["name"] == "RoIPool"]
    assert [found_objects("RoIPool", iou) for iou in COSTS["ious"]] == [
        100 * found for found in row["found"]
    ]
    assert found_coins("RoIPool") == row["coins_found"]
    assert found_objects(UNCHANGED) == 100 * COSTS["unchanged"][0]["found"][0]
    assert found_coins(UNCHANGED) == 24


def test_what_it_refuses():
    with pytest.raises(ValueError, match="No row 'luck'; there are: "):
        found_objects("luck")
    with pytest.raises(ValueError, match="No row 'luck'; there are: "):
        found_coins("luck")
    with pytest.raises(ValueError, match=r"mask_iou must be one of \[0.5, 0.75, 0.9\]; got 0.6"):
        found_objects("RoIPool", 0.6)
