"""The answers to the questions for the class of notebook 06, run."""

import numpy as np
import pytest
from question_answers import answer_says

import maskrcnn_explained as mrx
from maskrcnn_explained.boxes import decode_deltas, iou, nms


@pytest.fixture(scope="module")
def trace(scenes_model, coins):
    return mrx.trace(scenes_model, coins, min_score=0.5)


def test_question_06_1():
    moved = decode_deltas([10.0, 10, 30, 50], [0.0, 1, 0, 0], (0.1, 0.1, 0.2, 0.2)).numpy()
    np.testing.assert_allclose(moved, [10, 14, 30, 54])
    answer_says("06.1", "4 pixels", "(10, 14, 30, 54)")


def test_question_06_2():
    boxes = np.float32([[0, shift, 20, 20 + shift] for shift in (0, 5, 10)])
    overlap = iou(boxes, boxes).numpy().round(2)
    assert overlap[0, 1] == overlap[1, 2] == np.float32(0.6)
    assert overlap[0, 2] == np.float32(0.33)
    kept = nms(boxes, np.float32([0.9, 0.8, 0.7]), 0.5, 10)
    assert np.asarray(kept).tolist() == [0, 2]
    answer_says("06.2", "The first and the third", "5 pixels further", "0.60", "0.33")


@pytest.mark.slow
def test_question_06_3(scenes_model, trace):
    scene = mrx.Scenes("validation", 40)[25]
    stars = mrx.trace(scenes_model, scene.image, min_score=0.5)
    assert set(scene.class_ids.tolist()) == {4} and len(scene) == 12
    left = {}
    for threshold in (0.05, 0.5, 0.9):
        for name, passed in (("coins", trace), ("stars", stars)):
            c = passed.detection_candidates
            own = c.group == np.bincount(c.group).argmax()
            left[name, threshold] = len(nms(c.boxes[own], c.scores[own], threshold, 100))
    assert [left["coins", t] for t in (0.05, 0.5, 0.9)] == [24, 24, 25]
    assert [left["stars", t] for t in (0.05, 0.5, 0.9)] == [6, 12, 42]
    answer_says("06.3", "25 on the coins", "42 on the twelve stars", "6 of the twelve", "their 24")


@pytest.mark.slow
def test_question_06_4(scenes_model, trace, coins):
    box = trace.detections.boxes[17]
    y1, x1, y2, x2 = box.astype(int)
    square, plain = coins.copy(), coins.copy()
    square[y1 - 4 : y2 + 4, x1 - 4 : x2 + 4] = 90
    answer = mrx.trace(scenes_model, square, min_score=0.5).why_not(box, class_id=1)
    assert answer.reason == "misclassified" and answer.numbers["said"] == "rectangle"
    assert answer.numbers["its_score"] == 0.998
    around = coins[y1 - 8 : y2 + 8, x1 - 8 : x2 + 8]
    grey = np.median(np.concatenate([around[:4], around[-4:]]), 0)
    plain[y1 - 8 : y2 + 8, x1 - 8 : x2 + 8] = grey
    answer = mrx.trace(scenes_model, plain, min_score=0.5).why_not(box, class_id=1)
    assert answer.reason == "below_threshold" and answer.numbers["said"] == "background"
    answer_says("06.4", "calls it a rectangle, with 0.998", "some proposal still covers")


def test_question_06_5(trace):
    stories = [trace.follow(i) for i in range(len(trace.detections))]
    moves = [(story.anchor.level, story.proposal.level) for story in stories]
    counts = {move: moves.count(move) for move in set(moves)}
    assert counts == {("P3", "P2"): 13, ("P4", "P2"): 9, ("P4", "P3"): 2}
    # In this model 112 pixels go to P4 (224 in the paper), so 56 to P3, and less to P2.
    assert trace.config.roi_canonical_size / 2 == 56
    answer_says(
        "06.5", "On all 24", "13 from P3 to P2, 9 from P4 to P2, 2 from P4 to P3", "56 pixels"
    )
