"""The exercises of notebook 03, tried three ways: see `three_ways`."""

from functools import partial

import numpy as np
import pytest
from three_ways import CHECKS

from maskrcnn_explained import rpn
from maskrcnn_explained.anchors import level_sizes
from maskrcnn_explained.course.exercises import photo
from maskrcnn_explained.course.exercises.exercise import IMPLEMENT
from maskrcnn_explained.course.exercises.nb03 import EXERCISES_03
from maskrcnn_explained.course.exercises.nb03_answers import decode_answer
from maskrcnn_explained.course.exercises.verdict import judge
from maskrcnn_explained.presets import get_config

BY_KEY = {exercise.key: exercise for exercise in EXERCISES_03}


@pytest.mark.parametrize("exercise", EXERCISES_03, ids=lambda e: e.key)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_three_ways(exercise, check):
    check(exercise)


def test_what_is_asked():
    assert list(BY_KEY) == [f"03.{number}" for number in range(1, 7)]
    assert sum(exercise.kind == IMPLEMENT for exercise in EXERCISES_03) >= 4


def test_a_mistake_on_square_boxes_only_is_none_of_these():
    """The unit of dy shows only if height and width differ, so no case may have square boxes."""
    for case in BY_KEY["03.3"].cases:
        boxes = case.arguments()[0]
        height, width = (boxes[:, 2:] - boxes[:, :2]).T
        assert (np.abs(height - width) > 1).any()


def test_the_function_to_repair_is_what_propose_does():
    """03.6 on all levels of the photo gives the anchors of the module's own proposals."""
    tensors, config = photo.coin_tensors(), get_config("scenes")
    probs, deltas = tensors["rpn_probs"][None], tensors["rpn_deltas"][None]
    size = photo.coin_size()
    # Without deltas the boxes are the anchors, clipped; all of them enter NMS.
    still = np.zeros_like(deltas)
    every = config.changed(proposals_pre_nms=probs.shape[1])
    _, _, wanted = rpn.propose(probs, still, size, every, 40)
    anchors = np.clip(tensors["anchors"], 0, np.float32([*size, *size]))
    sizes, scores = level_sizes(size, config), photo.coin_scores()
    ours = BY_KEY["03.6"].right(anchors, scores, sizes, config.proposal_nms_iou, 40)
    np.testing.assert_array_equal(scores[ours], scores[wanted.numpy()[0]])


def test_two_mistakes_get_both_sentences():
    exercise = BY_KEY["03.3"]
    no_std, _, linear, *_ = exercise.wrong
    both = partial(decode_answer, **no_std.answer.keywords, **linear.answer.keywords)
    assert judge(exercise, both).line() == (
        f"03.3 not yet: two mistakes. {no_std.sentence} {linear.sentence}"
    )


def test_a_box_by_hand():
    line = judge(BY_KEY["03.3"], lambda boxes, deltas, std: boxes).line()
    assert line == (
        "03.3 not yet: by hand (boxes = [[10, 20, 50, 100]], deltas = [[1, 2, 0.5, -1]], "
        "std = [0.1, 0.1, 0.2, 0.2]): yours [[10, 20, 50, 100]], "
        "wanted [[11.8966, 43.2508, 56.1034, 108.749]]"
    )
