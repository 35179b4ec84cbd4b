"""Candidates: both rounds of NMS have the same winners as the graph."""

import numpy as np
import pytest
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.tracing.candidates import suppressors


@pytest.fixture(scope="module")
def coins(trained):
    return mrx.trace(trained, data.coins(), min_score=0.5, keep=("P2",))


@pytest.mark.parametrize("name", ["trained", "tiny", "tiny_reference"])
def test_rpn_candidates_became_the_proposals(name, request):
    """In both dialects: NMS outside the graph selects the same boxes, and every dropped box has a
    suppressor."""
    t = mrx.trace(request.getfixturevalue(name), data.coins(), min_score=0.05)
    c = t.rpn_candidates
    real = np.flatnonzero(t["proposal_anchors"] >= 0)
    winners = np.array([c.winner(i) for i in real])
    np.testing.assert_array_equal(c.source[winners], t["proposal_anchors"][real])
    np.testing.assert_allclose(c.boxes[winners], t["proposals"][real], atol=1e-3)
    np.testing.assert_allclose(c.scores[winners], t["proposal_scores"][real], atol=1e-6)
    dropped = np.flatnonzero(c.suppressor >= 0)
    by = c.suppressor[dropped]
    assert (c.scores[by] >= c.scores[dropped]).all() and (c.won[dropped] == -1).all()
    overlap = np.array(
        [
            mrx.boxes.iou(c.boxes[[a]], c.boxes[[b]]).numpy()[0, 0]
            for a, b in zip(dropped[:60], by[:60], strict=True)
        ]
    )
    assert (overlap > t.config.proposal_nms_iou).all()
    assert (c.group[dropped] == c.group[by]).all()


@pytest.mark.parametrize("name", ["trained", "tiny", "tiny_reference"])
def test_detection_candidates_became_the_detections(name, request):
    t = mrx.trace(request.getfixturevalue(name), data.coins(), min_score=0.05)
    c = t.detection_candidates
    real = np.flatnonzero(t["detection_class_ids"] > 0)
    winners = np.array([c.winner(i) for i in real], int)
    np.testing.assert_array_equal(c.source[winners], t["detection_rois"][real])
    np.testing.assert_array_equal(c.group[winners], t["detection_class_ids"][real])
    np.testing.assert_allclose(c.boxes[winners], t["detection_boxes"][real], atol=1e-3)
    dropped = np.flatnonzero(c.suppressor >= 0)
    assert (c.group[dropped] == c.group[c.suppressor[dropped]]).all()
    assert (c.scores[c.suppressor[dropped]] >= c.scores[dropped]).all()


def test_suppressors_by_hand():
    """The first winner that overlaps a box dropped it, if both are of one group."""
    boxes = np.float32([[0, 0, 10, 10], [0, 0, 10, 9], [50, 50, 60, 60], [0, 0, 9, 10]])
    kept = np.array([0, 2])
    np.testing.assert_array_equal(suppressors(boxes, kept, 0.5), [-1, 0, -1, 0])
    groups = np.array([1, 1, 1, 2])
    np.testing.assert_array_equal(suppressors(boxes, kept, 0.5, groups), [-1, 0, -1, -1])
    none = np.array([], int)
    np.testing.assert_array_equal(suppressors(boxes, none, 0.5), [-1, -1, -1, -1])
    assert len(suppressors(boxes[:0], none, 0.5)) == 0
