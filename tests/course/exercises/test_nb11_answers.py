"""The answers of notebook 11: without a switch they are right, written apart from the package."""

import numpy as np
import pytest

from maskrcnn_explained.course.exercises import nb11_answers as answers


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, [0, 1, 1, 2]),
        ({"by_rows": True}, [0, 2, 1, 1]),
        ({"from_inside": True}, [1, 1, 2]),
        ({"no_end": True}, [0, 1, 1]),
        ({"places": True}, [0, 1, 2, 4]),
        ({"inside_only": True}, [1, 2]),
    ],
)
def test_runs_by_hand(switch, wanted):
    mask = np.array([[1, 1], [0, 1]], bool)
    assert answers.runs_answer(mask, **switch).tolist() == wanted


def test_runs_of_the_notebook():
    for mask, runs in (([[1, 1], [1, 1]], [0, 4]), ([[0, 1], [0, 0]], [2, 1, 1])):
        assert answers.runs_answer(np.array(mask, bool)).tolist() == runs


@pytest.mark.parametrize(
    ("switch", "box"),
    [
        ({}, [0, 1, 2, 3]),
        ({"boxes_stay": True}, [0, 1, 2, 3]),
        ({"corners": "kept"}, [0, 3, 2, 1]),
        ({"corners": "off by one"}, [0, 0, 2, 2]),
        ({"upside_down": True}, [1, 1, 3, 3]),
    ],
)
def test_boxes_by_hand(switch, box):
    image = np.zeros((3, 4, 3), np.uint8)  # the box lies in the middle of the columns
    found = answers.flip_answer(image, np.zeros((1, 3, 4)), np.array([[0, 1, 2, 3]]), **switch)
    assert found[2].tolist() == [box]


def test_pictures_and_masks_by_hand():
    image, masks = np.arange(6).reshape(1, 2, 3), np.array([[[True, False]]])
    boxes = np.array([[0, 0, 1, 1]])
    flipped = answers.flip_answer(image, masks, boxes)
    assert flipped[0][0, 0].tolist() == [3, 4, 5] and flipped[1].tolist() == [[[False, True]]]
    assert answers.flip_answer(image, masks, boxes, masks_stay=True)[1] is masks


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({}, 0.5625),  # molded 30: three quarters of 40, and 16 is further away
        ({"no_factor": True}, 0.4444),
        ({"divided": True}, 0.1111),
        ({"linear": True}, 0.75),
        ({"sums": True}, 0.36),
        ({"by_pixels": True}, 0.5625),
    ],
)
def test_best_iou_by_hand(switch, wanted):
    found = answers.best_iou_answer([60], 0.5, (16, 40), **switch)
    np.testing.assert_allclose(found, [wanted], atol=1e-4)


def test_nearest_in_pixels_is_not_the_best():
    assert answers.best_iou_answer([27], 1, (18, 37)) < 0.54
    nearest = answers.best_iou_answer([27], 1, (18, 37), by_pixels=True)
    assert nearest < answers.best_iou_answer([27], 1, (18, 37))


def test_classes_by_hand():
    rules = ("ascending", "used", "as it is", "from zero", "as listed", "as they come")
    found = {rule: answers.class_answer([9, 5], [9, 2, 5], rule).tolist() for rule in rules}
    assert list(found.values()) == [[3, 2], [2, 1], [9, 5], [2, 1], [1, 3], [1, 2]]


def test_slides_by_drawing():
    rng = np.random.default_rng(0)
    slides = np.repeat(np.arange(10), 20)
    drawn = [len(set(rng.choice(slides, 40, replace=False))) for _ in range(2000)]
    assert answers.slides_answer() == pytest.approx(np.mean(drawn), abs=0.03)
    counts = ("whole slides", "share", "pictures")
    assert [answers.slides_answer(count=count) for count in counts] == [2, 8, 4]


def test_the_capstone():
    assert answers.capstone_answer().tolist() == [1] * 6
    assert answers.capstone_answer("enough to measure").tolist() == [1, 1, 0, -1, -1, -1]


def test_every_mistake_has_a_switch_of_its_own():
    for known in answers.WRONG_11.values():
        switches = [tuple(wrong.answer.keywords.items()) for wrong in known]
        assert len(set(switches)) == len(switches) and all(len(switch) == 1 for switch in switches)
