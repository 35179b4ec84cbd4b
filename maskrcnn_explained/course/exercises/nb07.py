"""The exercises of notebook 07: what anchors and RoIs should have said, and what it costs."""

from __future__ import annotations

import numpy as np

from maskrcnn_explained import losses, mask_targets, targets
from maskrcnn_explained.boxes import encode_deltas
from maskrcnn_explained.course.exercises import nb07_cases as cases
from maskrcnn_explained.course.exercises.exercise import (
    FIND_THE_BUG,
    IMPLEMENT,
    Case,
    Exercise,
)
from maskrcnn_explained.course.exercises.nb07_answers import WRONG_07

EXERCISES_07 = (
    Exercise(
        key="07.1",
        name="match_anchors",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=20,
        asks="1 (positive), -1 (negative) or 0 (ignored) for each anchor, by 0.7, 0.3 and best.",
        arguments=("anchors", "boxes"),
        right=cases.judge_anchor_match,
        source=targets.anchor_targets,
        cases=(
            Case("by hand", cases.match_small),
            Case("random", cases.match_random),
            Case("the coins", cases.match_coins),
        ),
        wrong=WRONG_07["07.1"],
        hints=(
            "overlap = mrx.boxes.iou(anchors, boxes) has a row per anchor. What does max over "
            "each axis tell?",
            "overlap.max(1) is what each anchor reaches; overlap.max(0) is the best that each "
            "object has.",
            "Best is where overlap >= overlap.max(0) - 1e-5 and overlap > 0; positive is "
            "overlap.max(1) >= 0.7 or best for any object.",
        ),
    ),
    Exercise(
        key="07.2",
        name="encode_deltas",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="The deltas (dy, dx, dh, dw) that turn each box into its target, divided by the std.",
        arguments=("boxes", "targets", "std"),
        right=encode_deltas,
        source=encode_deltas,
        tolerance=1e-3,
        cases=(
            Case(
                "by hand",
                lambda: (
                    np.array([[10, 20, 50, 100]], np.float32),
                    np.array([[20, 30, 40, 150]], np.float32),
                    cases.TARGET_STD,
                ),
            ),
            Case("random", cases.encode_random),
            Case("the coins", cases.encode_coins),
        ),
        wrong=WRONG_07["07.2"],
        hints=(
            "It is decode_deltas of notebook 03 backwards: read it from its last line to its "
            "first.",
            "(dy, dx) = (centre of the target - centre of the box) / (height, width) of the box.",
            "(dh, dw) = log(sides of the target / sides of the box); at the end divide all four "
            "by std.",
        ),
    ),
    Exercise(
        key="07.3",
        name="smooth_l1",
        kind=IMPLEMENT,
        difficulty=1,
        importance=3,
        minutes=10,
        asks="The cost of each error: quadratic up to beta, linear beyond; the shape of errors.",
        arguments=("errors", "beta"),
        right=cases.judge_smooth,
        source=losses.smooth_l1,
        cases=(
            Case("by hand", cases.smooth_small),
            Case("random", cases.smooth_random),
            Case("the coins", cases.smooth_coins),
        ),
        wrong=WRONG_07["07.3"],
        hints=(
            "Begin with size = np.abs(errors), and choose between two formulas by np.where.",
            "Near zero: size squared / (2 * beta). At size = beta that is beta / 2.",
            "Beyond beta the slope is 1, and the pieces must meet: size - beta / 2.",
        ),
    ),
    Exercise(
        key="07.4",
        name="rpn_class_loss",
        kind=IMPLEMENT,
        difficulty=2,
        importance=3,
        minutes=15,
        asks="The mean cross-entropy over the anchors that are asked; 0 if there are none.",
        arguments=("match", "logits"),
        right=cases.judge_objectness,
        source=losses.rpn_class_loss,
        tolerance=1e-5,
        cases=(
            Case("by hand", cases.objectness_small),
            Case("nobody asked", cases.objectness_none),
            Case("random", cases.objectness_random),
            Case("the coins", cases.objectness_coins),
        ),
        wrong=WRONG_07["07.4"],
        hints=(
            "Three kinds of anchors: 1 should say object, -1 background, 0 is asked nothing.",
            "The cost of an anchor is minus the logarithm of the probability (softmax) that it "
            "gave to the truth.",
            "Keep the rows with match != 0 first; then the mean. An empty mean is NaN, so ask for "
            "that case before.",
        ),
    ),
    Exercise(
        key="07.5",
        name="mask_target",
        kind=IMPLEMENT,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="What the mask head should say for a RoI: size x size numbers, 0 or 1.",
        arguments=("mask", "roi", "size"),
        right=cases.judge_cut_mask,
        source=mask_targets.mask_targets,
        cases=(
            Case("by hand", cases.cut_small),
            Case("random", cases.cut_random),
            Case("a coin", cases.cut_coins),
        ),
        wrong=WRONG_07["07.5"],
        hints=(
            "A mask is a map with one channel and a stride of 1. Which function of notebook 04 "
            "reads a RoI from a map?",
            "mrx.roi_align.roi_align wants a map [1, H, W, 1] of float32, boxes [1, 4] and the "
            "index [0] of the map.",
            "Its result, [1, size, size, 1], holds the mean of each bin. np.round makes 0 and 1 "
            "of them.",
        ),
    ),
    Exercise(
        key="07.6",
        name="head_box_loss",
        kind=FIND_THE_BUG,
        difficulty=2,
        importance=2,
        minutes=15,
        asks="Repair the function: the box loss of the heads, one number.",
        arguments=("class_ids", "target_deltas", "deltas"),
        right=cases.judge_head_loss,
        source=losses.mrcnn_bbox_loss,
        tolerance=1e-5,
        cases=(
            Case("by hand", cases.head_small),
            Case("no object", cases.head_none),
            Case("random", cases.head_random),
            Case("the coins", cases.head_coins),
        ),
        wrong=WRONG_07["07.6"],
        hints=(
            "Which of the RoIs has a box that it should have given?",
            "Background has no box, and its targets of zero mean nothing. How many RoIs should "
            "the mean be over?",
            "Keep the rows with class_ids > 0; if there are none, the loss is 0.",
        ),
    ),
)
