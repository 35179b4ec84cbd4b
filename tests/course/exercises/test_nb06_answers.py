"""The answers of notebook 06: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb06_answers as answers

PROBS = np.float32([[0.2, 0.3, 0.5], [0.7, 0.25, 0.05]])
BOXES = np.float32([[0, 0, 10, 20], [0, 1, 10, 21], [50, 0, 60, 20]])
SCORES = np.float32([0.9, 0.8, 0.85])


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [[0, 2], [0, 1], [1, 1]]),
        ({"best_only": True}, [[0, 2]]),
        ({"background": True}, [[1, 0], [0, 2], [0, 1], [1, 1]]),
        ({"one_less": True}, [[0, 1], [0, 0], [1, 0]]),
        ({"above": True}, [[0, 2], [0, 1]]),
        ({"in_rows": True}, [[0, 1], [0, 2], [1, 1]]),
    ],
)
def test_pairs_by_hand(switch, wanted):
    assert answers.pairs_answer(PROBS, 0.25, **switch).tolist() == wanted


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [0, 2, 1]),
        ({"compete": True}, [0, 2]),
        ({"class_order": True}, [1, 0, 2]),
        ({"own_rows": True}, [0, 0, 1]),
        ({"apart": 1}, [0, 2]),
    ],
)
def test_nms_by_hand(switch, wanted):
    """Boxes 0 and 1 lie on each other and are of two classes."""
    found = answers.class_nms_answer(BOXES, SCORES, np.array([2, 1, 2]), 0.5, 3, **switch)
    assert found.tolist() == wanted


def test_a_limit_for_all_by_hand():
    given = BOXES, SCORES, np.array([2, 1, 2]), 0.5, 1
    assert answers.class_nms_answer(*given).tolist() == [0]
    assert answers.class_nms_answer(*given, limit_each=True).tolist() == [0, 1]


def test_the_last_stage_by_hand():
    rois = np.float32([[10, 10, 30, 50]])
    probs = np.float32([[0.1, 0.6, 0.3]])
    deltas = np.float32([[[0] * 4, [5, 0, 0, 0], [0, 5, 0, 0]]])
    given = rois, probs, deltas, (0, 0, 36, 60), 0.25
    found = answers.last_stage_answer(*given)
    np.testing.assert_allclose(found[:, :5], [[20, 10, 36, 50, 1], [10, 30, 30, 60, 2]], atol=1e-4)
    whole = answers.last_stage_answer(*given, no_clip=True)
    np.testing.assert_allclose(whole[:, :4], [[20, 10, 40, 50], [10, 30, 30, 70]], atol=1e-4)
    assert answers.last_stage_answer(*given, stay=True)[1, :4].tolist() == rois[0].tolist()
    assert answers.last_stage_answer(*given, row_before=True)[0, :4].tolist() == rois[0].tolist()


def test_to_the_photo_by_hand():
    box, window, size = [[10, 20, 30, 40]], (10, 0, 50, 80), (20, 40)
    assert answers.to_photo_answer(box, window, size).tolist() == [[0, 10, 10, 20]]
    broken = answers.to_photo_answer(box, window, size, order="scale")
    assert broken.tolist() == [[5, 10, 15, 20]]


def test_guesses_read_the_table():
    rows = [
        dict(roi=3, objectness=1, fit=0, product=2),
        dict(roi=5, objectness=0, fit=1, product=1),
    ]
    guesses = answers.winner_guesses(lambda: rows)
    assert [guess.answer() for guess in guesses] == [3, 5, 3]


def test_guesses_of_where_the_painted_coin_is_lost():
    assert [guess.answer() for guess in answers.painted_guesses()] == [1, 2]


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_06.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
