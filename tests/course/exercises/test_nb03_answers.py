"""The answers of notebook 03: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained import anchors, boxes
from maskrcnn_explained.course.exercises import nb03_answers as answers

BOXES = np.float32([[10, 20, 50, 100], [0, 0, 8, 24]])
DELTAS = np.float32([[1, 2, 0.5, -1], [0, 0, 0, 0]])


def test_shapes_by_hand():
    np.testing.assert_allclose(answers.shapes_answer(10, (4,)), [[5, 20]])
    np.testing.assert_allclose(answers.shapes_answer(10, (4,), exchanged=True), [[20, 5]])
    np.testing.assert_allclose(answers.shapes_answer(10, (4,), one_side=True), [[10, 40]])
    np.testing.assert_allclose(answers.shapes_answer(10, (4,), no_root=True), [[2.5, 40]])


def test_level_by_hand():
    np.testing.assert_allclose(answers.level_answer(1, 1, 8, 4, (1,)), [[2, 2, 6, 6]])
    corner = answers.level_answer(1, 1, 8, 4, (1,), corner=True)
    np.testing.assert_allclose(corner, [[-2, -2, 2, 2]])
    down = answers.level_answer(2, 3, 8, 4, (1,), order="column row ratio")
    assert down[1, 0] == 10 and down[1, 1] == 2  # the second anchor stands below the first


def test_as_the_package_has_it():
    ours = answers.level_answer(3, 4, 8, 16, (0.5, 2))
    np.testing.assert_allclose(ours, anchors.level_anchors(3, 4, 8, 16, (0.5, 2)), rtol=1e-5)
    std = answers.RPN_STD
    theirs = boxes.decode_deltas(BOXES, DELTAS, std)
    np.testing.assert_allclose(answers.decode_answer(BOXES, DELTAS, std), theirs, rtol=1e-5)


def test_nms_by_hand():
    row = np.float32([[0, 0, 10, 10], [0, 2, 10, 12], [0, 4, 10, 14]])
    scores = np.float32([0.9, 0.8, 0.7])  # the second overlaps both, the outer ones 0.43
    assert answers.nms_answer(row, scores, 0.5, 9).tolist() == [0, 2]
    assert answers.nms_answer(row, scores, 0.5, 9, dropped_drop=True).tolist() == [0]
    assert answers.nms_answer(row, scores, 0.9, 1, no_limit=True).tolist() == [0, 1, 2]
    assert answers.nms_answer(row, scores[::-1], 0.9, 9, sorted_rows=True).tolist() == [0, 1, 2]


def test_proposals_by_hand():
    given = np.float32([0.1, 0.9]), np.zeros((2, 4), np.float32), BOXES, (40, 80), 1, 5
    assert answers.propose_answer(*given).tolist() == [[0, 0, 8, 24]]
    assert answers.propose_answer(*given, first_rows=True).tolist() == [[10, 20, 40, 80]]
    assert len(answers.propose_answer(*given, all_enter=True)) == 2


@pytest.mark.parametrize(
    ("switch", "wanted"), [({}, [1, 0]), ({"start": "never"}, [0, 0]), ({"start": "after"}, [1, 1])]
)
def test_two_levels_by_hand(switch, wanted):
    found = answers.thin_answer(BOXES, np.float32([0.1, 0.9]), (1, 1), 0.5, 9, **switch)
    assert found.tolist() == wanted


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_03.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
