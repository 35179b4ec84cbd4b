"""The biography of a detection, and the boxes and masks at a point."""

import numpy as np
import pytest
from skimage import data

import maskrcnn_explained as mrx
from maskrcnn_explained.boxes import decode_deltas, iou
from maskrcnn_explained.config import LEVELS, STRIDES
from maskrcnn_explained.tracing.biography import anchor_facts, proposal_facts


@pytest.fixture(scope="module")
def coins(trained):
    return mrx.trace(trained, data.coins(), min_score=0.7)


def test_each_step_leads_to_the_next(coins):
    config = coins.config
    for index in range(len(coins.detections)):
        story = coins.follow(index)
        anchor, proposal = story.anchor, story.proposal
        np.testing.assert_allclose(anchor.moved, proposal.box, atol=1e-3)
        assert anchor.objectness == pytest.approx(proposal.score, abs=1e-6)
        refined = decode_deltas(proposal.box, story.deltas, config.delta_std).numpy()
        np.testing.assert_allclose(refined, story.molded_box, atol=1)
        image_box = coins["window"].to_image(story.molded_box)
        np.testing.assert_allclose(image_box, story.box, atol=1e-3)
        np.testing.assert_array_equal(story.box, coins.detections.boxes[index])
        assert proposal.probs[story.class_id] == pytest.approx(story.score, abs=1e-6)
        np.testing.assert_array_equal(story.mask, coins.detections.masks[index])


def test_an_anchor_lies_where_its_cell_says(coins):
    for index in (0, 777, 5000, len(coins["anchors"]) - 1):
        facts = anchor_facts(coins, index)
        stride = STRIDES[LEVELS.index(facts.level)]
        centre = (facts.box[:2] + facts.box[2:]) / 2
        np.testing.assert_allclose(centre, (np.array(facts.cell) + 0.5) * stride)
        height, width = facts.box[2:] - facts.box[:2]
        assert width / height == pytest.approx(facts.ratio, rel=1e-4)
        np.testing.assert_array_equal(facts.box, coins["anchors"][index])


def test_what_a_detection_suppressed(coins):
    story = coins.follow(0)
    assert len(story.suppressed) and (story.suppressed[:, 1] == story.class_id).all()
    assert story.proposal.index not in story.suppressed[:, 0]
    for roi in story.suppressed[:5, 0]:
        overlap = iou(coins["proposals"][[roi]], story.molded_box[None]).numpy()[0, 0]
        assert overlap > 0.3, "before its own refinement"


def test_printed_as_text(coins):
    story = coins.follow(3)
    text, level = str(story), story.anchor.level
    for word in ("detection 3: disk", "RoI: proposal", "anchor", level, "dropped for it", "sees"):
        assert word in text


def test_every_detection_of_the_reference_dialect_has_a_biography(tiny_reference):
    t = mrx.trace(tiny_reference, data.coins(), min_score=0.05)
    assert len(t.detections)
    for index in range(len(t.detections)):
        story = t.follow(index)
        np.testing.assert_allclose(story.anchor.moved, story.proposal.box, atol=1e-2)


def test_a_custom_backbone_has_no_receptive_field_here(coins, monkeypatch):
    monkeypatch.setattr(coins, "config", coins.config.changed(backbone=lambda *_: None))
    assert anchor_facts(coins, 0).receptive_field is None


def test_the_receptive_field_of_the_csp_backbone(coins, monkeypatch):
    config = coins.config.changed(backbone="csp", backbone_blocks=(1, 1, 1, 1))
    monkeypatch.setattr(coins, "config", config)
    facts = anchor_facts(coins, 0)  # cell (0, 0) of P2, which sees what C2 sees: 39 pixels
    assert facts.cell == (0, 0)
    np.testing.assert_array_equal(facts.receptive_field, [-19, -19, 20, 20])


# From a point


def test_claims_at_a_point_on_a_coin(coins):
    y1, x1, y2, x2 = coins.detections.boxes[2]
    y, x = float(y1 + y2) / 2, float(x1 + x2) / 2
    claims = coins.at(y, x)
    assert 2 in claims.detections and 2 not in claims.boxes_only
    assert coins.follow(2).proposal.index in claims.proposals
    assert len(claims.anchors) == 5 * len(coins.config.anchor_ratios)
    for index in claims.anchors:
        facts = anchor_facts(coins, int(index))
        stride = STRIDES[LEVELS.index(facts.level)]
        top, left = np.array(facts.cell) * stride
        assert top <= claims.molded[0] < top + stride and left <= claims.molded[1] < left + stride


def test_a_corner_of_a_box_is_not_in_the_mask(coins):
    y1, x1, _, _ = coins.detections.boxes[0]
    claims = coins.at(float(y1) + 0.5, float(x1) + 0.5)
    assert 0 in claims.boxes_only and 0 not in claims.detections


def test_just_inside_the_far_edge_it_is_the_last_cell(coins):
    """In 32 bits the point is the edge itself, where no cell is."""
    edge = 384 - 1e-9
    assert np.float32(edge) == 384
    np.testing.assert_array_equal(coins.at(100, edge).anchors, coins.at(100, 383.9).anchors)


# Bad input


def test_out_of_range(coins):
    number = len(coins.detections)
    with pytest.raises(IndexError, match=f"There are {number} detections"):
        coins.follow(number)
    with pytest.raises(IndexError, match="anchors"):
        anchor_facts(coins, 10**6)
    with pytest.raises(IndexError, match="proposals"):
        proposal_facts(coins, -1)
    for point in ((-1, 5), (5, 384), (303, 0)):
        with pytest.raises(ValueError, match="outside the image"):
            coins.at(*point)
