"""assets/cell_probe.json: what notebook 02 says of its numbers is so."""

import json

import numpy as np
import pytest
from helpers import ROOT


@pytest.fixture(scope="module")
def probe():
    return json.loads((ROOT / "assets" / "cell_probe.json").read_text(encoding="utf-8"))


def test_every_map_has_a_number_per_split(probe):
    assert [row["name"] for row in probe["maps"]] == [f"{k}{i}" for k in "CP" for i in range(2, 6)]
    assert probe["splits"] == 3 and probe["chance"] == 0.2
    for row in probe["maps"]:
        for key in ("accuracy", *probe["sizes"], "strengths"):
            assert len(row[key]) == probe["splits"]
        assert all(0 <= value <= 1 for value in row["accuracy"])


def test_splits_agree(probe):
    """Each split has scenes of its own; the differences told in the notebook are larger."""
    assert max(np.ptp(row["accuracy"]) for row in probe["maps"]) < 0.06


def test_what_the_top_down_path_brings(probe):
    accuracy = {row["name"]: np.array(row["accuracy"]) for row in probe["maps"]}
    depth = {row["name"]: row["depth"] for row in probe["maps"]}
    assert min(accuracy["P2"] - accuracy["C2"]) > 0.15 and depth["P2"] < depth["C2"]
    assert min(accuracy["P3"] - accuracy["C3"]) > 0.05 and depth["P3"] < depth["C3"]
    assert max(accuracy["P5"] - accuracy["C5"]) < 0
    assert min(accuracy["C2"]) > probe["chance"]
