"""The cases of notebook 09 hide nothing: no equal scores, no IoU near the limit but one."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb09_cases as cases
from maskrcnn_explained.evaluation.precision_recall import RECALLS


@pytest.mark.parametrize("make", [cases.who_found_random, cases.who_found_coins])
def test_scores_differ_and_no_overlap_is_near_the_limit(make):
    overlap, scores, min_iou = make()
    assert len(np.unique(scores)) == len(scores) != overlap.shape[1]
    assert np.abs(overlap - min_iou).min() > 1e-6
    assert scores.tolist() != sorted(scores, reverse=True)


def test_by_hand_one_overlap_is_the_limit_exactly():
    overlap, _, min_iou = cases.who_found_small()
    assert (overlap == min_iou).sum() == 1 and overlap.size <= 24


def test_masks_are_not_square_and_large_enough_for_bytes_to_overflow():
    for make in (cases.masks_small, cases.masks_random, cases.masks_coins):
        masks, others = make()
        assert masks.shape[1] != masks.shape[2] and masks.shape[1:] == others.shape[1:]
    masks, others = cases.masks_small()
    assert masks.size <= 24 and not masks[1].any() and not others[1].any()
    masks, others = cases.masks_coins()
    assert (masks[:3] & others).sum((1, 2)).min() > 255


@pytest.mark.parametrize("make", [cases.twelve, cases.listed_random, cases.listed_coins])
def test_no_recall_only_just_meets_one_of_the_101(make):
    """It is one of them exactly, as 1/4 is, or far from all."""
    listed = make()
    assert len(np.unique(listed[0])) == len(listed[0])
    away = np.abs(cases.curve_of(listed)[1][:, None] - RECALLS)
    assert ((away == 0) | (away > 1e-6)).all()


def test_the_twelve_have_the_area_of_the_notebook():
    assert cases._twelve_area(*cases.twelve()[:2]) == pytest.approx(0.754650, abs=1e-6)


@pytest.mark.parametrize("make", [cases.pooled_small, cases.pooled_random, cases.pooled_coins])
def test_no_image_has_more_hits_than_objects(make):
    scores, correct, images, objects = make()
    assert len(scores) == len(correct) == len(images)
    assert (np.bincount(images, correct, len(objects)) <= objects).all()
    assert 0 < cases.pooled_area(scores, correct, images, objects) < 1


def test_what_rises_is_measured():
    assert cases.measured_rises()[:2] == (-1, 0)
