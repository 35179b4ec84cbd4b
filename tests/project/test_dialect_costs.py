"""assets/dialect_costs.json: every choice of the dialects has its row, and the rows add up."""

import dataclasses
import json

import numpy as np
import pytest
from helpers import ROOT

import maskrcnn_explained as mrx
from maskrcnn_explained.presets import PAPER, REFERENCE, TORCHVISION

PATH = ROOT / "assets" / "dialect_costs.json"
# Fields that a swap on trained weights cannot show; the script says why.
NOT_SWAPPED = {
    "rpn_smooth_l1_beta",
    "smooth_l1_beta",
    "mini_mask_size",
    "add_gt_to_proposals",
    "mask_target_rule",
    "box_loss_mean",
    "detection_min_score",
    "head_batch_norm",
}


@pytest.fixture(scope="module")
def costs():
    return json.loads(PATH.read_text(encoding="utf-8"))


def alone(costs):
    """The rows in which one choice is changed."""
    return [row for row in costs["rows"] if row["stage"] != "all together"]


def test_every_field_in_which_dialects_differ_has_a_row(costs):
    fields = {*PAPER, *REFERENCE, *TORCHVISION} - NOT_SWAPPED
    swapped = set().union(*(row["changes"] for row in alone(costs)))
    assert fields - swapped == set()
    assert swapped <= {field.name for field in dataclasses.fields(mrx.Config)}


def test_every_word_of_those_fields_has_a_row(costs):
    ours = mrx.get_config("scenes").to_dict()
    for name in {*PAPER, *REFERENCE, *TORCHVISION} - NOT_SWAPPED:
        if isinstance(ours[name], str):
            tried = {row["changes"].get(name) for row in alone(costs)} | {ours[name]}
            assert set(mrx.config.choices(name)) - tried - {"pad64"} == set(), name


def test_every_row_can_be_built_and_changes_one_choice(costs):
    for row in costs["rows"]:
        changes = {"detections": 100} | row["changes"]  # what JSON holds is what Config takes
        mrx.Config.from_dict(mrx.get_config("scenes").to_dict() | changes)
    for row in alone(costs):
        changed = {name for name in row["changes"] if name not in row["compared_with"]}
        assert len(changed - {"proposals_pre_nms"}) == 1, row["name"]


def test_numbers_add_up(costs):
    assert costs["sets"] * costs["scenes_per_set"] >= 40
    unchanged = {json.dumps(row["changes"]): row for row in costs["unchanged"]}
    assert costs["unchanged"][0]["changes"] == {}
    for row in costs["rows"]:
        other = unchanged[json.dumps(row["compared_with"])]
        gap = np.subtract(row["found"], other["found"])
        np.testing.assert_allclose(gap, row["difference"], atol=1.1e-4)
        np.testing.assert_allclose(np.mean(row["found_in_sets"], 0), row["found"], atol=0.01)
        assert row["found"] == sorted(row["found"], reverse=True)  # a higher IoU finds fewer
        assert 0 <= row["coins_found"] <= 24
        if not row["scenes_that_differ"]:
            assert not any(row["difference"]) and not any(row["noise"])


def test_names_are_short_and_told_apart(costs):
    names = [row["name"] for row in costs["rows"]]
    assert len(set(names)) == len(names) and max(map(len, names)) <= 31
    assert (ROOT / "assets" / "dialect_costs.png").stat().st_size < 3e5
