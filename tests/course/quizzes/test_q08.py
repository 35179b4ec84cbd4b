"""The quiz of notebook 08: what it says without a number is true of the training."""

import numpy as np

from maskrcnn_explained.course.exercises.nb08_answers import ASKED_WEIGHTS
from maskrcnn_explained.course.exercises.nb08_cases import moved_at_heads
from maskrcnn_explained.course.quizzes.q08 import QUIZ_08
from maskrcnn_explained.course.quizzes.q08_numbers import (
    PLANNED_BATCH,
    PLANNED_IMAGES,
    PLANNED_TIMES,
)
from maskrcnn_explained.data.batches import batch_indices


def test_it_asks_what_belongs_to_the_notebook():
    assert QUIZ_08.notebook == "08"
    assert {number for asked in QUIZ_08.questions for number in asked.asks} == {15, 16, 17}


def test_so_many_steps_show_each_image_so_often():
    steps = PLANNED_IMAGES * PLANNED_TIMES // PLANNED_BATCH
    seen = [batch_indices(PLANNED_IMAGES, PLANNED_BATCH, step, 1) for step in range(steps)]
    assert (np.bincount(np.concatenate(seen), minlength=PLANNED_IMAGES) == PLANNED_TIMES).all()


def test_what_stays_at_the_stage_heads(right_texts):
    moved = dict(zip(ASKED_WEIGHTS, moved_at_heads(), strict=True))
    assert not moved["res4a_branch2a/kernel"] and not moved["bn4a_branch2a/moving_mean"]
    assert moved["fpn_c4p4/kernel"] and moved["rpn_conv_shared/bias"]
    assert moved["mrcnn_mask_bn1/moving_variance"]
    assert right_texts(QUIZ_08, "What a stage freezes") == [
        "The kernels of the backbone",
        "The moving statistics of the backbone's batch norm",
    ]
