"""The cases of notebook 06 hide nothing: no equal scores, no IoU near the threshold."""

import numpy as np
import pytest

from maskrcnn_explained.boxes import iou
from maskrcnn_explained.course.exercises import nb06_cases as cases


@pytest.mark.parametrize("make", [cases.pairs_small, cases.pairs_random, cases.pairs_coins])
def test_scores_that_pass_differ(make):
    probs, limit = make()
    passed = probs[:, 1:][probs[:, 1:] >= limit]
    assert len(np.unique(passed)) == len(passed) > 3
    np.testing.assert_allclose(probs.sum(1), 1, atol=1e-5)


def test_by_hand_one_score_is_the_limit_exactly_and_one_roi_has_two_classes():
    probs, limit = cases.pairs_small()
    assert (probs[:, 1:] == limit).sum() == 1
    assert (probs[:, 1:] > limit).sum(1).max() == 2


@pytest.mark.parametrize(
    "make",
    [cases.class_nms_small, cases.class_nms_wide, cases.class_nms_random, cases.class_nms_coins],
)
def test_several_classes_and_no_overlap_is_near_the_threshold(make):
    boxes, scores, class_ids, threshold, limit = make()
    assert len(np.unique(class_ids)) > 1 and len(np.unique(scores)) == len(scores)
    assert np.abs(iou(boxes, boxes).numpy() - threshold).min() > 1e-6
    assert len(cases.judge_class_nms(*make())) <= limit


@pytest.mark.parametrize(
    "make", [cases.last_stage_small, cases.last_stage_random, cases.last_stage_coins]
)
def test_some_boxes_reach_the_window_which_is_not_all(make):
    rois, probs, _, window, limit = make()
    found = cases.judge_last_stage(*make())
    assert max(window[:2]) > 0 and len(found) > 1
    at_the_edge = np.isclose(found[:, :4], np.float32(window)).any()
    assert at_the_edge or make == cases.last_stage_coins
    assert (probs[:, 1:] >= limit).sum() > len(found)
    assert (np.abs(np.ptp(rois[:, ::2], 1) - np.ptp(rois[:, 1::2], 1)) > 1).any()


def test_no_pair_of_the_last_stage_is_near_the_threshold():
    for make in (cases.last_stage_random, cases.last_stage_coins):
        rois, probs, deltas, window, limit = make()
        roi, column = np.nonzero(probs[:, 1:] >= limit)
        moved = cases.decode_deltas(rois[roi], deltas[roi, column + 1], cases.LAST_STD)
        clipped = np.clip(moved, np.float32(window)[[0, 1, 0, 1]], np.float32(window)[[2, 3, 2, 3]])
        assert np.abs(iou(clipped, clipped).numpy() - cases.LAST_NMS_IOU).min() > 1e-6


def test_windows_do_not_fill_the_molded_image_and_scales_differ():
    for make in (cases.to_photo_small, cases.to_photo_random, cases.to_photo_coins):
        _, window, size = make()
        assert window[:2].any() and size[0] != size[1]
    (_, window, size) = cases.to_photo_small()
    assert ((window[2:] - window[:2]) / size).tolist() == [2, 3]


def test_the_four_rivals_claim_one_coin():
    rows = cases.last_nms_rivals()
    assert [row["roi"] for row in rows] == sorted(row["roi"] for row in rows)
    assert all(row["disk"] > 0.5 < row["fit"] for row in rows)
    assert cases.judge_winner() == max(rows, key=lambda row: row["disk"])["roi"]


def test_the_painted_coin_is_gone_and_no_other_is_touched():
    from maskrcnn_explained.data.examples.coins import coins_sample

    sample = coins_sample()
    changed = (cases.painted_coins() != sample.image).any(-1)
    assert len(np.unique(cases.painted_coins()[sample.masks[cases.PAINTED]])) == 1
    others = np.delete(sample.masks, cases.PAINTED, 0).any(0)
    assert not (changed & others).any() and changed.mean() < 0.05


def test_the_painted_coin_is_found_with_a_high_score():
    assert cases.judge_painted() == 3


def test_cases_are_the_same_each_time():
    np.testing.assert_array_equal(cases.crowded_boxes(3, 1), cases.crowded_boxes(3, 1))
    np.testing.assert_array_equal(cases.random_probs(3, 4, 1), cases.random_probs(3, 4, 1))
    assert cases.coin_rois()["class_probs"].shape == (640, 5)
