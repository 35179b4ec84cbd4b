"""The answers of notebook 09: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb09_answers as answers
from maskrcnn_explained.evaluation import precision_recall as package

OVERLAP = np.array([[0.9, 0.0], [0.8, 0.6], [0.7, 0.0]])  # of notebook 09, section 2
SCORES = np.array([0.7, 0.9, 0.6])
CURVE = np.array([1, 1 / 2, 2 / 3]), np.array([0.5, 0.5, 1])  # right, wrong, right; two objects


def test_iou_by_hand():
    one, other = np.zeros((2, 1, 20, 20), bool)
    one[0, :20, :16], other[0, :20, :] = True, True  # 320 pixels of 400
    iou = answers.mask_iou_answer
    assert iou(one, other) == 0.8
    assert iou(one, other, of_sum=True) == 320 / 720
    one[0, 5, :15] = False  # a notch: the box around it stays
    assert iou(one, other, of_boxes=True) == 0.8
    one[0, 5, :15] = True
    assert iou(one, other, counting="bytes") == 64 / (720 - 64)
    assert iou(one, other, counting="any") == 1 / 719
    assert np.isnan(iou(one & False, other & False, unguarded=True)).all()


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [-1, 0, -1]),
        ({"taken_again": True}, [0, 0, 0]),
        ({"order": "row"}, [0, 1, -1]),
        ({"order": "object"}, [0, 1, -1]),
    ],
)
def test_match_by_hand(switch, wanted):
    assert answers.match_answer(OVERLAP, SCORES, 0.5, **switch).tolist() == wanted


def test_second_choice_and_the_threshold_by_hand():
    pair = np.array([[0.9, 0.1], [0.8, 0.5]]), np.array([0.9, 0.8]), 0.5
    assert answers.match_answer(*pair).tolist() == [0, 1]
    assert answers.match_answer(*pair, gives_up=True).tolist() == [0, -1]
    assert answers.match_answer(*pair, above=True).tolist() == [0, -1]


def test_curve_by_hand():
    given = np.array([0.7, 0.9, 0.8]), np.bool_([1, 1, 0]), 4
    curve = answers.curve_answer
    np.testing.assert_allclose(curve(*given), [[1, 1 / 2, 2 / 3], [1 / 4, 1 / 4, 1 / 2]])
    np.testing.assert_allclose(curve(*given, order="rows")[0], [1, 1, 2 / 3])
    worst = curve(given[0], np.bool_([0, 1, 0]), 4, order="worst first")
    np.testing.assert_allclose(worst[0], [0, 0, 1 / 3])
    np.testing.assert_allclose(curve(*given, of_found=True)[1], [1 / 2, 1 / 2, 1])
    np.testing.assert_allclose(curve(*given, of_all=True)[0], [1 / 3, 1 / 3, 2 / 3])
    np.testing.assert_allclose(curve(*given, exchanged=True)[::-1], curve(*given))


def test_area_by_hand():
    area = answers.area_answer
    assert area(*CURVE) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert area(*CURVE, how="11 recalls") == pytest.approx((6 + 5 * 2 / 3) / 11)
    assert area(*CURVE, how="trapezoids") == pytest.approx(2 / 3 / 2)
    assert area([1], [0.5]) == pytest.approx(51 / 101)
    assert area([1], [0.5], reached_only=True) == 1
    assert area([0.5, 1], [0.5, 1], side="none") == pytest.approx((51 / 2 + 50) / 101)
    assert area([0.5, 1], [0.5, 1], side="lower") == pytest.approx((51 / 2 + 50) / 101)
    assert area(*CURVE, how="rectangles") == pytest.approx(1 / 2 + 1 / 3)
    assert area(*CURVE) == pytest.approx(package.area_under_curve(*CURVE))


def test_pooled_by_hand():
    """A quiet image and a noisy one: each has an AP of 1 alone."""
    given = np.array([0.6, 0.9, 0.8, 0.7]), np.bool_([1, 1, 0, 0]), [0, 1, 1, 1], [1, 1]
    assert answers.pooled_answer(*given) == pytest.approx((51 + 50 / 2) / 101)
    assert answers.pooled_answer(*given, each=True) == 1
    assert answers.pooled_answer(*given, order="rows") == 1
    more = *given[:3], [1, 1, 2]
    assert answers.pooled_answer(*more, forgotten=True) == answers.pooled_answer(*given)
    assert answers.pooled_answer(*more, each=True) == pytest.approx(2 / 3)


def test_what_rises():
    assert answers.rises_answer() == [-1, 0, 0, 1, -1]
    assert answers.rises_answer(swapped=0, twice=0) == [-1, 0, 0, 0, 0]


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_09.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
