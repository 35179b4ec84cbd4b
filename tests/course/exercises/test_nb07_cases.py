"""The cases of notebook 07 hide nothing: no IoU near a threshold, no bin that is half full."""

import numpy as np
import pytest

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.course.exercises import nb07_cases as cases
from maskrcnn_explained.course.exercises.nb07_answers import cut_mask_answer
from maskrcnn_explained.targets import TIE_IOU


@pytest.mark.parametrize("make", [cases.match_small, cases.match_random, cases.match_coins])
def test_no_overlap_is_near_a_threshold_and_all_labels_occur(make):
    overlap = iou(*make()).numpy()
    for threshold in (0.3, 0.7):
        assert np.abs(overlap.max(1) - threshold).min() > 1e-6
    below = overlap.max(0) - overlap
    assert np.abs(below - TIE_IOU).min() > 1e-6
    assert set(cases.judge_anchor_match(*make())) == {-1, 0, 1}


def test_by_hand_two_anchors_are_equal_and_one_object_is_alone():
    overlap = iou(*cases.match_small()).numpy()
    assert overlap[3, 1] == overlap[4, 1] == overlap[:, 1].max() < 0.3
    assert overlap[:, 2].max() == 0


def test_four_anchors_are_nearly_equal():
    anchors, objects = cases.match_random()
    fits = iou(anchors, objects).numpy()[-4:, -1]
    assert 2e-6 < np.ptp(fits) < TIE_IOU and fits.max() < 0.7
    assert cases.judge_anchor_match(anchors, objects)[-4:].tolist() == [1] * 4


@pytest.mark.parametrize("make", [cases.encode_random, cases.encode_coins])
def test_no_box_that_moves_is_square(make):
    boxes, targets, std = make()
    sides = boxes[:, 2:] - boxes[:, :2]
    assert len(boxes) == len(targets) > 4 and len(std) == 4
    assert (np.abs(sides[:, 0] - sides[:, 1]) > 1).mean() > 0.7


@pytest.mark.parametrize("make", [cases.smooth_small, cases.smooth_random, cases.smooth_coins])
def test_errors_on_both_sides_of_beta_and_of_zero(make):
    errors, beta = make()
    assert (np.abs(errors) < beta).any() and (errors > beta).any() and (errors < -beta).any()
    assert cases.judge_smooth(errors, beta).shape == errors.shape


def test_anchors_of_all_kinds_and_of_none():
    for make in (cases.objectness_small, cases.objectness_random, cases.objectness_coins):
        match, logits = make()
        assert set(match) == {-1, 0, 1} and logits.shape == (len(match), 2)
        assert cases.judge_objectness(match, logits) > 0
    assert cases.judge_objectness(*cases.objectness_none()) == 0
    assert (cases.coin_anchor_match() != 0).sum() == 256


@pytest.mark.parametrize("make", [cases.cut_small, cases.cut_random, cases.cut_coins])
def test_no_bin_is_half_full_and_the_roi_is_off(make):
    mask, roi, size = make()
    means = cut_mask_answer(mask, roi, size, soft=True)
    assert np.abs(means - 0.5).min() > 1e-3
    assert roi[0] + roi[1] > 0 and roi[2] < mask.shape[0] and roi[3] < mask.shape[1]
    assert set(np.unique(cases.judge_cut_mask(mask, roi, size))) == {0, 1}


def test_boxes_of_background_and_of_objects():
    for make in (cases.head_small, cases.head_random, cases.head_coins):
        class_ids, targets, deltas = make()
        assert 0 < (class_ids > 0).mean() < 1 and deltas.shape[::2] == (len(class_ids), 4)
        assert not targets[class_ids == 0].any()
    assert cases.judge_head_loss(*cases.head_none()) == 0


def test_cases_are_the_same_each_time():
    one, other = cases.scattered_boxes(5, seed=1), cases.scattered_boxes(5, seed=1)
    np.testing.assert_array_equal(one, other)
    assert cases.coin_objects().shape == (24, 4)
