"""The answers of notebook 07: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb07_answers as answers

OBJECTS = np.float32([[0, 0, 10, 20], [30, 0, 40, 10], [90, 0, 99, 9]])
ANCHORS = np.float32([[0, 0, 10, 18], [0, 10, 10, 30], [30, 5, 40, 15], [60, 0, 70, 10]])


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [1, 0, 1, -1]),
        ({"no_best": True}, [1, 0, 0, -1]),
        ({"low_best": True}, [1, 0, 1, -1]),
        ({"halfway": True}, [1, -1, 1, -1]),
        ({"untouched": True}, [1, 1, 1, 1]),
        ({"first_only": True}, [1, 0, 1, -1]),
        ({"exact": True}, [1, 0, 1, -1]),
    ],
)
def test_matching_by_hand(switch, wanted):
    """IoU: 0.9; a third; a third, and the best of object 1; none. Nothing touches object 2."""
    assert answers.anchor_match_answer(ANCHORS, OBJECTS, **switch).tolist() == wanted


def test_equal_anchors_by_hand():
    pair = np.float32([[30, 5, 40, 15], [30, -5, 40, 5]])
    assert answers.anchor_match_answer(pair, OBJECTS[1:2]).tolist() == [1, 1]
    assert answers.anchor_match_answer(pair, OBJECTS[1:2], first_only=True).tolist() == [1, 0]


def test_a_best_anchor_far_below_the_threshold():
    far = np.float32([[30, 8, 40, 18]])  # an IoU of 1/9
    assert answers.anchor_match_answer(far, OBJECTS[1:2]).tolist() == [1]
    assert answers.anchor_match_answer(far, OBJECTS[1:2], low_best=True).tolist() == [-1]


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [5, 2.5, np.log(2) * 5, 0]),
        ({"no_std": True}, [0.5, 0.25, np.log(2), 0]),
        ({"multiplied": True}, [0.05, 0.025, np.log(2) / 5, 0]),
        ({"new_size": True}, [2.5, 2.5, np.log(2) * 5, 0]),
        ({"wrong_unit": True}, [2.5, 5, np.log(2) * 5, 0]),
        ({"linear": True}, [5, 2.5, 5, 0]),
        ({"corner": True}, [0, 2.5, np.log(2) * 5, 0]),
    ],
)
def test_target_deltas_by_hand(switch, wanted):
    box, target = [[0, 0, 10, 20]], [[0, 5, 20, 25]]
    found = answers.target_deltas_answer(box, target, (0.1, 0.1, 0.2, 0.2), **switch)
    np.testing.assert_allclose(found, [wanted])


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [2, 0.25]),
        ({"apart": True}, [3, 0.25]),
        ({"always_one": True}, [2.5, 0.5]),
        ({"signed": True}, [2.25, 0.25]),
        ({"whole_square": True}, [2, 0.5]),
    ],
)
def test_smooth_l1_by_hand(switch, wanted):
    """An error of -3 and one of 1, with a beta of 2."""
    np.testing.assert_allclose(answers.smooth_answer([-3, 1], 2, **switch), wanted)


def test_class_loss_by_hand():
    match, logits = np.array([1, 0]), np.log(np.array([[1, 3], [1, 1]]))
    assert np.isclose(answers.objectness_answer(match, logits), -np.log(0.75))
    half = answers.objectness_answer(match, logits, all_anchors=True)
    assert np.isclose(half, -np.log(0.75) / 2)
    asked = answers.objectness_answer(match, logits, ignored_asked=True)
    assert np.isclose(asked, -np.log(0.75 * 0.5) / 2)
    exchanged = answers.objectness_answer(match, logits, exchanged=True)
    assert np.isclose(exchanged, -np.log(0.25))
    assert answers.objectness_answer(match * 0, logits) == 0
    assert np.isnan(answers.objectness_answer(match * 0, logits, no_guard=True))


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [[0, 1], [0, 1]]),
        ({"frame": "object"}, [[1, 1], [1, 1]]),
        ({"frame": "image"}, [[0, 1], [0, 1]]),
        ({"touched": True}, [[1, 1], [1, 1]]),
    ],
)
def test_masks_by_hand(switch, wanted):
    """The right half of 4 x 8 pixels, and a RoI of 4 x 4 whose left bins hold a quarter of it."""
    mask = np.zeros((4, 8))
    mask[:, 4:] = 1
    assert answers.cut_mask_answer(mask, (0, 2.5, 4, 6.5), 2, **switch).tolist() == wanted


def test_box_loss_by_hand():
    deltas = np.zeros((2, 3, 4))
    deltas[1, 2], deltas[1, 1], deltas[0, 0] = 1, 2, 3
    given = np.array([0, 2]), np.zeros((2, 4)), deltas
    assert answers.head_loss_answer(*given) == 0.5
    assert answers.head_loss_answer(*given, background=True) == (0.5 + 2.5) / 2
    assert answers.head_loss_answer(*given, row_before=True) == 1.5
    assert answers.head_loss_answer(*given, summed=True) == 2
    assert answers.head_loss_answer(*given, all_counted=True) == 0.25
    assert np.isclose(answers.head_loss_answer(*given, every_class=True), (0 + 0.5 + 1.5) / 3)
    assert np.isnan(answers.head_loss_answer(given[0] * 0, *given[1:], no_guard=True))


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_07.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
