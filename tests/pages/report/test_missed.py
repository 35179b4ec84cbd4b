"""Proposals that became nothing: they lie on no detection, and each has its reason."""

import json

import numpy as np
import pytest
from skimage import data

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.pages.report.missed import SHOWN_MISSED, missed_proposals
from maskrcnn_explained.tracing import trace as tracing
from maskrcnn_explained.tracing.why_not import REASONS


@pytest.fixture(scope="module")
def coins(trained):
    return tracing.trace(trained, data.coins())


def test_they_lie_on_no_detection_and_say_why(coins):
    missed = missed_proposals(coins)
    assert missed == json.loads(json.dumps(missed, allow_nan=False)) and len(missed) == SHOWN_MISSED
    boxes = np.float32([one["box"] for one in missed])
    assert np.asarray(iou(boxes, coins.detections.boxes)).max() < 0.51
    scores = [one["objectness"] for one in missed]
    assert scores == sorted(scores, reverse=True)
    assert all(one["why"].split(" (")[0] in REASONS.values() for one in missed)


def test_a_reason_is_that_of_why_not_and_counts_instances_from_one(coins):
    told = set()
    for one in missed_proposals(coins):
        answer = coins.why_not(np.float32(one["box"]))
        if answer.reason == "suppressed":
            assert f"by instance {answer.numbers['by_detection'] + 1}" in one["why"]
        told.add(answer.reason)
        assert one["why"].startswith(REASONS[answer.reason])
    assert {"suppressed", "below_threshold", "refined_away"} <= told


def test_without_detections_all_proposals_are_missed(tiny):
    traced = tracing.trace(tiny, np.zeros((64, 64, 3), np.uint8), 1.0)
    assert len(traced.detections) == 0
    number = min(SHOWN_MISSED, int((traced["proposal_anchors"] >= 0).sum()))
    assert 0 < len(missed_proposals(traced)) <= number
