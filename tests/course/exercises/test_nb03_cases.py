"""The cases of notebook 03 hide nothing: not square, no equal scores, no IoU near the threshold."""

import numpy as np
import pytest

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.course.exercises import nb03_cases as cases


@pytest.mark.parametrize("make", [cases.nms_random, cases.nms_coins, cases.thin_random])
def test_scores_differ_and_no_overlap_is_near_the_threshold(make):
    boxes, scores, *_, threshold, _ = make()
    assert len(np.unique(scores)) == len(scores)
    overlap = iou(boxes, boxes).numpy()
    assert np.abs(overlap - threshold).min() > 1e-6


def test_by_hand_one_overlap_is_the_threshold_exactly():
    boxes, _, threshold, _ = cases.nms_chain()
    assert iou(boxes, boxes).numpy()[3, 4] == threshold


@pytest.mark.parametrize("make", [cases.decode_random, cases.decode_coins, cases.thin_coins])
def test_most_boxes_are_not_square(make):
    boxes = make()[0]
    sides = boxes[:, 2:] - boxes[:, :2]
    assert (np.abs(sides[:, 0] - sides[:, 1]) > 1).mean() > 0.3


def test_some_proposals_reach_the_edge_and_images_are_not_square():
    for make in (cases.propose_small, cases.propose_random, cases.propose_coins):
        arguments = make()
        (height, width), found = arguments[3], cases.propose_level(*arguments)
        assert height != width and found.min() >= 0
        assert 0 < len(found) <= arguments[5]
    assert cases.propose_random()[0].shape == (144,)


def test_levels_have_their_boxes():
    for make in (cases.thin_small, cases.thin_random, cases.thin_coins):
        boxes, scores, sizes, *_ = make()
        assert len(boxes) == len(scores) == sum(sizes)


def test_two_levels_keep_boxes_that_lie_on_each_other():
    assert cases.thin_levels(*cases.thin_small()).tolist() == [1, 3, 4, 2]


def test_cases_are_the_same_each_time():
    np.testing.assert_array_equal(cases.random_boxes(3, 9, 1), cases.random_boxes(3, 9, 1))
    assert sorted(cases.random_scores(3, 1)) == [0.25, 0.5, 0.75]
    one, other = cases.coin_boxes(), cases.coin_boxes()
    np.testing.assert_array_equal(one[0], other[0])
