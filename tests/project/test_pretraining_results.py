"""assets/pretraining.json: four starts, and what notebook 11 says of them."""

import json

import pytest
from helpers import ROOT

from maskrcnn_explained.viz.pretraining import STARTS

CONTENT = json.loads((ROOT / "assets" / "pretraining.json").read_text(encoding="utf-8"))
RUNS = {run["start"]: run for run in CONTENT["runs"]}


def test_every_start_was_measured_once_and_at_the_same_steps():
    assert set(RUNS) == set(STARTS) and len(CONTENT["runs"]) == len(STARTS)
    for run in RUNS.values():
        assert run["steps"] == RUNS["frozen"]["steps"]
        assert run["steps"][-1] == CONTENT["recipe"]["steps"]


@pytest.mark.parametrize("start", RUNS)
def test_every_number_is_one_that_can_be(start):
    run = RUNS[start]
    for name in ("loss", "val_mask_AP", "val_mask_AP50", "val_box_AP", "val_box_AP50"):
        assert len(run[name]) == len(run["steps"])
    assert all(0 <= value <= 1 for name in run if name.startswith("val_") for value in run[name])
    assert all(
        ap <= ap50 for ap, ap50 in zip(run["val_mask_AP"], run["val_mask_AP50"], strict=True)
    )


def test_the_frozen_backbone_comes_out_best():
    assert max(RUNS, key=lambda start: RUNS[start]["val_mask_AP50"][-1]) == "frozen"
