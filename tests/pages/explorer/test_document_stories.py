"""Proposals, detections, biographies and reasons in JavaScript, on the tensors of a trace."""

import dataclasses

import numpy as np
import pytest
from js_core import tensor
from same_stories import same_answers, same_candidates, same_facts
from skimage import data

from maskrcnn_explained.pages.explorer.document import explorer_settings
from maskrcnn_explained.roi_align import roi_levels
from maskrcnn_explained.tracing import trace as tracing


@pytest.fixture(scope="module")
def coins(trained):
    return tracing.trace(trained, data.coins())


@pytest.fixture(scope="module")
def settings(coins):
    return explorer_settings(coins.config)


@pytest.fixture(scope="module")
def proposed(core, coins, settings):
    scores = coins["rpn_probs"][:, 1]
    size = list(coins.image_size)
    return core("propose", scores, coins["rpn_deltas"], coins["anchors"], size, settings)


@pytest.fixture(scope="module")
def result(core, coins, settings, proposed):
    """The result of a walk whose networks gave exactly the trace's numbers."""
    number = len(proposed["proposals"]) // 4
    named = {name: coins[name] for name in ("rpn_probs", "rpn_deltas", "anchors")}
    named |= {name: coins[name][:number] for name in ("class_probs", "box_deltas")}
    named |= dict(proposals=coins["proposals"][:number])
    named |= {name: proposed[name] for name in ("proposal_scores", "proposal_anchors")}
    named["roi_levels"] = roi_levels(named["proposals"], coins.image_size, coins.config).numpy()
    window = dataclasses.asdict(coins["window"]) | dict(box=coins["window"].box)
    height, width = coins.image.shape[:2]
    given = [named["proposals"], named["class_probs"], named["box_deltas"], window["box"]]
    found = core("selectDetections", *given, settings)
    detections = core("toDetections", found, window, dict(height=height, width=width))
    named |= {name: found.pop(name) for name in list(found) if name != "detection_candidates"}
    named["detection_boxes"] = named["detection_boxes"].reshape(-1, 4)
    return dict(
        {name: tensor(values) for name, values in named.items()},
        window=window,
        settings=settings,
        molded_size=list(coins.image_size),
        rpn_candidates=proposed["rpn_candidates"],
        detection_candidates=found["detection_candidates"],
        detections=detections,
    )


def test_proposals_and_what_competed(coins, proposed):
    number = len(proposed["proposal_anchors"])
    assert (coins["proposal_anchors"][number:] == -1).all()
    np.testing.assert_array_equal(proposed["proposal_anchors"], coins["proposal_anchors"][:number])
    np.testing.assert_array_equal(proposed["proposal_scores"], coins["proposal_scores"][:number])
    boxes = proposed["proposals"].reshape(-1, 4)
    np.testing.assert_allclose(boxes, coins["proposals"][:number], atol=1e-3)
    same_candidates(proposed["rpn_candidates"], coins.rpn_candidates)


def test_joint_proposals_compete_in_one_group(core, coins, settings):
    scores, size = coins["rpn_probs"][:, 1], list(coins.image_size)
    given = [scores, coins["rpn_deltas"], coins["anchors"], size]
    made = core("propose", *given, settings | dict(proposal_rule="joint", proposals_pre_nms=500))
    assert set(made["rpn_candidates"]["group"]) == {0}
    assert len(made["rpn_candidates"]["source"]) == 500
    assert (np.diff(made["proposal_scores"]) <= 0).all()


def test_detections_and_what_competed(coins, result):
    found = result["detections"]
    np.testing.assert_array_equal(found["class_ids"], coins.detections.class_ids)
    np.testing.assert_array_equal(found["scores"], coins.detections.scores)
    np.testing.assert_allclose(found["boxes"].reshape(-1, 4), coins.detections.boxes, atol=1e-3)
    np.testing.assert_array_equal(found["rows"], coins.rows)
    rois = result["detection_rois"]["data"]
    np.testing.assert_array_equal(rois, coins["detection_rois"][: len(rois)])
    same_candidates(result["detection_candidates"], coins.detection_candidates)


def test_the_biography_of_every_coin(core, coins, result):
    assert len(coins.detections) >= 24
    numbers = range(len(coins.detections))
    stories = core("biography", result, each=[[index] for index in numbers])
    for index, story in enumerate(stories):
        same_facts(story, coins.follow(index), left_out=("mask", "mask_probs"))
        candidates = result["detection_candidates"]
        assert [candidates["source"][i] for i in story["candidates"]] == [
            roi for roi, _ in story["suppressed"]
        ]


def test_why_not_says_what_python_says(core, coins, result):
    """For the coins, for random boxes, of any class or of one."""
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 250, (40, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(4, 120, (40, 2))], 1)
    boxes = [*coins.detections.boxes[:12], *boxes.astype(np.float32)]
    class_ids = [None if i % 3 else 1 + i % 4 for i in range(len(boxes))]
    answers = core("whyNot", result, each=list(zip(boxes, class_ids, strict=True)))
    assert len(same_answers(coins, answers, boxes, class_ids)) >= 6
